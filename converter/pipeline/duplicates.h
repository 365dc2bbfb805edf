// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace sekisho::converter {

// Remembers which texts were seen, at 16 bytes a text and no text itself: 96 bits of two hashes and
// a row number. At most 2^32 - 2 rows. One thread.
class SeenSet {
 public:
  // The row under which an equal text was first added, or 0 after adding it now. `hash` is the
  // text's, made by the caller.
  std::uint32_t add(std::string_view text, std::uint64_t hash, std::uint32_t row);

 private:
  struct Entry {
    std::uint64_t hash = 0;
    std::uint32_t more = 0;
    std::uint32_t row = 0;  // 0 = free
  };
  void grow();
  [[nodiscard]] std::size_t probe(std::uint64_t hash, std::uint32_t more) const;

  std::vector<Entry> entries_;
  std::size_t count_ = 0;
};

}  // namespace sekisho::converter
