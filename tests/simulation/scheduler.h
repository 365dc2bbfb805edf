// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

// Virtual time. Everything in a simulated cluster happens as an event of this queue, in one thread;
// equal times keep the order in which they were asked for.
namespace sekisho::simulation {

class Scheduler {
 public:
  using Event = std::function<void()>;

  void after(std::uint64_t delay_us, Event event) {
    queue_.push({now_us_ + delay_us, sequence_++, std::move(event)});
  }
  // The next event; false when there is none.
  bool step() {
    if (queue_.empty()) return false;
    Item item = std::move(const_cast<Item&>(queue_.top()));  // popped at once, order untouched
    queue_.pop();
    now_us_ = item.time_us;
    ++steps_;
    item.event();
    return true;
  }
  [[nodiscard]] std::uint64_t now_us() const { return now_us_; }
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

 private:
  struct Item {
    std::uint64_t time_us;
    std::uint64_t sequence;
    Event event;
    bool operator<(const Item& other) const {
      if (time_us != other.time_us) return time_us > other.time_us;
      return sequence > other.sequence;
    }
  };
  std::priority_queue<Item> queue_;
  std::uint64_t now_us_ = 0;
  std::uint64_t sequence_ = 0;
  std::uint64_t steps_ = 0;
};

// Everything that happened, folded into one number (FNV-1a, 64 bits) and printed on demand.
class Trace {
 public:
  Trace(const Scheduler& scheduler, bool print) : scheduler_(scheduler), print_(print) {}
  void note(std::string_view line);
  [[nodiscard]] std::uint64_t hash() const { return hash_; }

 private:
  void fold(std::string_view bytes);

  const Scheduler& scheduler_;
  bool print_;
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace sekisho::simulation
