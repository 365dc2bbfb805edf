// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/clock.h"

#include <chrono>

namespace sekisho {
namespace {

template <typename C>
std::uint64_t now_ms() {
  const auto since = C::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

}  // namespace

std::uint64_t SystemClock::monotonic_ms() const { return now_ms<std::chrono::steady_clock>(); }
std::uint64_t SystemClock::unix_ms() const { return now_ms<std::chrono::system_clock>(); }

}  // namespace sekisho
