// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "node/base/bytes.h"

namespace sekisho::storage {

// Changes that become visible and durable together or not at all.
struct WriteBatch {
  struct Change {
    Bytes key;
    Bytes value;
    bool deleted = false;
  };
  std::vector<Change> changes;

  void put(Bytes key, Bytes value) { changes.push_back({std::move(key), std::move(value), false}); }
  void remove(Bytes key) { changes.push_back({std::move(key), {}, true}); }
};

// An unchanging view. Any thread.
class KvView {
 public:
  virtual ~KvView() = default;
  [[nodiscard]] virtual Result<std::optional<Bytes>> get(BytesView key) const = 0;
  // Keys with `prefix` from `from` (inclusive, empty: the start), ascending, until visit says false.
  virtual Status scan(BytesView prefix, BytesView from,
                      const std::function<bool(BytesView key, BytesView value)>& visit) const = 0;
  // The same descending from `from` (inclusive; empty: the end of the prefix).
  virtual Status scan_back(BytesView prefix, BytesView from,
                           const std::function<bool(BytesView key, BytesView value)>& visit) const = 0;
};

// An ordered map of byte strings on disk (RocksDB) or in memory with crash semantics (tests, the
// simulator). Reads: any thread. Writes: one owner at a time.
class Kv : public KvView {
 public:
  // Visible on return; durable on return only when `sync`. A failed write leaves the store fenced:
  // every later write fails with the same error (kNoSpace excepted, which may be tried again).
  virtual Status write(const WriteBatch& batch, bool sync) = 0;
  [[nodiscard]] virtual std::shared_ptr<const KvView> snapshot() const = 0;
};

}  // namespace sekisho::storage
