// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::converter {

// 64 bits of a text, the same on every machine. Not against adversaries.
[[nodiscard]] std::uint64_t hash_text(std::string_view text, std::uint64_t seed = 0);

// From text to a number, built once and then only asked. Open addressing, owns its keys, is never
// iterated. Immutable after the last insert; any thread.
class TextMap {
 public:
  static constexpr std::uint32_t kNone = 0xFFFFFFFFu;

  // The number kept for the key: the given one when the key is new, else the earlier one.
  std::uint32_t insert(std::string_view key, std::uint32_t value);
  // kNone when absent.
  [[nodiscard]] std::uint32_t find(std::string_view key) const;
  [[nodiscard]] std::size_t size() const { return count_; }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t value = kNone;
    std::uint32_t key_size = 0;
    std::size_t key_at = 0;
  };
  [[nodiscard]] std::size_t probe(std::string_view key, std::uint64_t hash) const;
  [[nodiscard]] bool matches(const Slot& slot, std::string_view key, std::uint64_t hash) const;
  void grow();

  std::vector<Slot> slots_;
  std::string keys_;
  std::size_t count_ = 0;
};

}  // namespace sekisho::converter
