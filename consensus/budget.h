// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>

#include "consensus/types.h"

namespace sekisho::consensus {

// Bytes of consecutive entries between two moving ends: entries enter at the upper end and leave at
// the lower one. Bounds a leader's uncommitted proposals and a node's unapplied entries in constant
// time per entry. Core thread only.
class EntryBudget {
 public:
  // Everything up to `index` has left; the next entry to enter is index + 1.
  void reset(Index index);
  void enter(const Entry& entry);
  // Entries up to `index` leave; those never entered are passed over.
  void leave_to(Index index);
  // True when `more` bytes keep the sum within `bytes_max`, or nothing is inside yet.
  [[nodiscard]] bool fits(std::size_t more, std::size_t bytes_max) const;
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t count() const { return sizes_.size(); }

 private:
  Index left_ = 0;  // newest index that left
  std::deque<std::size_t> sizes_;
  std::size_t bytes_ = 0;
};

}  // namespace sekisho::consensus
