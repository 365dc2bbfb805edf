// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>

namespace sekisho::conversion {

// When to try again what failed: after two seconds, then four, and so on up to five minutes. In
// memory only; a restart tries everything at once. One thread.
template <typename Key>
class Patience {
 public:
  static constexpr std::uint64_t kFirstMs = 2000;
  static constexpr std::uint64_t kLongestMs = 300'000;

  // Monotonic times, as everywhere here.
  [[nodiscard]] bool ready(const Key& key, std::uint64_t now_ms) const {
    const auto found = waits_.find(key);
    return found == waits_.end() || now_ms >= found->second.until_ms;
  }
  [[nodiscard]] unsigned failures(const Key& key) const {
    const auto found = waits_.find(key);
    return found == waits_.end() ? 0 : found->second.failures;
  }
  void failed(const Key& key, std::uint64_t now_ms) {
    Wait& wait = waits_[key];
    constexpr unsigned kDoublingsMax = 8;
    const std::uint64_t longer = kFirstMs << std::min(wait.failures, kDoublingsMax);
    wait.until_ms = now_ms + std::min(longer, kLongestMs);
    ++wait.failures;
  }
  void succeeded(const Key& key) { waits_.erase(key); }
  // Forgets what is no longer of interest.
  template <typename Wanted>
  void keep(const Wanted& wanted) {
    std::erase_if(waits_, [&](const auto& entry) { return !wanted(entry.first); });
  }

 private:
  struct Wait {
    std::uint64_t until_ms = 0;
    unsigned failures = 0;
  };
  std::map<Key, Wait> waits_;
};

}  // namespace sekisho::conversion
