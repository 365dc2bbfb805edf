// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/clock.h"
#include "node/base/limits.h"
#include "proto/v1/peer.pb.h"

namespace sekisho::blobs {

// A blob to be had from other nodes.
struct FetchPlan {
  Digest blob_id;
  std::uint64_t size_bytes = 0;  // as the ledger says
  Id16 exchange_id;
  std::vector<std::uint64_t> holders;  // node numbers, asked in this order
};

// Fetches blobs from their holders piece by piece over the peer links. A piece that does not come
// is asked for again, from the next holder if there is one: what has arrived is kept. The whole is
// checked against the blob id; a holder that sent other bytes is not asked again. When the pieces
// came from several holders, none of them is blamed: it is fetched anew from one. Any thread.
class BlobFetcher {
 public:
  // Sends a frame to a node; never blocks; may lose it.
  using Send = std::function<void(std::uint64_t to_node, Bytes frame)>;
  // Called once, on a thread that called into the fetcher. kNotFound, kPermissionDenied …: the last
  // holder's answer; kUnavailable: no holder answered; kCorrupt: none had the right bytes.
  using Done = std::function<void(Result<Bytes>)>;

  static constexpr std::uint64_t kPieceTimeoutMs = 3000;
  static constexpr unsigned kTriesMax = 10;       // pieces that did not come, in one fetch
  static constexpr std::size_t kFetchesMax = 64;  // at once
  // Blobs on their way together; each counts whole.
  static constexpr std::uint64_t kFetchBytesMax = 1024 * limits::kMiB;
  static_assert(kFetchBytesMax >= limits::kBlobSizeMax);

  BlobFetcher(Send send, const Clock& clock) : send_(std::move(send)), clock_(clock) {}

  // kResourceExhausted when kFetchesMax, or blobs of kFetchBytesMax together, are on their
  // way already: each blob counts whole from its first piece to its answer.
  void fetch(FetchPlan plan, Done done);
  // A piece from `from_node`; foreign, checked here.
  void on_chunk(std::uint64_t from_node, v1::BlobChunk chunk);
  // A few times a second.
  void tick();
  // Answers every fetch with kCancelled; further ones too.
  void stop();
  // What the blobs on their way come to.
  [[nodiscard]] std::uint64_t reserved_bytes() const;

 private:
  struct Transfer {
    FetchPlan plan;
    Done done;
    Bytes received;
    std::size_t holder = 0;  // index into plan.holders
    bool mixed = false;      // the pieces came from more than one holder
    std::uint64_t asked_at_ms = 0;
    unsigned failures = 0;
  };
  using Transfers = std::map<std::uint64_t, std::unique_ptr<Transfer>>;
  // What to do after the lock is given back.
  struct Outcome {
    std::unique_ptr<Transfer> finished;
    Result<Bytes> result = Bytes();
  };

  // Asks for the next piece under a fresh number, so that a late answer to an earlier question is
  // no answer to this one.
  void ask(Transfers::iterator at);
  Outcome accept(Transfers::iterator at, v1::BlobChunk chunk);
  Outcome judge_whole(Transfers::iterator at);
  // `drop`: the present one is not asked again.
  Outcome next_holder(Transfers::iterator at, Error reason, bool drop);
  // One more piece did not come; asks again, or gives up with the reason.
  Outcome ask_again(Transfers::iterator at, Error reason);
  Outcome finish(Transfers::iterator at, Result<Bytes> result);
  static void deliver(Outcome outcome);

  Send send_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  Transfers transfers_;
  std::uint64_t reserved_bytes_ = 0;
  std::uint64_t next_request_ = 1;
  bool stopped_ = false;
};

}  // namespace sekisho::blobs
