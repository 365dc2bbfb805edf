// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "consensus/log_view.h"

#include <algorithm>
#include <string>
#include <utility>

#include "consensus/message.h"
#include "node/base/check.h"

namespace sekisho::consensus {

Result<LogView> LogView::open(const LogStore& store, std::size_t cache_bytes) {
  const Index first = store.first_index();
  const Index last = store.last_index();
  if (first == 0 || last + 1 < first || last > kIndexMax) {
    return fail(Code::kCorrupt, "stored log claims entries " + std::to_string(first) + " to " +
                                    std::to_string(last));
  }
  LogView view(store, cache_bytes);
  TRY(view.base_term_, store.term(first - 1));
  view.base_index_ = first - 1;
  view.tail_first_ = last + 1;
  view.staged_ = last;
  view.persisted_ = last;
  view.stored_last_ = last;
  return view;
}

Term LogView::term(Index index) const {
  if (index == base_index_) return base_term_;
  if (index < base_index_ || index > last_index()) return 0;
  if (index >= tail_first_) return tail_at(index).term;
  if (failure_) return 0;
  auto stored = store_->term(index);
  if (!stored) {
    failure_ = stored.error().within("reading the term of entry " + std::to_string(index));
    return 0;
  }
  return *stored;
}

bool LogView::matches(Index index, Term term_there) const {
  if (index < base_index_ || index > last_index()) return false;
  return term(index) == term_there;
}

bool LogView::is_up_to_date(Index index, Term term_there) const {
  const Term mine = last_term();
  return term_there > mine || (term_there == mine && index >= last_index());
}

std::vector<Entry> LogView::entries(Index first, Index last, std::size_t max_bytes,
                                    std::size_t max_count) const {
  CHECK(first >= first_index());
  CHECK(first <= last);
  CHECK(last <= last_index());
  last = std::min(last, first + max_count - 1);
  std::vector<Entry> found;
  std::size_t size = 0;
  if (first < tail_first_) {
    found = read_stored(first, std::min(last, tail_first_ - 1), max_bytes);
    for (const Entry& entry : found) size += entry.size_bytes();
    if (found.empty() || found.back().index + 1 < std::min(last + 1, tail_first_)) return found;
  }
  for (Index index = std::max(first, tail_first_); index <= last; ++index) {
    size += tail_at(index).size_bytes();
    if (size > max_bytes && !found.empty()) break;
    found.push_back(tail_at(index));
  }
  return found;
}

std::vector<Entry> LogView::read_stored(Index first, Index last, std::size_t max_bytes) const {
  if (failure_) return {};
  auto stored = store_->entries(first, last, max_bytes);
  if (!stored) {
    failure_ = stored.error().within("reading entries from " + std::to_string(first));
    return {};
  }
  bool sound = !stored->empty() && stored->size() <= last - first + 1;
  for (std::size_t i = 0; sound && i < stored->size(); ++i) sound = (*stored)[i].index == first + i;
  if (!sound) {
    failure_ = Error{Code::kCorrupt, "stored entries from " + std::to_string(first) + " have gaps"};
    return {};
  }
  return std::move(*stored);
}

Index LogView::last_index_with_term_at_most(Index index, Term bound, Index floor) const {
  index = std::min(index, last_index());
  while (index > floor && index > base_index_ && term(index) > bound && !failure_) --index;
  return index;
}

void LogView::append(std::vector<Entry> entries) {
  for (Entry& entry : entries) {
    CHECK(entry.index == last_index() + 1);
    DCHECK(entry.term >= last_term());
    tail_bytes_ += entry.size_bytes();
    tail_.push_back(std::move(entry));
  }
}

void LogView::truncate_from(Index index) {
  CHECK(index > base_index_);
  CHECK(index <= last_index());
  while (!tail_.empty() && tail_.back().index >= index) {
    tail_bytes_ -= tail_.back().size_bytes();
    tail_.pop_back();
  }
  tail_first_ = std::min(tail_first_, index);
  staged_ = std::min(staged_, index - 1);
  persisted_ = std::min(persisted_, index - 1);
  // A write under way may still hold the old entries; its completion no longer speaks for them.
  for (InFlight& write : in_flight_) write.last = std::min(write.last, index - 1);
}

void LogView::stage(PersistToken token, Persist& persist) {
  const Index first = staged_ + 1;
  CHECK(first >= tail_first_);
  CHECK(first <= last_index());
  CHECK(in_flight_.empty() || in_flight_.back().token < token);
  const auto offset = static_cast<std::ptrdiff_t>(first - tail_first_);
  persist.entries.assign(tail_.begin() + offset, tail_.end());
  persist.truncate_from = first <= stored_last_ ? first : 0;
  staged_ = last_index();
  stored_last_ = staged_;
  in_flight_.push_back({token, staged_});
}

void LogView::persisted(PersistToken token) {
  while (!in_flight_.empty() && in_flight_.front().token <= token) {
    persisted_ = std::max(persisted_, in_flight_.front().last);
    in_flight_.pop_front();
  }
  CHECK(persisted_ <= staged_);
  evict();
}

void LogView::evict() {
  while (tail_bytes_ > cache_bytes_ && tail_.size() > 1 && tail_first_ <= persisted_) {
    tail_bytes_ -= tail_.front().size_bytes();
    tail_.pop_front();
    ++tail_first_;
  }
}

void LogView::compact(Index index) {
  if (index <= base_index_) return;
  CHECK(index <= persisted_);
  base_term_ = term(index);
  base_index_ = index;
  while (!tail_.empty() && tail_first_ <= index) {
    tail_bytes_ -= tail_.front().size_bytes();
    tail_.pop_front();
    ++tail_first_;
  }
  CHECK(tail_first_ > 0);
}

void LogView::restart_after(Index index, Term term_there) {
  CHECK(index > 0);
  CHECK(term_there > 0);
  tail_.clear();
  in_flight_.clear();
  tail_bytes_ = 0;
  base_index_ = index;
  base_term_ = term_there;
  tail_first_ = index + 1;
  staged_ = index;
  persisted_ = index;
  stored_last_ = index;
}

}  // namespace sekisho::consensus
