// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/exploration/visited.h"

#include <cstring>
#include <utility>

#include "node/base/check.h"

namespace sekisho::exploration {

std::uint64_t Visited::hash_of(const void* data, std::size_t size_bytes) {
  CHECK(size_bytes % 4 == 0);
  std::uint64_t hash = 0xcbf29ce484222325;
  const char* at = static_cast<const char*>(data);
  for (std::size_t i = 0; i < size_bytes; i += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, at + i, 4);
    hash = (hash ^ word) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 29;
  }
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
  return hash ^ (hash >> 31);
}

bool Visited::insert(std::uint64_t hash) {
  if (hash == 0) hash = 1;
  if (2 * size_ >= slots_.size()) grow();
  std::size_t at = hash & (slots_.size() - 1);
  for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at] == hash) return false;
  }
  slots_[at] = hash;
  ++size_;
  return true;
}

void Visited::grow() {
  std::vector<std::uint64_t> old(2 * slots_.size());
  std::swap(old, slots_);
  size_ = 0;
  for (const std::uint64_t hash : old) {
    if (hash != 0) insert(hash);
  }
}

}  // namespace sekisho::exploration
