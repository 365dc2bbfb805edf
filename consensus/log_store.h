// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "consensus/types.h"
#include "node/base/result.h"

namespace sekisho::consensus {

// The stored log as the core reads it. `storage` implements it over RocksDB, MemoryLogStore over a
// deque. Called on the core thread only, and synchronously, while the log thread may be writing;
// the core asks only for indexes whose writes were reported by Core::persisted (or were there at
// restore) and that it has not replaced or compacted since. A read may therefore go on beside a
// write but never meets its rows.
//
// How storage writes, in one atomic and synced batch per Persist (actions.h):
//   1. every stored entry with index >= Persist::entries.front().index is removed,
//   2. Persist::entries are added,
//   3. Persist::hard_state, if any, replaces the stored one;
// batches complete in the order of their tokens. A failed write is never retried and never followed
// by another one: the node stops (Core::storage_failed).
class LogStore {
 public:
  virtual ~LogStore() = default;

  // Index of the first stored entry, or of the one that will be first. 1 until compaction.
  [[nodiscard]] virtual Index first_index() const = 0;
  // Index of the last stored entry; first_index() - 1 when there is none.
  [[nodiscard]] virtual Index last_index() const = 0;
  // Term of the entry at `index`, for first_index() - 1 .. last_index(). The term below the first
  // entry is that of the snapshot the log continues, 0 at the very beginning. kCorrupt or kIo stop
  // the node.
  [[nodiscard]] virtual Result<Term> term(Index index) const = 0;
  // Entries first..last inclusive, both inside the log, cut short after at least one entry when the
  // sum of Entry::size_bytes() would pass `max_bytes`. Contiguous and ascending. kCorrupt or kIo
  // stop the node.
  [[nodiscard]] virtual Result<std::vector<Entry>> entries(Index first, Index last,
                                                           std::size_t max_bytes) const = 0;
};

}  // namespace sekisho::consensus
