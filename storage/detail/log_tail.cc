// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/detail/log_tail.h"

#include <algorithm>

#include "node/base/check.h"

namespace sekisho::storage::detail {

using consensus::Entry;
using consensus::Index;
using consensus::Term;

Term LogTail::term(Index index) const {
  CHECK(index >= base_.index);
  CHECK(index <= last_);
  if (index == base_.index) return base_.term;
  const auto behind =
      std::upper_bound(runs_.begin(), runs_.end(), index,
                       [](Index wanted, const Run& run) { return wanted < run.first; });
  CHECK(behind != runs_.begin());
  return std::prev(behind)->term;
}

const Entry& LogTail::cached(Index index) const {
  CHECK(index >= cached_first());
  CHECK(index <= last_);
  return cache_[index - cached_first()];
}

void LogTail::restart(const LogBase& base) {
  base_ = base;
  last_ = base.index;
  runs_.clear();
  cache_.clear();
  cache_bytes_ = 0;
}

void LogTail::append(const Entry& entry) {
  CHECK(entry.index == last_ + 1);
  if (runs_.empty() || runs_.back().term != entry.term) runs_.push_back({entry.index, entry.term});
  last_ = entry.index;
  cache_.push_back(entry);
  cache_bytes_ += entry.size_bytes();
  while (cache_bytes_ > cache_bytes_max_ && cache_.size() > 1) {
    cache_bytes_ -= cache_.front().size_bytes();
    cache_.pop_front();
  }
}

void LogTail::truncate_from(Index index) {
  CHECK(index > base_.index);
  while (last_ >= index) {
    --last_;
    if (cache_.empty()) continue;
    cache_bytes_ -= cache_.back().size_bytes();
    cache_.pop_back();
  }
  while (!runs_.empty() && runs_.back().first > last_) runs_.pop_back();
}

void LogTail::truncate_to(Index index) {
  base_ = {index, term(index)};
  while (!cache_.empty() && cache_.front().index <= index) {
    cache_bytes_ -= cache_.front().size_bytes();
    cache_.pop_front();
  }
  while (runs_.size() > 1 && runs_[1].first <= index + 1) runs_.pop_front();
  if (last_ == index) runs_.clear();
  if (!runs_.empty()) runs_.front().first = std::max(runs_.front().first, index + 1);
}

}  // namespace sekisho::storage::detail
