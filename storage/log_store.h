// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "consensus/actions.h"
#include "consensus/log_store.h"
#include "storage/kv.h"
#include "storage/schema.h"

namespace sekisho::storage {

// The Raft log and hard state of one node in a key-value store of its own. Every entry is stored
// with its index, term and a CRC32C over all of it, so an entry that is torn, flipped or at the
// wrong place is found when the log is opened and whenever it is read from disk.
//
// Threads: reads on the core thread, persist on the log thread, the rest on either; a mutex guards
// the bounds and the cache and is never held during disk work, so a reader does not wait for a
// sync. Readers obey consensus/log_store.h: they ask only for what is durable and not being
// replaced.
class DurableLog final : public consensus::LogStore {
 public:
  // Newest entries kept in memory; they share their payload with the core.
  static constexpr std::size_t kCacheBytes = 32 * 1024 * 1024;

  // Reads and checks the whole log. The store outlives this. kCorrupt when an entry is damaged: the
  // sentence tells a damaged end (nothing intact behind) from damage in the middle. Either way
  // entries that others count on may be lost, so the node must not go on with this disk.
  // kFailedPrecondition as in schema.h.
  static Result<std::unique_ptr<DurableLog>> open(Kv& kv, const StoreOwner& owner);
  ~DurableLog() override;

  // As of the last completed write; all zero on a fresh node.
  [[nodiscard]] consensus::HardState hard_state() const;

  // Makes the writes durable together, in order, with one sync; nothing of them is visible to reads
  // before. After a failure every later call fails too (Kv::write), and the node must stop.
  // CHECKs contiguity: a hole or an entry below the first index is our own defect.
  Status persist(std::span<const consensus::Persist> group);
  Status persist(const consensus::Persist& one) { return persist({&one, 1}); }

  // Forgets entries up to `index`, which is inside the log and applied. Not synced: a crash may
  // bring them back, which is harmless.
  Status truncate_prefix(consensus::Index index);
  // Forgets everything; the log continues behind a snapshot at (index, term). Synced. The ledger
  // stands at `index` or will: see begin_catch_up.
  Status reset(consensus::Index index, consensus::Term term);

  // Durable mark: the ledger is about to run ahead of this log, up to `index`, fed with certified
  // blocks. Until reset() a log that ends below the applied index is no sign of loss (recovery.h).
  Status begin_catch_up(consensus::Index index);
  [[nodiscard]] consensus::Index catch_up_index() const;  // 0: none under way

  [[nodiscard]] consensus::Index first_index() const override;
  [[nodiscard]] consensus::Index last_index() const override;
  [[nodiscard]] Result<consensus::Term> term(consensus::Index index) const override;
  [[nodiscard]] Result<std::vector<consensus::Entry>> entries(consensus::Index first,
                                                              consensus::Index last,
                                                              std::size_t max_bytes) const override;

 private:
  class Impl;
  explicit DurableLog(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::storage
