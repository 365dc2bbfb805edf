// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/replica/pool.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "node/base/check.h"

namespace sekisho::replica {
namespace {

Pool::Held key_of(const AdmittedOperation& operation) {
  return {operation.operation_id, operation.digest};
}

}  // namespace

Status Pool::add(std::vector<AdmittedOperation> operations) {
  std::set<Held> fresh;
  std::size_t fresh_bytes = 0;
  for (const AdmittedOperation& operation : operations) {
    const Held key = key_of(operation);
    if (!held_.contains(key) && fresh.insert(key).second)
      fresh_bytes += operation.signed_operation.size();
  }
  if (held_.size() + fresh.size() > operations_max_ || bytes_ + fresh_bytes > bytes_max_)
    return fail(Code::kResourceExhausted, "the leader's pool is full; submit again later");
  for (AdmittedOperation& operation : operations) {
    if (!held_.insert(key_of(operation)).second) continue;
    bytes_ += operation.signed_operation.size();
    waiting_.push_back(std::move(operation));
  }
  return {};
}

void Pool::forget(const AdmittedOperation& operation) {
  if (held_.erase(key_of(operation)) == 0) return;
  CHECK(bytes_ >= operation.signed_operation.size());
  bytes_ -= operation.signed_operation.size();
}

bool Pool::contains(const Id16& id) const {
  const auto found = held_.lower_bound({id, Digest{}});
  return found != held_.end() && found->first == id;
}

const std::vector<AdmittedOperation>& Pool::take(std::uint64_t entry_index,
                                                 std::size_t operations_max, std::size_t bytes_max,
                                                 std::uint64_t block_time_ms) {
  CHECK(in_flight_.empty() || in_flight_.rbegin()->first < entry_index);
  std::vector<AdmittedOperation>& block = in_flight_[entry_index];
  std::size_t bytes = 0;
  while (!waiting_.empty() && block.size() < operations_max) {
    AdmittedOperation& next = waiting_.front();
    if (!block.empty() && bytes + next.signed_operation.size() > bytes_max) break;
    if (next.valid_until_ms < block_time_ms) {
      forget(next);
    } else {
      bytes += next.signed_operation.size();
      block.push_back(std::move(next));
    }
    waiting_.pop_front();
  }
  return block;
}

void Pool::put_back(std::uint64_t entry_index) {
  const auto found = in_flight_.find(entry_index);
  CHECK(found != in_flight_.end());
  std::vector<AdmittedOperation>& block = found->second;
  waiting_.insert(waiting_.begin(), std::make_move_iterator(block.begin()),
                  std::make_move_iterator(block.end()));
  in_flight_.erase(found);
}

void Pool::on_applied(std::uint64_t entry_index, const std::vector<Held>& ordered) {
  if (const auto found = in_flight_.find(entry_index); found != in_flight_.end()) {
    for (const AdmittedOperation& operation : found->second) forget(operation);
    in_flight_.erase(found);
    return;
  }
  for (const Held& key : ordered) {
    if (!held_.contains(key)) continue;
    const auto waiting = std::find_if(waiting_.begin(), waiting_.end(),
                                      [&](const auto& held) { return key_of(held) == key; });
    if (waiting == waiting_.end()) continue;
    forget(*waiting);
    waiting_.erase(waiting);
  }
}

std::vector<AdmittedOperation> Pool::drain() {
  std::vector<AdmittedOperation> all;
  all.reserve(held_.size());
  for (auto& [index, block] : in_flight_)
    all.insert(all.end(), std::make_move_iterator(block.begin()),
               std::make_move_iterator(block.end()));
  all.insert(all.end(), std::make_move_iterator(waiting_.begin()),
             std::make_move_iterator(waiting_.end()));
  in_flight_.clear();
  waiting_.clear();
  held_.clear();
  bytes_ = 0;
  return all;
}

}  // namespace sekisho::replica
