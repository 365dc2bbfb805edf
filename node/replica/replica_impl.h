// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "consensus/core.h"
#include "node/ledger/policy.h"
#include "node/replica/certifier.h"
#include "node/replica/codec.h"
#include "node/replica/forwarder.h"
#include "node/replica/pool.h"
#include "node/replica/replica.h"
#include "node/replica/signature_gate.h"
#include "node/replica/signature_memory.h"
#include "node/replica/waiters.h"
#include "node/state/state_machine.h"
#include "storage/ledger_store.h"

namespace sekisho::replica {

// The inside of Replica; private to this folder. Core thread only. Each part of the work has its
// own source: driver.cc (events, actions), proposing.cc, applying.cc, attesting.cc, serving.cc.
class Replica::Impl {
 public:
  Impl(Config config, Parts parts, consensus::Core core);

  // driver.cc
  // Takes up what the ledger on disk says. Once, before anything else.
  Status begin();
  void tick();
  void on_frame(std::uint64_t from_node, BytesView bytes);
  void on_persisted(std::uint64_t token, Status status);

  // serving.cc
  void submit(std::vector<AdmittedOperation> operations, SubmitDone done);
  void wait(const Id16& id, std::uint64_t valid_until_ms, std::uint64_t deadline_ms, WaitDone done);
  void read_index(ReadDone done);
  [[nodiscard]] ReplicaStatus status() const;
  Status transfer_leadership(std::uint64_t node);
  [[nodiscard]] const consensus::Core& core() const { return core_; }

 private:
  struct Read {
    ReadDone done;
    std::uint64_t deadline_ms = 0;
    consensus::Index index = 0;  // 0: not known yet
  };

  // driver.cc
  void pump();
  void carry_out(consensus::Actions actions);
  void on_role(const consensus::RoleChange& change);
  void on_message(std::uint64_t from_node, consensus::Message message);
  void dispatch(std::uint64_t from_node, Frame frame);
  // False when the core has stopped, which stops the replica.
  bool good(const Status& status);
  void fatal(const Error& error);
  void send(std::uint64_t to_node, const auto& frame) {
    if (!stopped_) parts_.transport.send(to_node, encode_frame(frame));
  }
  void broadcast(const Bytes& frame);  // encoded
  // Callbacks run at the end of an event, when nothing is half done: they may call the replica.
  void defer(std::function<void()> callback) { deferred_.push_back(std::move(callback)); }
  void run_deferred();
  [[nodiscard]] std::uint64_t now_ms() const { return parts_.clock.monotonic_ms(); }

  // proposing.cc
  [[nodiscard]] bool leading() const { return core_.role() == consensus::Role::kLeader; }
  [[nodiscard]] bool may_propose() const;
  [[nodiscard]] std::size_t blocks_in_flight() const;
  void propose();
  [[nodiscard]] bool worth_a_block() const;
  bool propose_block();
  void want_idle_block();
  // Operations that are on the ledger already count as taken.
  Status pool_operations(std::vector<AdmittedOperation> operations);
  void enter(Submission submission);
  void on_forward(std::uint64_t from_node, ForwardFrame frame);
  void take_over_forwards();
  void hand_over_pool();
  // True when the message carries fresh blocks from the future: this leader's clock is wrong, or
  // ours.
  [[nodiscard]] bool untimely(const consensus::Message& message);

  // applying.cc
  void apply_ready();
  void apply(const consensus::Entry& entry);
  void serve_reads();

  // attesting.cc
  void take_up_attestations();
  void expect_certificate(const ledger::BlockHeader& header, const Digest& hash);
  [[nodiscard]] bool should_attest(const ledger::BlockHeader& header);
  [[nodiscard]] bool clock_agrees(const ledger::BlockHeader& header);
  // The own note of the head, to be stored before anybody sees it; empty when this node has nothing
  // to say about it.
  [[nodiscard]] Bytes sign_head(const ledger::BlockHeader& header, const Digest& hash);
  // The note is durable: out with it.
  void on_attested(std::uint64_t height, const Digest& hash, const Bytes& note);
  void announce(std::uint64_t height, const Digest& hash, const Bytes& note);
  // Signs a block that is stored already.
  void attest_stored(const ledger::BlockHeader& header, const Digest& hash);
  void on_attestation(std::uint64_t from_node, const AttestationFrame& frame);
  void on_certificate_request(std::uint64_t from_node, const CertificateRequestFrame& frame);
  void send_note(std::uint64_t to_node, std::uint64_t height, std::uint64_t signer,
                 const Bytes& note);
  void collect_certificate();
  void collect_evidence();
  void chase_certificate();
  void chase_as_leader(std::uint64_t uncertified_for_ms);
  void refresh_voters();

  // serving.cc
  [[nodiscard]] OperationStatus lookup(const Id16& id, std::uint64_t valid_until_ms);
  [[nodiscard]] bool in_hand(const Id16& id) const;
  void answer(Waiters::Answers answers);
  void finish_read(std::uint64_t context, Result<std::uint64_t> result);
  void expire_reads();

  Config config_;
  Parts parts_;
  consensus::Core core_;
  bool stopped_ = false;
  bool pumping_ = false;
  bool running_deferred_ = false;
  std::deque<std::function<void()>> deferred_;

  ledger::Policy policy_;
  std::string origin_;
  std::uint64_t epoch_ = 0;
  Certifier::Voters voters_;
  std::vector<std::uint64_t> peers_;  // every other node

  SignatureMemory memory_;
  SignatureGate gate_;
  Pool pool_;
  Forwarder forwarder_;
  Waiters waiters_;
  Certifier certifier_;

  std::deque<consensus::Entry> apply_queue_;
  consensus::Role role_ = consensus::Role::kFollower;
  consensus::Index last_proposed_index_ = 0;
  std::uint64_t last_proposed_time_ms_ = 0;  // block time
  std::uint64_t last_block_ms_ = 0;          // monotonic; of the newest applied or proposed block
  bool idle_block_wanted_ = false;
  consensus::Term untimely_term_ = 0;
  std::uint64_t untimely_until_ms_ = 0;  // block time that was too far ahead

  std::uint64_t attested_height_ = 0;
  std::uint64_t certified_time_ms_ = 0;  // block time at the certified height
  std::uint64_t uncertified_since_ms_ = 0;
  std::uint64_t next_chase_ms_ = 0;
  std::uint64_t next_leader_chase_ms_ = 0;
  std::uint64_t transfers_ = 0;

  std::uint64_t next_read_ = 1;
  std::map<std::uint64_t, Read> reads_;

  std::uint64_t skew_refusals_ = 0;
  std::uint64_t evidence_ = 0;
  std::uint64_t frames_rejected_ = 0;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace sekisho::replica
