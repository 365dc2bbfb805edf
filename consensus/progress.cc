// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "consensus/progress.h"

#include <algorithm>

#include "node/base/check.h"

namespace sekisho::consensus {

void Inflights::add(Index last_index, std::size_t size_bytes) {
  CHECK(appends_.empty() || appends_.back().last_index < last_index);
  appends_.push_back({last_index, size_bytes});
  bytes_ += size_bytes;
}

void Inflights::free_to(Index match) {
  while (!appends_.empty() && appends_.front().last_index <= match) free_first();
}

void Inflights::free_first() {
  if (appends_.empty()) return;
  CHECK(bytes_ >= appends_.front().size_bytes);
  bytes_ -= appends_.front().size_bytes;
  appends_.pop_front();
}

void Inflights::clear() {
  appends_.clear();
  bytes_ = 0;
}

bool Inflights::full(std::size_t count_max, std::size_t bytes_max) const {
  return appends_.size() >= count_max || bytes_ >= bytes_max;
}

const char* state_name(ReplicationState state) {
  switch (state) {
    case ReplicationState::kProbe:
      return "probe";
    case ReplicationState::kReplicate:
      return "replicate";
    case ReplicationState::kSnapshot:
      return "snapshot";
  }
  CHECK(false);
  return "";
}

void Progress::become_probe() {
  next = match + 1;
  state = ReplicationState::kProbe;
  paused = false;
  pending_snapshot = 0;
  inflights.clear();
}

void Progress::become_replicate() {
  state = ReplicationState::kReplicate;
  next = match + 1;
  paused = false;
  pending_snapshot = 0;
  inflights.clear();
}

void Progress::become_snapshot(Index index) {
  CHECK(index > match);
  state = ReplicationState::kSnapshot;
  pending_snapshot = index;
  paused = false;
  inflights.clear();
}

bool Progress::acknowledge(Index index) {
  const bool news = index > match;
  match = std::max(match, index);
  next = std::max(next, match + 1);
  if (news) paused = false;
  inflights.free_to(match);
  CHECK(next > match);
  return news;
}

bool Progress::back_up(Index rejected_prev, Index hint) {
  if (state == ReplicationState::kReplicate) {
    if (rejected_prev <= match) return false;
    become_probe();
    return true;
  }
  if (state != ReplicationState::kProbe || rejected_prev != next - 1) return false;
  next = std::max(std::min(rejected_prev, hint + 1), match + 1);
  paused = false;
  CHECK(next > match);
  return true;
}

void Progress::sent(Index last_index, std::size_t size_bytes) {
  CHECK(state != ReplicationState::kSnapshot);
  CHECK(last_index + 1 >= next);
  if (state == ReplicationState::kProbe) {
    paused = true;
    return;
  }
  if (last_index >= next) inflights.add(last_index, size_bytes);
  next = last_index + 1;
}

}  // namespace sekisho::consensus
