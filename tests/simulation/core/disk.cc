// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/core/disk.h"

#include <algorithm>

#include "node/base/check.h"

namespace sekisho::core_simulation {

using consensus::Entry;
using consensus::Index;
using consensus::Persist;
using consensus::Term;

Result<Term> Disk::term(Index index) const {
  if (reads_fail_ && !judged_) return fail(Code::kIo, "the disk refused a read");
  if (index == base_index_) return base_term_;
  if (index < base_index_ || index > last_index()) {
    return fail(Code::kCorrupt, "no entry " + std::to_string(index) + " in the stored log");
  }
  return entries_[index - base_index_ - 1].term;
}

Result<std::vector<Entry>> Disk::entries(Index first, Index last, std::size_t max_bytes) const {
  if (reads_fail_ && !judged_) return fail(Code::kIo, "the disk refused a read");
  if (first <= base_index_ || first > last || last > last_index()) {
    return fail(Code::kCorrupt, "entries are asked for that are not stored");
  }
  std::vector<Entry> found;
  std::size_t size = 0;
  for (Index index = first; index <= last; ++index) {
    const Entry& entry = entries_[index - base_index_ - 1];
    size += entry.size_bytes();
    if (size > max_bytes && !found.empty()) break;
    found.push_back(entry);
  }
  return found;
}

Persist Disk::finish_oldest() {
  CHECK(!under_way_.empty());
  Persist done = std::move(under_way_.front());
  under_way_.pop_front();
  write(done);
  return done;
}

void Disk::write(const Persist& persist) {
  if (!persist.entries.empty()) {
    const Index first = persist.entries.front().index;
    if (first <= base_index_ || first > last_index() + 1) {
      broken_ = "a write begins at entry " + std::to_string(first) +
                " and the stored log ends at " + std::to_string(last_index());
      return;
    }
    entries_.resize(first - base_index_ - 1);
    entries_.insert(entries_.end(), persist.entries.begin(), persist.entries.end());
  }
  if (persist.hard_state) hard_state_ = *persist.hard_state;
}

void Disk::lose_power(std::size_t done) {
  for (std::size_t i = 0; i < std::min(done, under_way_.size()); ++i) write(under_way_[i]);
  under_way_.clear();
}

void Disk::restart() { reads_fail_ = false; }

void Disk::compact(Index index) {
  CHECK(index <= last_index());
  while (base_index_ < index) {
    base_term_ = entries_.front().term;
    entries_.pop_front();
    ++base_index_;
  }
}

void Disk::restart_after(Index index, Term term) {
  entries_.clear();
  base_index_ = index;
  base_term_ = term;
}

}  // namespace sekisho::core_simulation
