// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "node/ledger/operation.h"
#include "node/replica/types.h"
#include "tests/simulation/checkers.h"
#include "tests/simulation/profile.h"
#include "tests/simulation/scheduler.h"
#include "tests/simulation/sim_node.h"
#include "tests/simulation/world.h"

namespace sekisho::simulation {

// Everything a client of the cluster needs.
struct ClientSide {
  const World& world;
  Profile& profile;
  Scheduler& scheduler;
  Rng& rng;
  Checkers& checkers;
  Trace& trace;
  std::function<SimNode&()> any_node;  // up or not, as a client finds it
};

// Clients that sign real operations and do not rest until each has a final answer: the same bytes
// go to another node after every refusal and silence.
class Workload {
 public:
  explicit Workload(ClientSide side) : side_(std::move(side)) {}

  // Notes from many hands, the map and its approval, then exchanges from offer to deletion.
  void start();
  // Every operation has its final answer and every exchange is closed.
  [[nodiscard]] bool done() const;
  [[nodiscard]] std::uint64_t open() const { return open_; }
  [[nodiscard]] std::string summary() const;

 private:
  using Answered = std::function<void(replica::OperationStatus)>;
  using Fill = std::function<void(v1::Operation&)>;

  struct Attempt {
    replica::AdmittedOperation operation;
    Answered answered;
    bool finished = false;
    std::uint64_t round = 0;  // an answer of an earlier round is late
  };

  void next_note();
  void next_life();
  // A new key of the clinic, and an operation signed with it that may overtake it.
  void add_key();
  void register_map();
  void approve_map();
  // One exchange: each step signed by its party after the one before is attested.
  struct Life {
    std::uint64_t number = 0;
    Id16 exchange_id;
    std::uint64_t blobs = 2;  // still to be deleted
    Digest input, output, commitment_in, commitment_out;
  };
  void offer(const std::shared_ptr<Life>& life);
  void convert(const std::shared_ptr<Life>& life);
  void fetch(const std::shared_ptr<Life>& life);
  void confirm(const std::shared_ptr<Life>& life);
  void forget(const std::shared_ptr<Life>& life);
  void expire(const std::shared_ptr<Life>& life);
  void delete_blob(const std::shared_ptr<Life>& life, bool output);
  void withdraw(const std::shared_ptr<Life>& life);

  // Signs, drives to a final answer; an expired operation is signed anew; anything but ACCEPTED is
  // a violation. Then `next`.
  void must(const std::string& member, const crypto::PrivateKey& key, Fill fill,
            std::function<void()> next);
  void drive(const std::string& member, const crypto::PrivateKey& key, std::uint64_t validity_ms,
             const Fill& fill, Answered answered);
  void try_once(const std::shared_ptr<Attempt>& attempt);
  void on_status(const std::shared_ptr<Attempt>& attempt, std::uint64_t round,
                 const replica::OperationStatus& status);
  [[nodiscard]] v1::StorageReceipt receipt_for(const Digest& blob_id, const char* member_id) const;
  [[nodiscard]] Digest digest_of(const std::string& name) const;

  ClientSide side_;
  crypto::PrivateKey late_key_ = key_of("clinic operator 2");
  std::uint64_t notes_ = 0;
  std::uint64_t lives_begun_ = 0;
  std::uint64_t lives_ended_ = 0;
  std::uint64_t open_ = 0;
  std::uint64_t attested_ = 0;
  std::uint64_t expired_ = 0;
  std::uint64_t retries_ = 0;
};

}  // namespace sekisho::simulation
