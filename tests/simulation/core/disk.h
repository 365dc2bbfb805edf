// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "consensus/actions.h"
#include "consensus/log_store.h"

namespace sekisho::core_simulation {

// A disk that holds one node's log and hard state: atomic batches in order, as log_store.h asks of
// storage. It may be slow, stop, fail a write (which then may or may not be there), fail a read,
// and a crash leaves any prefix of the writes under way. A batch torn in half is, behind the
// checksums of the real store, a batch that is not there.
class Disk final : public consensus::LogStore {
 public:
  [[nodiscard]] consensus::Index first_index() const override { return base_index_ + 1; }
  [[nodiscard]] consensus::Index last_index() const override {
    return base_index_ + entries_.size();
  }
  [[nodiscard]] Result<consensus::Term> term(consensus::Index index) const override;
  [[nodiscard]] Result<std::vector<consensus::Entry>> entries(consensus::Index first,
                                                              consensus::Index last,
                                                              std::size_t max_bytes) const override;

  // A write under way, and the oldest one done; how many there are.
  void begin(consensus::Persist write) { under_way_.push_back(std::move(write)); }
  consensus::Persist finish_oldest();
  [[nodiscard]] std::size_t under_way() const { return under_way_.size(); }
  // Power goes: the oldest `done` writes had made it, the rest never did.
  void lose_power(std::size_t done);
  void fail_reads() { reads_fail_ = true; }
  // Whoever judges a run reads without trouble.
  void set_judged(bool judged) { judged_ = judged; }
  void restart();

  void compact(consensus::Index index);
  void restart_after(consensus::Index index, consensus::Term term);

  [[nodiscard]] const consensus::HardState& hard_state() const { return hard_state_; }
  // A write that the stored log cannot take: a hole, or something replaced without saying so.
  [[nodiscard]] const std::string& broken() const { return broken_; }

 private:
  void write(const consensus::Persist& persist);

  consensus::HardState hard_state_;
  consensus::Index base_index_ = 0;
  consensus::Term base_term_ = 0;
  std::deque<consensus::Entry> entries_;
  std::deque<consensus::Persist> under_way_;
  bool reads_fail_ = false;
  bool judged_ = false;
  std::string broken_;
};

}  // namespace sekisho::core_simulation
