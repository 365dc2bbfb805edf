// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "node/base/bytes.h"
#include "node/ledger/block.h"
#include "node/replica/types.h"

namespace sekisho::replica {

// Stage of an operation that stands on the ledger at `record`: final once its block is covered.
[[nodiscard]] OperationStatus status_of(const ledger::OperationRecord& record,
                                        std::uint64_t certified_height);

// Requests that wait for the end of an operation. Answers come out of the functions as a list, so
// that nobody calls back in the middle. Core thread only.
class Waiters {
 public:
  struct Answer {
    Id16 id;
    WaitDone done;
    OperationStatus status;
  };
  using Answers = std::vector<Answer>;

  // `status` as known now; not final. `deadline_ms` is monotonic.
  void add(const Id16& id, std::uint64_t valid_until_ms, std::uint64_t deadline_ms,
           OperationStatus status, WaitDone done);
  // The block is durable here.
  void on_applied(const ledger::AppliedBlock& block);
  // Blocks up to `height` are final; ledger time at that height.
  [[nodiscard]] Answers on_certified(std::uint64_t height, std::uint64_t block_time_ms);
  // Whoever's time is up, with what is known.
  [[nodiscard]] Answers on_time(std::uint64_t now_ms);
  // Everybody, with what is known.
  [[nodiscard]] Answers take_all();
  [[nodiscard]] std::size_t size() const { return waiters_.size(); }

 private:
  struct Waiter {
    Id16 id;
    std::uint64_t valid_until_ms = 0;
    std::uint64_t deadline_ms = 0;
    OperationStatus status;
    WaitDone done;
  };
  using Number = std::uint64_t;
  using Waiting = std::map<Number, Waiter>;

  void committed(Number number, const OperationStatus& status);
  void take(Waiting::iterator waiter, Answers& answers);

  Number next_ = 0;
  Waiting waiters_;
  std::set<std::pair<Id16, Number>> open_;                     // not on the ledger yet
  std::set<std::pair<std::uint64_t, Number>> by_height_;       // on the ledger, not certified
  std::set<std::pair<std::uint64_t, Number>> by_valid_until_;  // those of open_ that tell it
  std::set<std::pair<std::uint64_t, Number>> by_deadline_;
};

}  // namespace sekisho::replica
