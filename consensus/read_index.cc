// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "consensus/read_index.h"

#include <utility>

#include "node/base/check.h"

namespace sekisho::consensus {

std::uint64_t ReadRounds::start(Index commit) {
  CHECK(can_start());
  CHECK(commit >= confirmed_index_);
  round_ = Round{commit, std::exchange(waiting_, {})};
  return ++sequence_;
}

std::vector<ReadRequest> ReadRounds::confirm(std::uint64_t sequence) {
  CHECK(sequence <= sequence_);
  if (!round_ || sequence < sequence_) return {};
  confirmed_index_ = round_->commit;
  std::vector<ReadRequest> requests = std::move(round_->requests);
  round_.reset();
  return requests;
}

std::size_t ReadRounds::pending() const {
  return waiting_.size() + (round_ ? round_->requests.size() : 0);
}

std::vector<ReadRequest> ReadRounds::reset() {
  std::vector<ReadRequest> requests;
  if (round_) requests = std::move(round_->requests);
  requests.insert(requests.end(), waiting_.begin(), waiting_.end());
  waiting_.clear();
  round_.reset();
  sequence_ = 0;
  confirmed_index_ = 0;
  return requests;
}

std::optional<std::uint64_t> ForwardedReads::take(std::uint64_t id) {
  const auto found = contexts_.find(id);
  if (found == contexts_.end()) return std::nullopt;
  const std::uint64_t context = found->second;
  contexts_.erase(found);
  return context;
}

std::vector<std::uint64_t> ForwardedReads::take_all() {
  std::vector<std::uint64_t> contexts;
  contexts.reserve(contexts_.size());
  for (const auto& [id, context] : contexts_) contexts.push_back(context);
  contexts_.clear();
  return contexts;
}

}  // namespace sekisho::consensus
