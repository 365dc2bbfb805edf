// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/rng.h"

#include <algorithm>
#include <cstring>

#include <sys/random.h>

#include "node/base/check.h"

namespace sekisho {
namespace {

std::uint64_t rotate_left(std::uint64_t value, unsigned bits) {
  return (value << bits) | (value >> (64 - bits));
}

}  // namespace

std::uint64_t Rng::below(std::uint64_t bound) {
  CHECK(bound > 0);
  const std::uint64_t threshold = (0 - bound) % bound;
  for (;;) {
    const std::uint64_t value = next_u64();
    if (value >= threshold) return value % bound;
  }
}

std::uint64_t Rng::between(std::uint64_t low, std::uint64_t high) {
  CHECK(low <= high);
  if (high - low == ~std::uint64_t{0}) return next_u64();
  return low + below(high - low + 1);
}

bool Rng::chance(std::uint64_t numerator, std::uint64_t denominator) {
  return below(denominator) < numerator;
}

void Rng::fill(char* data, std::size_t size_bytes) {
  while (size_bytes > 0) {
    const std::uint64_t value = next_u64();
    const std::size_t count = std::min(size_bytes, sizeof value);
    std::memcpy(data, &value, count);
    data += count;
    size_bytes -= count;
  }
}

Bytes Rng::bytes(std::size_t size_bytes) {
  Bytes out(size_bytes, '\0');
  fill(out.data(), out.size());
  return out;
}

Id16 Rng::id16() {
  Id16 id;
  fill(reinterpret_cast<char*>(id.bytes.data()), id.bytes.size());
  return id;
}

std::uint64_t SystemRng::next_u64() {
  std::uint64_t value = 0;
  // Requests of up to 256 bytes are never interrupted or cut short (getrandom(2)).
  CHECK(getrandom(&value, sizeof value, 0) == static_cast<ssize_t>(sizeof value));
  return value;
}

SeededRng::SeededRng(std::uint64_t seed) {
  for (auto& word : state_) {
    seed += 0x9e3779b97f4a7c15;
    std::uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    word = z ^ (z >> 31);
  }
}

std::uint64_t SeededRng::next_u64() {
  const std::uint64_t result = rotate_left(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = rotate_left(state_[3], 45);
  return result;
}

}  // namespace sekisho
