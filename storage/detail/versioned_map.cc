// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/detail/versioned_map.h"

#include <algorithm>
#include <iterator>

#include "node/base/check.h"
#include "storage/detail/prefix.h"

namespace sekisho::storage::detail {
namespace {

std::size_t row_size(BytesView key, const Bytes* value) {
  return value == nullptr ? 0 : key.size() + value->size();
}

}  // namespace

const Bytes* VersionedMap::value_at(const Versions& versions, std::uint64_t sequence) {
  for (auto it = versions.rbegin(); it != versions.rend(); ++it) {
    if (it->sequence <= sequence) return it->value ? &*it->value : nullptr;
  }
  return nullptr;
}

const Bytes* VersionedMap::find(BytesView key, std::uint64_t sequence) const {
  const auto row = rows_.find(key);
  return row == rows_.end() ? nullptr : value_at(row->second, sequence);
}

void VersionedMap::scan(BytesView prefix, BytesView from, std::uint64_t sequence,
                        const KvVisitor& visit) const {
  for (auto row = rows_.lower_bound(std::max(prefix, from)); row != rows_.end(); ++row) {
    if (!starts_with(row->first, prefix)) return;
    const Bytes* value = value_at(row->second, sequence);
    if (value != nullptr && !visit(row->first, *value)) return;
  }
}

void VersionedMap::scan_back(BytesView prefix, BytesView from, std::uint64_t sequence,
                             const KvVisitor& visit) const {
  const Bytes end = prefix_end(prefix);
  auto row = end.empty() ? rows_.end() : rows_.lower_bound(end);
  if (!from.empty()) {
    const auto bound = rows_.upper_bound(from);
    if (row == rows_.end() || (bound != rows_.end() && bound->first < row->first)) row = bound;
  }
  while (row != rows_.begin()) {
    --row;
    if (!starts_with(row->first, prefix)) return;
    const Bytes* value = value_at(row->second, sequence);
    if (value != nullptr && !visit(row->first, *value)) return;
  }
}

void VersionedMap::apply(const WriteBatch& batch) {
  ++sequence_;
  for (const auto& change : batch.changes) set(change);
}

void VersionedMap::set(const WriteBatch::Change& change) {
  const auto row = rows_.try_emplace(change.key).first;
  Versions& versions = row->second;
  size_bytes_ -= row_size(row->first, value_at(versions, kNewest));
  if (versions.empty() || versions.back().sequence != sequence_)
    versions.push_back({sequence_, {}});
  versions.back().value.reset();
  if (!change.deleted) versions.back().value = change.value;
  size_bytes_ += row_size(row->first, value_at(versions, kNewest));
  unsynced_keys_.insert(change.key);
}

std::uint64_t VersionedMap::oldest_needed() const {
  return pins_.empty() ? synced_ : std::min(synced_, *pins_.begin());
}

void VersionedMap::trim(Rows::iterator row) {
  Versions& versions = row->second;
  const std::uint64_t oldest = oldest_needed();
  auto keep = versions.begin();
  while (std::next(keep) != versions.end() && std::next(keep)->sequence <= oldest) ++keep;
  versions.erase(versions.begin(), keep);
  if (versions.size() == 1 && !versions.front().value && versions.front().sequence <= oldest) {
    rows_.erase(row);
  }
}

void VersionedMap::mark_synced() {
  synced_ = sequence_;
  std::set<Bytes> again;  // a pin still holds old versions of these
  for (const Bytes& key : unsynced_keys_) {
    const auto row = rows_.find(key);
    if (row == rows_.end()) continue;
    trim(row);
    const auto left = rows_.find(key);
    const bool done = left == rows_.end() || (left->second.size() == 1 && left->second[0].value);
    if (!done) again.insert(key);
  }
  unsynced_keys_ = std::move(again);
}

void VersionedMap::roll_back(std::uint64_t sequence) {
  CHECK(sequence >= synced_);
  CHECK(sequence <= sequence_);
  for (const Bytes& key : unsynced_keys_) {
    const auto row = rows_.find(key);
    if (row == rows_.end()) continue;
    Versions& versions = row->second;
    size_bytes_ -= row_size(row->first, value_at(versions, kNewest));
    while (!versions.empty() && versions.back().sequence > sequence) versions.pop_back();
    size_bytes_ += row_size(row->first, value_at(versions, kNewest));
    if (versions.empty()) rows_.erase(row);
  }
  sequence_ = sequence;
}

void VersionedMap::unpin(std::uint64_t sequence) {
  const auto pin = pins_.find(sequence);
  CHECK(pin != pins_.end());
  pins_.erase(pin);
}

std::size_t VersionedMap::size_bytes_with(const WriteBatch& batch) const {
  std::size_t added = 0;
  std::size_t removed = 0;
  for (const auto& change : batch.changes) {
    removed += row_size(change.key, find(change.key, kNewest));
    if (!change.deleted) added += change.key.size() + change.value.size();
  }
  return size_bytes_ + added - std::min(removed, size_bytes_ + added);
}

bool VersionedMap::flip_bit(Rng& rng, BytesView prefix) {
  std::vector<Versions*> candidates;
  for (auto row = rows_.lower_bound(prefix); row != rows_.end(); ++row) {
    if (!starts_with(row->first, prefix)) break;
    const auto& value = row->second.back().value;
    if (value && !value->empty()) candidates.push_back(&row->second);
  }
  if (candidates.empty()) return false;
  Bytes& value = *candidates[rng.below(candidates.size())]->back().value;
  char& byte = value[rng.below(value.size())];
  byte = static_cast<char>(static_cast<std::uint8_t>(byte) ^ (1u << rng.below(8)));
  return true;
}

}  // namespace sekisho::storage::detail
