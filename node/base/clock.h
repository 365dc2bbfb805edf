// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sekisho {

// Time as an argument. Ledger decisions never read it: they use block time. Any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds that only grow, from an arbitrary start. For timeouts.
  [[nodiscard]] virtual std::uint64_t monotonic_ms() const = 0;
  // Milliseconds since 1970-01-01T00:00:00Z without leap seconds. For proposals of block time.
  [[nodiscard]] virtual std::uint64_t unix_ms() const = 0;
};

// The machine's clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::uint64_t monotonic_ms() const override;
  [[nodiscard]] std::uint64_t unix_ms() const override;
};

// A clock that moves when told to. One thread.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(std::uint64_t unix_ms = 1'700'000'000'000) : unix_ms_(unix_ms) {}
  [[nodiscard]] std::uint64_t monotonic_ms() const override { return monotonic_ms_; }
  [[nodiscard]] std::uint64_t unix_ms() const override { return unix_ms_; }
  void advance(std::uint64_t ms) {
    monotonic_ms_ += ms;
    unix_ms_ += ms;
  }
  // A step of the wall clock alone, forwards or backwards.
  void jump(std::int64_t ms) { unix_ms_ += static_cast<std::uint64_t>(ms); }

 private:
  std::uint64_t monotonic_ms_ = 0;
  std::uint64_t unix_ms_;
};

}  // namespace sekisho
