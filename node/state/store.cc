// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/state/store.h"

#include <algorithm>

#include "node/base/check.h"

namespace sekisho::state {

std::optional<Bytes> Store::get(BytesView key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

void Store::scan(BytesView prefix, BytesView from,
                 const std::function<bool(BytesView key, BytesView value)>& visit) const {
  for (auto it = values_.lower_bound(std::max(prefix, from)); it != values_.end(); ++it) {
    if (!it->first.starts_with(prefix) || !visit(it->first, it->second)) return;
  }
}

void Store::put(Bytes key, Bytes value) {
  const auto place = values_.lower_bound(key);
  if (place != values_.end() && place->first == key) {
    journal_.push_back({std::move(key), std::exchange(place->second, std::move(value))});
    return;
  }
  journal_.push_back({key, std::nullopt});
  values_.emplace_hint(place, std::move(key), std::move(value));
}

void Store::erase(BytesView key) {
  const auto found = values_.find(key);
  if (found == values_.end()) return;
  auto node = values_.extract(found);
  journal_.push_back({std::move(node.key()), std::move(node.mapped())});
}

void Store::load(Bytes key, Bytes value) {
  CHECK(journal_.empty());
  values_.insert_or_assign(values_.end(), std::move(key), std::move(value));
}

void Store::rollback(Mark mark) {
  CHECK(mark <= journal_.size());
  while (journal_.size() > mark) {
    Undo& undo = journal_.back();
    if (undo.before) {
      values_.insert_or_assign(std::move(undo.key), std::move(*undo.before));
    } else {
      values_.erase(undo.key);
    }
    journal_.pop_back();
  }
}

std::vector<ledger::StateChange> Store::take_changes() {
  // The first entry of each key tells what it was before the block.
  std::stable_sort(journal_.begin(), journal_.end(),
                   [](const Undo& a, const Undo& b) { return a.key < b.key; });
  const auto last = std::unique(journal_.begin(), journal_.end(),
                                [](const Undo& a, const Undo& b) { return a.key == b.key; });
  journal_.erase(last, journal_.end());
  std::vector<ledger::StateChange> changes;
  for (Undo& undo : journal_) {
    const auto now = values_.find(undo.key);
    const bool present = now != values_.end();
    if (present == undo.before.has_value() && (!present || now->second == *undo.before)) continue;
    changes.push_back({std::move(undo.key), present ? now->second : Bytes(), !present});
  }
  journal_.clear();
  return changes;
}

std::optional<Bytes> Scratch::get(BytesView key) const {
  const auto found = changes_.find(key);
  return found == changes_.end() ? base_.get(key) : found->second;
}

// Merges the base's keys with the changed ones.
void Scratch::scan(BytesView prefix, BytesView from,
                   const std::function<bool(BytesView key, BytesView value)>& visit) const {
  auto change = changes_.lower_bound(std::max(prefix, from));
  bool going = true;
  const auto visit_changes_below = [&](const BytesView* limit) {
    for (; going && change != changes_.end() && change->first.starts_with(prefix); ++change) {
      if (limit != nullptr && change->first >= *limit) return;
      if (change->second) going = visit(change->first, *change->second);
    }
  };
  base_.scan(prefix, from, [&](BytesView key, BytesView value) {
    visit_changes_below(&key);
    if (going && !changes_.contains(key)) going = visit(key, value);
    return going;
  });
  visit_changes_below(nullptr);
}

void Scratch::put(Bytes key, Bytes value) {
  changes_.insert_or_assign(std::move(key), std::move(value));
}

void Scratch::erase(BytesView key) { changes_.insert_or_assign(Bytes(key), std::nullopt); }

}  // namespace sekisho::state
