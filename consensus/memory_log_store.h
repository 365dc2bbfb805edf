// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "consensus/actions.h"
#include "consensus/log_store.h"
#include "consensus/types.h"

namespace sekisho::consensus {

// A LogStore in memory, for tests and the simulator: what it holds is what a disk would hold after
// the writes that were applied to it. Copyable. One thread.
class MemoryLogStore final : public LogStore {
 public:
  [[nodiscard]] Index first_index() const override { return base_index_ + 1; }
  [[nodiscard]] Index last_index() const override { return base_index_ + entries_.size(); }
  [[nodiscard]] Result<Term> term(Index index) const override;
  [[nodiscard]] Result<std::vector<Entry>> entries(Index first, Index last,
                                                   std::size_t max_bytes) const override;

  // Carries out a write as log_store.h describes.
  void write(const Persist& persist);
  [[nodiscard]] const HardState& hard_state() const { return hard_state_; }
  // Removes entries up to `index`, keeping the term there.
  void compact(Index index);
  // Replaces everything by an empty log that starts behind the snapshot.
  void restart_after(Index index, Term term);
  // Every read fails with `error` from now on; none does with nullopt.
  void fail_reads(std::optional<Error> error) { read_error_ = std::move(error); }

 private:
  HardState hard_state_;
  Index base_index_ = 0;
  Term base_term_ = 0;
  std::deque<Entry> entries_;
  std::optional<Error> read_error_;
};

}  // namespace sekisho::consensus
