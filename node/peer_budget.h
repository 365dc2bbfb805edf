// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>

#include "node/base/limits.h"

namespace sekisho {

// Bytes of peers' frames that wait for the core thread, bounded for each peer, so that a slow disk
// here or a flood from there costs frames (which links may lose anyway) and never the memory. Any
// thread.
class PeerBudget {
 public:
  // Eight of the largest frames.
  static constexpr std::size_t kBytesMax = 8 * limits::kPeerFrameMax;

  explicit PeerBudget(std::size_t bytes_max = kBytesMax) : bytes_max_(bytes_max) {}

  // False, and nothing is taken, when the peer's frames hold too much already. A first frame always
  // fits.
  [[nodiscard]] bool take(std::uint64_t peer, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    std::size_t& held = held_[peer];
    if (held != 0 && held + bytes > bytes_max_) return false;
    held += bytes;
    return true;
  }

  // The core has dealt with them.
  void give_back(std::uint64_t peer, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    held_[peer] -= bytes;
  }

 private:
  const std::size_t bytes_max_;
  std::mutex mutex_;
  std::map<std::uint64_t, std::size_t> held_;
};

}  // namespace sekisho
