// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace sekisho::converter {

inline constexpr std::size_t kMarkBlockSize = 64;

// Which of the `count` bytes, at most 64, are the delimiter or a line end: one bit each.
inline std::uint64_t marks_of_bytes(const char* bytes, std::size_t count, char delimiter) {
  std::uint64_t marks = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const char c = bytes[i];
    if (c == delimiter || c == '\n' || c == '\r') marks |= std::uint64_t{1} << i;
  }
  return marks;
}

// The same for a whole block, in four steps where the processor can.
inline std::uint64_t marks_of_block(const char* bytes, char delimiter) {
#if defined(__SSE2__)
  const __m128i wanted = _mm_set1_epi8(delimiter);
  const __m128i line_feed = _mm_set1_epi8('\n');
  const __m128i carriage_return = _mm_set1_epi8('\r');
  std::uint64_t marks = 0;
  for (unsigned part = 0; part < 4; ++part) {
    const void* const from = bytes + 16 * part;
    const __m128i word = _mm_loadu_si128(static_cast<const __m128i*>(from));
    const __m128i ends =
        _mm_or_si128(_mm_cmpeq_epi8(word, line_feed), _mm_cmpeq_epi8(word, carriage_return));
    const __m128i found = _mm_or_si128(_mm_cmpeq_epi8(word, wanted), ends);
    const auto bits = static_cast<std::uint32_t>(_mm_movemask_epi8(found));
    marks |= static_cast<std::uint64_t>(bits) << (16 * part);
  }
  return marks;
#else
  return marks_of_bytes(bytes, kMarkBlockSize, delimiter);
#endif
}

// Finds delimiters and line ends, a block at a time. Views text that outlives it. Stays in
// registers: nothing it calls takes its address.
class MarkScanner {
 public:
  MarkScanner(const char* text, std::size_t size, char delimiter)
      : text_(text), size_(size), delimiter_(delimiter) {}

  // Go on at `at`, which lies behind a quoted field.
  void jump(std::size_t at) {
    block_ = at;
    marks_ = marks_at(at);
  }
  // The next mark, which is then passed; the size of the text when there is none.
  std::size_t next() {
    while (marks_ == 0) {
      block_ += kMarkBlockSize;
      if (block_ >= size_) return size_;
      marks_ = marks_at(block_);
    }
    const std::size_t at = block_ + static_cast<std::size_t>(std::countr_zero(marks_));
    marks_ &= marks_ - 1;
    return at;
  }

 private:
  [[nodiscard]] std::uint64_t marks_at(std::size_t at) const {
    if (size_ >= at + kMarkBlockSize) [[likely]]
      return marks_of_block(text_ + at, delimiter_);
    return at < size_ ? marks_of_bytes(text_ + at, size_ - at, delimiter_) : 0;
  }

  const char* text_;
  std::size_t size_;
  char delimiter_;
  std::size_t block_ = 0;
  std::uint64_t marks_ = 0;
};

}  // namespace sekisho::converter
