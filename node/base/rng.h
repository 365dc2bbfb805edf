// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "node/base/bytes.h"

namespace sekisho {

// Chance as an argument. One thread unless said otherwise.
class Rng {
 public:
  virtual ~Rng() = default;
  virtual std::uint64_t next_u64() = 0;
  // Uniform in [0, bound); bound is at least 1. Unbiased (Lemire 2019, rejection).
  std::uint64_t below(std::uint64_t bound);
  // Uniform in [low, high].
  std::uint64_t between(std::uint64_t low, std::uint64_t high);
  // True with probability numerator/denominator.
  bool chance(std::uint64_t numerator, std::uint64_t denominator);
  void fill(char* data, std::size_t size_bytes);
  Bytes bytes(std::size_t size_bytes);
  Id16 id16();
};

// getrandom(2): keys, salts, identifiers. Any thread.
class SystemRng final : public Rng {
 public:
  std::uint64_t next_u64() override;
};

// xoshiro256** (Blackman and Vigna 2018), seeded by splitmix64: tests and the simulator only.
class SeededRng final : public Rng {
 public:
  explicit SeededRng(std::uint64_t seed);
  std::uint64_t next_u64() override;

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace sekisho
