// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "consensus/types.h"
#include "storage/detail/log_format.h"

namespace sekisho::storage::detail {

// The log's bounds, the term of each entry as runs, and the newest entries. Not locked: the owner
// does that.
class LogTail {
 public:
  explicit LogTail(std::size_t cache_bytes_max) : cache_bytes_max_(cache_bytes_max) {}

  [[nodiscard]] consensus::Index first() const { return base_.index + 1; }
  [[nodiscard]] consensus::Index last() const { return last_; }
  // For first() - 1 .. last(), CHECKed.
  [[nodiscard]] consensus::Term term(consensus::Index index) const;
  // Index of the first cached entry; last() + 1 when nothing is cached.
  [[nodiscard]] consensus::Index cached_first() const { return last_ + 1 - cache_.size(); }
  [[nodiscard]] const consensus::Entry& cached(consensus::Index index) const;

  // Empty, behind `base`.
  void restart(const LogBase& base);
  // Directly behind last(), CHECKed.
  void append(const consensus::Entry& entry);
  // Forgets `index` and everything behind it.
  void truncate_from(consensus::Index index);
  // Forgets everything up to `index`.
  void truncate_to(consensus::Index index);

 private:
  // Entries from `first` up to the next run have `term`.
  struct Run {
    consensus::Index first = 0;
    consensus::Term term = 0;
  };

  LogBase base_;
  consensus::Index last_ = 0;
  std::deque<Run> runs_;
  std::deque<consensus::Entry> cache_;
  std::size_t cache_bytes_ = 0;
  std::size_t cache_bytes_max_;
};

}  // namespace sekisho::storage::detail
