// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/replica/types.h"

namespace sekisho::replica {

// The leader's operations on their way into blocks, in order of arrival: first waiting, then in
// flight inside a proposed entry until that entry is applied. The same bytes are
// held once; two operations under one id are the state machine's to judge.
// Bounded by operations and bytes, both kinds together. Core thread only.
class Pool {
 public:
  using Held = std::pair<Id16, Digest>;  // operation id and digest

  Pool(std::size_t operations_max, std::size_t bytes_max)
      : operations_max_(operations_max), bytes_max_(bytes_max) {}

  // All or nothing; operations already held are passed over. kResourceExhausted when they do not
  // fit.
  Status add(std::vector<AdmittedOperation> operations);

  // The next block: the oldest waiting operations within the bounds, at least one if any waits.
  // They are in flight under `entry_index` (above every earlier one) from now on. Operations whose
  // validity ended before `block_time_ms` are dropped instead.
  const std::vector<AdmittedOperation>& take(std::uint64_t entry_index, std::size_t operations_max,
                                             std::size_t bytes_max, std::uint64_t block_time_ms);
  // The proposal was refused: what was taken last goes back to the head of the queue.
  void put_back(std::uint64_t entry_index);
  // The entry was applied: its operations leave. Waiting ones among `ordered` (by an earlier
  // leader) leave too.
  void on_applied(std::uint64_t entry_index, const std::vector<Held>& ordered);
  // Everything, oldest first; the pool is empty afterwards. When leadership is lost.
  [[nodiscard]] std::vector<AdmittedOperation> drain();

  [[nodiscard]] bool contains(const Id16& id) const;
  [[nodiscard]] bool idle() const { return waiting_.empty(); }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  [[nodiscard]] std::size_t operations() const { return held_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  void forget(const AdmittedOperation& operation);

  std::size_t operations_max_;
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::deque<AdmittedOperation> waiting_;
  std::map<std::uint64_t, std::vector<AdmittedOperation>> in_flight_;
  std::set<Held> held_;
};

}  // namespace sekisho::replica
