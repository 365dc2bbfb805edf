// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/blobs/blob_fetcher.h"

#include <algorithm>
#include <utility>

#include "node/base/check.h"

namespace sekisho::blobs {
namespace {

static_assert(BlobFetcher::kBytesMax >= 2 * limits::kBlobSizeMax,
              "the node's own work finds room beside one file of a client");

Error stopping() { return {Code::kCancelled, "the node is stopping"}; }

Error refusal_of(const v1::BlobChunk& chunk) {
  const auto code = chunk.code() <= static_cast<std::uint32_t>(Code::kInternal) + 1
                        ? static_cast<Code>(chunk.code() - 1)
                        : Code::kInternal;
  return {code, chunk.context().substr(0, limits::kTextMax)};
}

}  // namespace

void BlobFetcher::fetch(FetchPlan plan, Done done) {
  Status refused;
  {
    const std::lock_guard lock(mutex_);
    refused = check(plan);
    if (refused) {
      auto& transfer = transfers_[plan.blob_id];
      const bool under_way = transfer != nullptr;
      if (!under_way) {
        transfer = std::make_shared<Transfer>();
        *bytes_in_use_ += plan.size_bytes;
        transfer->plan = std::move(plan);
      }
      transfer->waiting.push_back(std::move(done));
      ++waiters_;
      if (!under_way) ask(*transfer);
      return;
    }
  }
  done(fail(refused.error()));
}

Status BlobFetcher::check(const FetchPlan& plan) const {
  if (stopped_) return fail(stopping());
  if (plan.holders.empty()) {
    return fail(Code::kNotFound, "the ledger names no holder of blob " + plan.blob_id.hex());
  }
  if (plan.size_bytes == 0 || plan.size_bytes > limits::kBlobSizeMax) {
    return fail(Code::kInvalidArgument, "blob size out of bounds");
  }
  const bool under_way = transfers_.contains(plan.blob_id);
  if (waiters_ >= kWaitersMax || (!under_way && !has_room(plan))) {
    return fail(Code::kResourceExhausted, "too many transfers at once; try again later");
  }
  return {};
}

bool BlobFetcher::has_room(const FetchPlan& plan) const {
  if (transfers_.size() >= kFetchesMax) return false;
  const std::uint64_t bound = kBytesMax - (plan.own_work ? 0 : std::uint64_t{limits::kBlobSizeMax});
  return *bytes_in_use_ + plan.size_bytes <= bound;
}

void BlobFetcher::ask(Transfer& transfer) {
  transfer.request = next_request_++;
  const std::uint64_t offset = transfer.received.size();
  v1::PeerFrame frame;
  auto& body = *frame.mutable_blob_request();
  body.set_request(transfer.request);
  body.set_blob_id(Bytes(transfer.plan.blob_id.view()));
  body.set_offset(offset);
  body.set_length(static_cast<std::uint32_t>(
      std::min<std::uint64_t>(limits::kBlobChunkSize, transfer.plan.size_bytes - offset)));
  body.set_exchange_id(Bytes(transfer.plan.exchange_id.view()));
  transfer.asked_at_ms = clock_.monotonic_ms();
  send_(transfer.plan.holders[transfer.holder], frame.SerializeAsString());
}

BlobFetcher::TransferPtr BlobFetcher::find_asked(std::uint64_t from_node,
                                                 std::uint64_t request) const {
  for (const auto& [blob_id, transfer] : transfers_) {
    if (transfer->request != request || transfer->hashing) continue;
    return transfer->plan.holders[transfer->holder] == from_node ? transfer : nullptr;
  }
  return nullptr;
}

// The hash is made without the lock: a piece takes milliseconds, and the core thread ticks here.
void BlobFetcher::on_chunk(std::uint64_t from_node, v1::BlobChunk chunk) {
  TransferPtr transfer;
  Outcome outcome;
  bool good = false;
  {
    const std::lock_guard lock(mutex_);
    transfer = find_asked(from_node, chunk.request());
    if (!transfer) return;
    const Status judged = judge_piece(*transfer, chunk);
    good = judged.has_value();
    transfer->hashing = good;
    if (!good) outcome = next_holder(*transfer, judged.error(), true);
  }
  if (good) {
    transfer->received.reserve(transfer->plan.size_bytes);
    transfer->received.append(chunk.data());
    transfer->hash.update(chunk.data());
    const std::lock_guard lock(mutex_);
    transfer->hashing = false;
    if (stopped_) {
      outcome = give_up(*transfer, stopping());
    } else if (transfer->received.size() == transfer->plan.size_bytes) {
      outcome = judge_whole(*transfer);
    } else {
      ask(*transfer);
    }
  }
  deliver(std::move(outcome));
}

Status BlobFetcher::judge_piece(const Transfer& transfer, const v1::BlobChunk& chunk) {
  if (chunk.code() != 0) return fail(refusal_of(chunk));
  const std::uint64_t missing = transfer.plan.size_bytes - transfer.received.size();
  if (chunk.total_size() != transfer.plan.size_bytes || chunk.data().empty() ||
      chunk.data().size() > std::min<std::uint64_t>(missing, limits::kBlobChunkSize)) {
    return fail(Code::kCorrupt, "a holder sent a piece of the wrong size");
  }
  return {};
}

BlobFetcher::Outcome BlobFetcher::judge_whole(Transfer& transfer) {
  if (transfer.hash.finish() == transfer.plan.blob_id) {
    return finish(transfer, shared(std::exchange(transfer.received, {})));
  }
  Error reason{Code::kCorrupt, "the bytes of a holder do not have the blob's digest"};
  transfer.received.clear();
  if (transfer.mixed) return ask_again(transfer, std::move(reason));
  return next_holder(transfer, std::move(reason), true);
}

BlobFetcher::Outcome BlobFetcher::next_holder(Transfer& transfer, Error reason, bool drop) {
  auto& holders = transfer.plan.holders;
  const std::uint64_t before = holders[transfer.holder];
  if (drop) {
    holders.erase(holders.begin() + static_cast<std::ptrdiff_t>(transfer.holder));
  } else {
    ++transfer.holder;
  }
  if (holders.empty()) return give_up(transfer, std::move(reason));
  transfer.holder %= holders.size();
  if (holders[transfer.holder] != before) transfer.mixed = true;
  return ask_again(transfer, std::move(reason));
}

BlobFetcher::Outcome BlobFetcher::ask_again(Transfer& transfer, Error reason) {
  if (++transfer.failures > transfer.plan.tries_max) return give_up(transfer, std::move(reason));
  if (transfer.received.empty()) transfer.mixed = false;
  ask(transfer);
  return {};
}

// The bytes stay counted: whoever gets them holds their room.
BlobFetcher::Outcome BlobFetcher::finish(Transfer& transfer, Result<Fetched> result) {
  Outcome outcome{std::exchange(transfer.waiting, {}), std::move(result)};
  CHECK(waiters_ >= outcome.waiting.size());
  waiters_ -= outcome.waiting.size();
  const Digest blob_id = transfer.plan.blob_id;
  transfers_.erase(blob_id);
  return outcome;
}

BlobFetcher::Outcome BlobFetcher::give_up(Transfer& transfer, Error reason) {
  *bytes_in_use_ -= transfer.plan.size_bytes;
  return finish(transfer, fail(std::move(reason)));
}

BlobFetcher::Fetched BlobFetcher::shared(Bytes bytes) const {
  const auto let_go = [in_use = bytes_in_use_](const Bytes* held) {
    *in_use -= held->size();
    delete held;
  };
  return Fetched(new Bytes(std::move(bytes)), let_go);
}

void BlobFetcher::deliver(Outcome outcome) {
  for (const Done& done : outcome.waiting) done(outcome.result);
}

void BlobFetcher::tick() {
  std::vector<Outcome> outcomes;
  {
    const std::lock_guard lock(mutex_);
    const std::uint64_t now = clock_.monotonic_ms();
    std::vector<TransferPtr> late;
    for (const auto& [blob_id, transfer] : transfers_) {
      if (transfer->hashing || now - transfer->asked_at_ms < kPieceTimeoutMs) continue;
      late.push_back(transfer);
    }
    for (const TransferPtr& transfer : late) {
      outcomes.push_back(next_holder(
          *transfer, Error{Code::kUnavailable, "no holder of the blob answers; try again later"},
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
    std::vector<TransferPtr> all;
    for (const auto& [blob_id, transfer] : transfers_) all.push_back(transfer);
    for (const TransferPtr& transfer : all) {
      // One that is being hashed is answered by its own thread, in a moment.
      if (!transfer->hashing) outcomes.push_back(give_up(*transfer, stopping()));
    }
  }
  for (auto& outcome : outcomes) deliver(std::move(outcome));
}

}  // namespace sekisho::blobs
