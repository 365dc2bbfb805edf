// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "node/base/bytes.h"

namespace sekisho::storage {

// Changes that become visible and durable together or not at all, in the order given.
struct WriteBatch {
  struct Change {
    Bytes key;
    Bytes value;
    bool deleted = false;
  };
  std::vector<Change> changes;

  void put(Bytes key, Bytes value) { changes.push_back({std::move(key), std::move(value), false}); }
  void remove(Bytes key) { changes.push_back({std::move(key), {}, true}); }
  [[nodiscard]] bool empty() const { return changes.empty(); }
};

// Says true to go on, false to stop. The views last for the call only.
using KvVisitor = std::function<bool(BytesView key, BytesView value)>;

// An unchanging view. Any thread. Errors: kCorrupt when the database's own checksums fail, kIo when
// the operating system refuses; the sentence names the database, never its path.
class KvView {
 public:
  virtual ~KvView() = default;
  [[nodiscard]] virtual Result<std::optional<Bytes>> get(BytesView key) const = 0;
  // Keys with `prefix` from `from` (inclusive, empty: the start), ascending, until visit says
  // false.
  virtual Status scan(BytesView prefix, BytesView from, const KvVisitor& visit) const = 0;
  // The same descending from `from` (inclusive; empty: the end of the prefix).
  virtual Status scan_back(BytesView prefix, BytesView from, const KvVisitor& visit) const = 0;
};

// An ordered map of byte strings on disk (rocksdb_kv.h) or in memory with crash semantics
// (memory_kv.h: tests, the simulator). Reads see the newest write. Any thread; writes are taken one
// at a time.
class Kv : public KvView {
 public:
  // Visible on return; durable on return only when `sync`, and then everything written before it is
  // durable too. An empty batch with `sync` makes earlier writes durable. After a failure it is
  // unknown whether the batch is on disk, and the store is fenced: every later write fails with the
  // same error. Only a kNoSpace may be tried again: most often nothing was touched, else it is the
  // answer until the store is opened anew.
  virtual Status write(const WriteBatch& batch, bool sync) = 0;
  // Lives on its own; the store must outlive it. Held snapshots keep old values on disk.
  [[nodiscard]] virtual std::shared_ptr<const KvView> snapshot() const = 0;
  // Frees the room of removed keys that start with `prefix`. A hint: success promises nothing.
  virtual Status reclaim(BytesView prefix) = 0;
};

}  // namespace sekisho::storage
