// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/clock.h"
#include "node/base/limits.h"
#include "node/crypto/hash.h"
#include "proto/v1/peer.pb.h"

namespace sekisho::blobs {

// A blob to be had from other nodes.
struct FetchPlan {
  Digest blob_id;
  std::uint64_t size_bytes = 0;  // as the ledger says
  Id16 exchange_id;
  std::vector<std::uint64_t> holders;  // node numbers, asked in this order
  // For this node's own work, which may use the room that clients must leave.
  bool own_work = false;
  unsigned tries_max = 10;  // pieces that did not come
};

// Fetches blobs from their holders piece by piece over the peer links. A piece that does not come
// is asked for again, from the next holder if there is one: what has arrived is kept. The whole is
// checked against the blob id; a holder that sent other bytes is not asked again. When the pieces
// came from several holders, none of them is blamed: it is fetched anew from one. Who asks for a
// blob that is under way waits for the same transfer. What is under way and what somebody still
// holds of it count against one bound of memory. Any thread.
class BlobFetcher {
 public:
  // The bytes, shared by all who waited; their room is free again when the last lets go.
  using Fetched = std::shared_ptr<const Bytes>;
  // Sends a frame to a node; never blocks; may lose it.
  using Send = std::function<void(std::uint64_t to_node, Bytes frame)>;
  // Called once, on a thread that called into the fetcher. kNotFound, kPermissionDenied …: the last
  // holder's answer; kUnavailable: no holder answered; kCorrupt: none had the right bytes;
  // kResourceExhausted: no room now.
  using Done = std::function<void(Result<Fetched>)>;

  static constexpr std::uint64_t kPieceTimeoutMs = 3000;
  static constexpr std::uint64_t kBytesMax = 600ull * limits::kMiB;
  static constexpr std::size_t kFetchesMax = 64;    // transfers at once
  static constexpr std::size_t kWaitersMax = 2048;  // on all of them

  BlobFetcher(Send send, const Clock& clock) : send_(std::move(send)), clock_(clock) {}

  void fetch(FetchPlan plan, Done done);
  // A piece from `from_node`; foreign, checked here. Hashes it: not for the core or an io thread.
  void on_chunk(std::uint64_t from_node, v1::BlobChunk chunk);
  // A few times a second.
  void tick();
  // Answers every fetch with kCancelled; further ones too.
  void stop();
  // Bytes under way or still held by somebody.
  [[nodiscard]] std::uint64_t bytes_in_use() const { return *bytes_in_use_; }

 private:
  struct Transfer {
    FetchPlan plan;
    std::vector<Done> waiting;
    Bytes received;
    crypto::Sha256 hash;     // of `received`
    std::size_t holder = 0;  // index into plan.holders
    bool mixed = false;      // the pieces came from more than one holder
    bool hashing = false;    // on_chunk works on `received` and `hash`, without the lock
    std::uint64_t request = 0;
    std::uint64_t asked_at_ms = 0;
    unsigned failures = 0;
  };
  using TransferPtr = std::shared_ptr<Transfer>;
  // What to do after the lock is given back.
  struct Outcome {
    std::vector<Done> waiting;
    Result<Fetched> result = Fetched();
  };

  Status check(const FetchPlan& plan) const;
  [[nodiscard]] bool has_room(const FetchPlan& plan) const;
  // Asks for the next piece under a fresh number, so that a late answer to an earlier question is
  // no answer to this one.
  void ask(Transfer& transfer);
  TransferPtr find_asked(std::uint64_t from_node, std::uint64_t request) const;
  // Why the chunk is no good, if so.
  static Status judge_piece(const Transfer& transfer, const v1::BlobChunk& chunk);
  Outcome judge_whole(Transfer& transfer);
  // `drop`: the present one is not asked again.
  Outcome next_holder(Transfer& transfer, Error reason, bool drop);
  // One more piece did not come; asks again, or gives up with the reason.
  Outcome ask_again(Transfer& transfer, Error reason);
  Outcome finish(Transfer& transfer, Result<Fetched> result);
  Outcome give_up(Transfer& transfer, Error reason);
  [[nodiscard]] Fetched shared(Bytes bytes) const;
  static void deliver(Outcome outcome);

  Send send_;
  const Clock& clock_;
  // Outlives the fetcher with the last of the bytes.
  const std::shared_ptr<std::atomic<std::uint64_t>> bytes_in_use_ =
      std::make_shared<std::atomic<std::uint64_t>>(0);
  mutable std::mutex mutex_;  // all below
  std::map<Digest, TransferPtr> transfers_;
  std::size_t waiters_ = 0;
  std::uint64_t next_request_ = 1;
  bool stopped_ = false;
};

}  // namespace sekisho::blobs
