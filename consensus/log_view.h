// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "consensus/actions.h"
#include "consensus/log_store.h"
#include "consensus/types.h"
#include "node/base/result.h"

namespace sekisho::consensus {

// The log as the core sees it: stored entries below, and above them a tail in memory that holds
// everything not yet durable and, up to a byte bound, some that is. Knows which part of the tail
// has been handed out for writing and which part is durable, however many writes are under way and
// however often the tail was replaced meanwhile. Core thread only.
//
// Reading the store can fail. Then `failure()` is set for good, whatever was being computed is
// worthless, and the core throws it away (Core::stopped).
class LogView {
 public:
  // kCorrupt when the store contradicts itself. The store outlives the view.
  static Result<LogView> open(const LogStore& store, std::size_t cache_bytes);

  // First entry that can be read; last_index() + 1 when there is none.
  [[nodiscard]] Index first_index() const { return base_index_ + 1; }
  [[nodiscard]] Index last_index() const { return tail_first_ + tail_.size() - 1; }
  [[nodiscard]] Term last_term() const { return term(last_index()); }
  // Everything up to here is durable on this node.
  [[nodiscard]] Index persisted_index() const { return persisted_; }
  // Entries not yet handed out for writing exist.
  [[nodiscard]] bool has_unstaged() const { return staged_ < last_index(); }
  // For first_index() - 1 .. last_index(); 0 elsewhere and after a failure.
  [[nodiscard]] Term term(Index index) const;
  // True when the log has this entry, or starts directly behind it.
  [[nodiscard]] bool matches(Index index, Term term) const;
  // True when a log ending in (index, term) is at least as new as this one (thesis 3.6.1).
  [[nodiscard]] bool is_up_to_date(Index index, Term term) const;
  // Entries first..last, cut after at least one by either bound. Payloads are shared, not copied.
  [[nodiscard]] std::vector<Entry> entries(Index first, Index last, std::size_t max_bytes,
                                           std::size_t max_count) const;
  // Largest index <= `index` whose term is <= `term`, not searching below `floor`.
  [[nodiscard]] Index last_index_with_term_at_most(Index index, Term term, Index floor) const;

  // Adds entries that follow last_index().
  void append(std::vector<Entry> entries);
  // Forgets `index` and everything above it. The caller appends a replacement in the same event.
  void truncate_from(Index index);
  // Hands out everything not yet handed out, as part of the write named `token`.
  void stage(PersistToken token, Persist& persist);
  // Everything staged under `token` or earlier is durable.
  void persisted(PersistToken token);

  // Entries up to `index` may disappear from the store from now on.
  void compact(Index index);
  // The log is replaced by what follows the snapshot; the store has done so already.
  void restart_after(Index index, Term term);

  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
  [[nodiscard]] std::size_t cached_bytes() const { return tail_bytes_; }
  // The same view over a copy of the store. For tests and exploration.
  void rebind(const LogStore& store) { store_ = &store; }
  // Part of Core::append_fingerprint; tokens count from `durable`.
  void append_fingerprint(PersistToken durable, Bytes& out) const;

 private:
  struct InFlight {
    PersistToken token;
    Index last;  // shrinks when the tail is replaced under it; 0 when nothing is left
  };

  LogView(const LogStore& store, std::size_t cache_bytes)
      : store_(&store), cache_bytes_(cache_bytes) {}
  void evict();
  [[nodiscard]] std::vector<Entry> read_stored(Index first, Index last,
                                               std::size_t max_bytes) const;
  [[nodiscard]] const Entry& tail_at(Index index) const { return tail_[index - tail_first_]; }

  const LogStore* store_;
  std::size_t cache_bytes_;
  Index base_index_ = 0;  // the place the log starts behind, and its term
  Term base_term_ = 0;
  Index tail_first_ = 1;
  std::deque<Entry> tail_;
  std::size_t tail_bytes_ = 0;
  Index staged_ = 0;
  Index persisted_ = 0;
  Index stored_last_ = 0;  // last index in the store once every staged write is done
  std::deque<InFlight> in_flight_;
  mutable std::optional<Error> failure_;
};

}  // namespace sekisho::consensus
