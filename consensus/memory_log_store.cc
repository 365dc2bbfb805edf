// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "consensus/memory_log_store.h"

#include <string>

#include "node/base/check.h"

namespace sekisho::consensus {

Result<Term> MemoryLogStore::term(Index index) const {
  if (read_error_) return fail(*read_error_);
  if (index == base_index_) return base_term_;
  if (index < base_index_ || index > last_index()) {
    return fail(Code::kCorrupt, "no entry " + std::to_string(index) + " in the stored log");
  }
  return entries_[index - base_index_ - 1].term;
}

Result<std::vector<Entry>> MemoryLogStore::entries(Index first, Index last,
                                                   std::size_t max_bytes) const {
  if (read_error_) return fail(*read_error_);
  if (first <= base_index_ || first > last || last > last_index()) {
    return fail(Code::kCorrupt, "entries " + std::to_string(first) + " to " + std::to_string(last) +
                                    " are not all in the stored log");
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

void MemoryLogStore::write(const Persist& persist) {
  if (!persist.entries.empty()) {
    const Index first = persist.entries.front().index;
    CHECK(first > base_index_);
    CHECK(first <= last_index() + 1);
    CHECK((persist.truncate_from == 0) == (first == last_index() + 1));
    entries_.resize(first - base_index_ - 1);
    entries_.insert(entries_.end(), persist.entries.begin(), persist.entries.end());
  }
  if (persist.hard_state) hard_state_ = *persist.hard_state;
  CHECK(hard_state_.commit <= last_index());
}

void MemoryLogStore::compact(Index index) {
  CHECK(index <= last_index());
  while (base_index_ < index) {
    base_term_ = entries_.front().term;
    entries_.pop_front();
    ++base_index_;
  }
}

void MemoryLogStore::restart_after(Index index, Term term) {
  entries_.clear();
  base_index_ = index;
  base_term_ = term;
}

}  // namespace sekisho::consensus
