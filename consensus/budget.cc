// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "consensus/budget.h"

#include "node/base/check.h"

namespace sekisho::consensus {

void EntryBudget::reset(Index index) {
  left_ = index;
  sizes_.clear();
  bytes_ = 0;
}

void EntryBudget::enter(const Entry& entry) {
  CHECK(entry.index == left_ + sizes_.size() + 1);
  sizes_.push_back(entry.size_bytes());
  bytes_ += sizes_.back();
}

void EntryBudget::leave_to(Index index) {
  while (left_ < index && !sizes_.empty()) {
    CHECK(bytes_ >= sizes_.front());
    bytes_ -= sizes_.front();
    sizes_.pop_front();
    ++left_;
  }
}

bool EntryBudget::fits(std::size_t more, std::size_t bytes_max) const {
  return sizes_.empty() || (bytes_ <= bytes_max && more <= bytes_max - bytes_);
}

}  // namespace sekisho::consensus
