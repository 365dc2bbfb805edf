// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sekisho::exploration {

// The states seen so far, as 64-bit hashes by open addressing: eight bytes a state at most twice.
// With ten million states two of them share a hash with a probability of 3 in a million; a state
// lost that way is not expanded. One thread.
class Visited {
 public:
  Visited() : slots_(std::size_t{1} << 16) {}
  // False when it was there already.
  bool insert(std::uint64_t hash);
  [[nodiscard]] std::size_t size() const { return size_; }

  // FNV-1a over words, finished by splitmix64. `size_bytes` is a multiple of four.
  static std::uint64_t hash_of(const void* data, std::size_t size_bytes);

 private:
  void grow();
  std::vector<std::uint64_t> slots_;  // 0 is free
  std::size_t size_ = 0;
};

}  // namespace sekisho::exploration
