// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/linearizability/checker.h"

#include <algorithm>
#include <set>
#include <utility>

namespace sekisho::linearizability {
namespace {

// Which operations have been placed, a bit each.
using Placed = std::vector<std::uint64_t>;

bool has(const Placed& placed, std::size_t i) { return (placed[i / 64] >> (i % 64) & 1) != 0; }
void flip(Placed& placed, std::size_t i) { placed[i / 64] ^= std::uint64_t{1} << (i % 64); }

class Search {
 public:
  Search(std::vector<Operation> history, std::uint64_t steps_max)
      : history_(std::move(history)), steps_max_(steps_max), placed_((history_.size() + 63) / 64) {
    std::stable_sort(history_.begin(), history_.end(),
                     [](const Operation& a, const Operation& b) { return a.called < b.called; });
  }

  Verdict run() {
    std::size_t from = 0;
    while (!done()) {
      if (++steps_ > steps_max_) return Verdict::kGaveUp;
      const std::size_t next = candidate(from);
      if (next < history_.size()) {
        place(next);
        from = 0;
      } else {
        if (path_.empty()) return Verdict::kNotLinearizable;
        from = take_back() + 1;
      }
    }
    return Verdict::kLinearizable;
  }

 private:
  struct Choice {
    std::size_t operation;
    std::uint64_t value_before;
  };

  // Operations whose outcome nobody learned may also never have happened.
  [[nodiscard]] bool done() const {
    for (std::size_t i = 0; i < history_.size(); ++i) {
      if (!has(placed_, i) && history_[i].returned != kNever) return false;
    }
    return true;
  }

  // First operation at or behind `from` that may come next: nothing unplaced returned before it was
  // called, the register agrees, and the state behind it has not been tried.
  std::size_t candidate(std::size_t from) {
    std::uint64_t first_return = kNever;
    for (std::size_t i = 0; i < history_.size(); ++i) {
      if (!has(placed_, i)) first_return = std::min(first_return, history_[i].returned);
    }
    for (std::size_t i = from; i < history_.size(); ++i) {
      const Operation& operation = history_[i];
      if (operation.called > first_return) break;
      if (has(placed_, i) || (!operation.is_write && operation.value != value_)) continue;
      flip(placed_, i);
      const bool fresh = tried_.emplace(placed_, operation.value).second;
      flip(placed_, i);
      if (fresh) return i;
    }
    return history_.size();
  }

  void place(std::size_t i) {
    path_.push_back({i, value_});
    flip(placed_, i);
    value_ = history_[i].value;
  }

  std::size_t take_back() {
    const Choice choice = path_.back();
    path_.pop_back();
    flip(placed_, choice.operation);
    value_ = choice.value_before;
    return choice.operation;
  }

  std::vector<Operation> history_;
  std::uint64_t steps_max_;
  std::uint64_t steps_ = 0;
  Placed placed_;
  std::uint64_t value_ = 0;
  std::vector<Choice> path_;
  std::set<std::pair<Placed, std::uint64_t>> tried_;
};

}  // namespace

Verdict check_register(const std::vector<Operation>& history, std::uint64_t steps_max) {
  return Search(history, steps_max).run();
}

}  // namespace sekisho::linearizability
