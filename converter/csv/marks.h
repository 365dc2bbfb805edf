// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

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

}  // namespace sekisho::converter
