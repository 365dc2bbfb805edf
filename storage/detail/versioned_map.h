// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "node/base/rng.h"
#include "storage/kv.h"

namespace sekisho::storage::detail {

// An ordered map that remembers what its keys held, as far back as a pin or the last sync asks.
// Every batch has a sequence number, ascending from 1. Not locked: the owner does that.
class VersionedMap {
 public:
  static constexpr std::uint64_t kNewest = ~std::uint64_t{0};

  // What the key holds as of `sequence`; null when absent. Valid until the next change.
  [[nodiscard]] const Bytes* find(BytesView key, std::uint64_t sequence) const;
  void scan(BytesView prefix, BytesView from, std::uint64_t sequence, const KvVisitor& visit) const;
  void scan_back(BytesView prefix, BytesView from, std::uint64_t sequence,
                 const KvVisitor& visit) const;

  void apply(const WriteBatch& batch);
  [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
  [[nodiscard]] std::uint64_t synced() const { return synced_; }
  void mark_synced();
  // Undoes every batch behind `sequence`, which is not below synced().
  void roll_back(std::uint64_t sequence);

  // Keeps what is visible at `sequence` until unpinned.
  void pin(std::uint64_t sequence) { pins_.insert(sequence); }
  void unpin(std::uint64_t sequence);
  [[nodiscard]] bool is_pinned() const { return !pins_.empty(); }

  [[nodiscard]] std::size_t size_bytes() const { return size_bytes_; }
  // Size after the batch, were it applied.
  [[nodiscard]] std::size_t size_bytes_with(const WriteBatch& batch) const;
  // Flips one bit in one newest value below the prefix; false when there is none.
  bool flip_bit(Rng& rng, BytesView prefix);

 private:
  // What a key held from one batch on.
  struct Version {
    std::uint64_t sequence = 0;
    std::optional<Bytes> value;  // nothing: removed
  };
  using Versions = std::vector<Version>;
  using Rows = std::map<Bytes, Versions, std::less<>>;

  static const Bytes* value_at(const Versions& versions, std::uint64_t sequence);
  void set(const WriteBatch::Change& change);
  // Drops what neither a pin nor a roll-back can ask for.
  void trim(Rows::iterator row);
  [[nodiscard]] std::uint64_t oldest_needed() const;

  Rows rows_;
  std::uint64_t sequence_ = 0;
  std::uint64_t synced_ = 0;
  std::set<Bytes> unsynced_keys_;
  std::multiset<std::uint64_t> pins_;
  std::size_t size_bytes_ = 0;
};

}  // namespace sekisho::storage::detail
