// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace sekisho::core_simulation {

enum class What : std::uint8_t {
  kTick,
  kMessage,
  kSynced,
  kApply,
  kInstall,
  kRestart,
  kOperation,
  kPartition,
  kOneWay,
  kHeal,
  kCrash,
  kCrashMid,
  kStall,
  kFailWrite,
  kFailRead,
  kTransfer,
  kChange,
  kCompact,
};

// `life` is the life of the node the event was meant for: a crash makes what was planned void.
struct Planned {
  std::uint64_t at_us = 0;
  std::uint64_t number = 0;
  What what = What::kTick;
  std::uint32_t node = 0;
  std::uint32_t slot = 0;  // kMessage
  std::uint64_t life = 0;
};

// Virtual time: what comes next, in order of time and then of planning. One thread.
class Agenda {
 public:
  void plan(Planned event) {
    event.number = ++planned_;
    heap_.push_back(event);
    std::push_heap(heap_.begin(), heap_.end(), later);
  }
  [[nodiscard]] std::optional<Planned> next() {
    if (heap_.empty()) return std::nullopt;
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Planned event = heap_.back();
    heap_.pop_back();
    now_us_ = event.at_us;
    return event;
  }
  [[nodiscard]] std::uint64_t now_us() const { return now_us_; }

 private:
  static bool later(const Planned& a, const Planned& b) {
    return a.at_us != b.at_us ? a.at_us > b.at_us : a.number > b.number;
  }
  std::vector<Planned> heap_;
  std::uint64_t planned_ = 0;
  std::uint64_t now_us_ = 0;
};

}  // namespace sekisho::core_simulation
