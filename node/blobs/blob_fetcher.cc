// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/blobs/blob_fetcher.h"

#include <algorithm>
#include <utility>

#include "node/base/check.h"
#include "node/crypto/hash.h"

namespace sekisho::blobs {

void BlobFetcher::fetch(FetchPlan plan, Done done) {
  Result<Bytes> refused = Bytes();
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) {
      refused = fail(Code::kCancelled, "the node is stopping");
    } else if (plan.holders.empty()) {
      refused = fail(Code::kNotFound, "the ledger names no holder of blob " + plan.blob_id.hex());
    } else if (plan.size_bytes == 0 || plan.size_bytes > limits::kBlobSizeMax) {
      refused = fail(Code::kInvalidArgument, "blob size out of bounds");
    } else if (transfers_.size() >= kFetchesMax ||
               plan.size_bytes > kFetchBytesMax - reserved_bytes_) {
      refused = fail(Code::kResourceExhausted, "too many transfers at once; try again later");
    } else {
      reserved_bytes_ += plan.size_bytes;
      auto transfer = std::make_unique<Transfer>();
      transfer->plan = std::move(plan);
      transfer->done = std::move(done);
      ask(transfers_.emplace(next_request_++, std::move(transfer)).first);
      return;
    }
  }
  done(std::move(refused));
}

void BlobFetcher::ask(Transfers::iterator at) {
  auto node = transfers_.extract(at);
  node.key() = next_request_++;
  const std::uint64_t request = node.key();
  Transfer& transfer = *transfers_.insert(std::move(node)).position->second;
  const std::uint64_t offset = transfer.received.size();
  v1::PeerFrame frame;
  auto& body = *frame.mutable_blob_request();
  body.set_request(request);
  body.set_blob_id(Bytes(transfer.plan.blob_id.view()));
  body.set_offset(offset);
  body.set_length(static_cast<std::uint32_t>(
      std::min<std::uint64_t>(limits::kBlobChunkSize, transfer.plan.size_bytes - offset)));
  body.set_exchange_id(Bytes(transfer.plan.exchange_id.view()));
  transfer.asked_at_ms = clock_.monotonic_ms();
  send_(transfer.plan.holders[transfer.holder], frame.SerializeAsString());
}

void BlobFetcher::on_chunk(std::uint64_t from_node, v1::BlobChunk chunk) {
  Outcome outcome;
  {
    const std::lock_guard lock(mutex_);
    const auto at = transfers_.find(chunk.request());
    if (at == transfers_.end()) return;
    const Transfer& transfer = *at->second;
    if (transfer.plan.holders[transfer.holder] != from_node) return;
    outcome = accept(at, std::move(chunk));
  }
  deliver(std::move(outcome));
}

BlobFetcher::Outcome BlobFetcher::accept(Transfers::iterator at, v1::BlobChunk chunk) {
  Transfer& transfer = *at->second;
  if (chunk.code() != 0) {
    const auto code = chunk.code() <= static_cast<std::uint32_t>(Code::kInternal) + 1
                          ? static_cast<Code>(chunk.code() - 1)
                          : Code::kInternal;
    return next_holder(at, Error{code, chunk.context().substr(0, limits::kTextMax)}, true);
  }
  const std::uint64_t missing = transfer.plan.size_bytes - transfer.received.size();
  if (chunk.total_size() != transfer.plan.size_bytes || chunk.data().empty() ||
      chunk.data().size() > std::min<std::uint64_t>(missing, limits::kBlobChunkSize)) {
    return next_holder(at, Error{Code::kCorrupt, "a holder sent a piece of the wrong size"}, true);
  }
  transfer.received.append(chunk.data());
  if (transfer.received.size() == transfer.plan.size_bytes) return judge_whole(at);
  ask(at);
  return {};
}

BlobFetcher::Outcome BlobFetcher::judge_whole(Transfers::iterator at) {
  Transfer& transfer = *at->second;
  if (crypto::sha256(transfer.received) == transfer.plan.blob_id) {
    return finish(at, std::move(transfer.received));
  }
  Error reason{Code::kCorrupt, "the bytes of a holder do not have the blob's digest"};
  transfer.received.clear();
  if (transfer.mixed) return ask_again(at, std::move(reason));
  return next_holder(at, std::move(reason), true);
}

BlobFetcher::Outcome BlobFetcher::next_holder(Transfers::iterator at, Error reason, bool drop) {
  Transfer& transfer = *at->second;
  auto& holders = transfer.plan.holders;
  const std::uint64_t before = holders[transfer.holder];
  if (drop) {
    holders.erase(holders.begin() + static_cast<std::ptrdiff_t>(transfer.holder));
  } else {
    ++transfer.holder;
  }
  if (holders.empty()) return finish(at, fail(std::move(reason)));
  transfer.holder %= holders.size();
  if (holders[transfer.holder] != before) transfer.mixed = true;
  return ask_again(at, std::move(reason));
}

BlobFetcher::Outcome BlobFetcher::ask_again(Transfers::iterator at, Error reason) {
  Transfer& transfer = *at->second;
  if (++transfer.failures > kTriesMax) return finish(at, fail(std::move(reason)));
  if (transfer.received.empty()) transfer.mixed = false;
  ask(at);
  return {};
}

BlobFetcher::Outcome BlobFetcher::finish(Transfers::iterator at, Result<Bytes> result) {
  CHECK(reserved_bytes_ >= at->second->plan.size_bytes);
  reserved_bytes_ -= at->second->plan.size_bytes;
  Outcome outcome{std::move(at->second), std::move(result)};
  transfers_.erase(at);
  return outcome;
}

void BlobFetcher::deliver(Outcome outcome) {
  if (outcome.finished) outcome.finished->done(std::move(outcome.result));
}

void BlobFetcher::tick() {
  std::vector<Outcome> outcomes;
  {
    const std::lock_guard lock(mutex_);
    const std::uint64_t now = clock_.monotonic_ms();
    for (auto at = transfers_.begin(); at != transfers_.end();) {
      const auto current = at++;
      if (now - current->second->asked_at_ms < kPieceTimeoutMs) continue;
      outcomes.push_back(next_holder(
          current, Error{Code::kUnavailable, "no holder of the blob answers; try again later"},
          false));
    }
  }
  for (auto& outcome : outcomes) deliver(std::move(outcome));
}

void BlobFetcher::stop() {
  std::vector<Outcome> outcomes;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    while (!transfers_.empty()) {
      outcomes.push_back(
          finish(transfers_.begin(), fail(Code::kCancelled, "the node is stopping")));
    }
  }
  for (auto& outcome : outcomes) deliver(std::move(outcome));
}

std::uint64_t BlobFetcher::reserved_bytes() const {
  const std::lock_guard lock(mutex_);
  return reserved_bytes_;
}

}  // namespace sekisho::blobs
