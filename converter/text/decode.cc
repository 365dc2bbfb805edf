// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/text/decode.h"

#include <bit>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "converter/text/cp932_table.h"
#include "converter/text/eucjp_table.h"
#include "converter/text/utf8.h"
#include "node/base/check.h"

namespace sekisho::converter {
namespace {

// How many bytes in front are ASCII, copied to `to`. There is always room for one word more than
// was decoded. By value, so that the callers' pointers stay in registers.
inline std::size_t copy_ascii(const char* from, const char* end, char* to) {
  const char* const begin = from;
#if defined(__SSE2__)
  for (; end - from >= 16; from += 16, to += 16) {
    const void* const here = from;
    const __m128i word = _mm_loadu_si128(static_cast<const __m128i*>(here));
    void* const there = to;
    _mm_storeu_si128(static_cast<__m128i*>(there), word);
    const auto high = static_cast<std::uint32_t>(_mm_movemask_epi8(word));
    if (high != 0) {
      return static_cast<std::size_t>(from - begin) +
             static_cast<std::size_t>(std::countr_zero(high));
    }
  }
#endif
  while (from < end && static_cast<std::uint8_t>(*from) < 0x80) *to++ = *from++;
  return static_cast<std::size_t>(from - begin);
}

// Writes a character of the basic plane; behind it.
inline char* put_wide(char* to, std::uint32_t code) {
  if (code >= 0x800) [[likely]] {
    to[0] = static_cast<char>(0xE0 | code >> 12);
    to[1] = static_cast<char>(0x80 | (code >> 6 & 0x3F));
    to[2] = static_cast<char>(0x80 | (code & 0x3F));
    return to + 3;
  }
  to[0] = static_cast<char>(0xC0 | code >> 6);
  to[1] = static_cast<char>(0x80 | (code & 0x3F));
  return to + 2;
}

bool is_lead(std::uint8_t byte) {
  return (byte >= 0x81 && byte <= 0x9F) || (byte >= 0xE0 && byte <= 0xFC);
}

// 0 when the pair is no character.
std::uint32_t pair_to_code(std::uint8_t lead, std::uint8_t trail) {
  if (trail < 0x40 || trail == 0x7F || trail > 0xFC) return 0;
  const std::uint32_t column = trail < 0x7F ? trail - 0x40u : trail - 0x41u;
  if (lead >= 0xF0 && lead <= 0xF9) {
    return 0xE000u + (lead - 0xF0u) * static_cast<std::uint32_t>(kCp932Trails) + column;
  }
  const std::uint32_t row = lead < 0xA0 ? lead - 0x81u : lead - 0xE0u + 31u;
  return kCp932Table[row * kCp932Trails + column];
}

DecodeStep decode_cp932(BytesView input, bool last, char* to) {
  const char* const out = to;
  const char* const begin = input.data();
  const char* from = begin;
  const char* const end = begin + input.size();
  const auto stop = [&](bool invalid) {
    return DecodeStep{static_cast<std::size_t>(from - begin), static_cast<std::size_t>(to - out),
                      invalid};
  };
  while (true) {
    if (from < end && static_cast<std::uint8_t>(*from) < 0x80) {
      const std::size_t plain = copy_ascii(from, end, to);
      from += plain;
      to += plain;
    }
    if (from == end) return stop(false);
    const auto byte = static_cast<std::uint8_t>(*from);
    if (byte >= 0xA1 && byte <= 0xDF) {
      to = put_wide(to, 0xFF61u + (byte - 0xA1u));
      ++from;
      continue;
    }
    if (!is_lead(byte)) return stop(true);
    if (end - from < 2) return stop(last);
    const std::uint32_t code = pair_to_code(byte, static_cast<std::uint8_t>(from[1]));
    if (code == 0) return stop(true);
    to = put_wide(to, code);
    from += 2;
  }
}

// Length of the well-formed sequence at `from`, 0 when ill-formed, -1 when cut off (Unicode 15,
// table 3-7).
int utf8_sequence(const char* from, const char* end) {
  const auto at = [&](int i) { return static_cast<std::uint8_t>(from[i]); };
  const std::uint8_t lead = at(0);
  int size = 0;
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) size = 2;
  if (lead >= 0xE0 && lead <= 0xEF) size = 3;
  if (lead >= 0xF0 && lead <= 0xF4) size = 4;
  if (size == 0) return 0;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  for (int i = 1; i < size; ++i) {
    if (from + i == end) return -1;
    if (at(i) < low || at(i) > high) return 0;
    low = 0x80;
    high = 0xBF;
  }
  return size;
}

DecodeStep decode_utf8(BytesView input, bool last, char* to) {
  const char* const out = to;
  const char* const begin = input.data();
  const char* from = begin;
  const char* const end = begin + input.size();
  const auto stop = [&](bool invalid) {
    return DecodeStep{static_cast<std::size_t>(from - begin), static_cast<std::size_t>(to - out),
                      invalid};
  };
  while (true) {
    const std::size_t plain = copy_ascii(from, end, to);
    from += plain;
    to += plain;
    if (from == end) return stop(false);
    const int size = utf8_sequence(from, end);
    if (size <= 0) return stop(size == 0 || last);
    for (int i = 0; i < size; ++i) *to++ = *from++;
  }
}

// The unit of two bytes at `from`.
std::uint32_t utf16_unit(const char* from, bool big_endian) {
  const auto first = static_cast<std::uint8_t>(from[0]);
  const auto second = static_cast<std::uint8_t>(from[1]);
  return big_endian ? first * 256u + second : second * 256u + first;
}

DecodeStep decode_utf16(BytesView input, bool last, bool big_endian, char* to) {
  const char* const out = to;
  std::size_t at = 0;
  const auto stop = [&](bool invalid) {
    return DecodeStep{at, static_cast<std::size_t>(to - out), invalid};
  };
  while (input.size() - at >= 2) {
    const std::uint32_t unit = utf16_unit(input.data() + at, big_endian);
    if (unit >= 0xDC00 && unit <= 0xDFFF) return stop(true);
    if (unit < 0xD800 || unit > 0xDBFF) {
      put_char(to, unit);
      at += 2;
      continue;
    }
    if (input.size() - at < 4) return stop(last);
    const std::uint32_t low = utf16_unit(input.data() + at + 2, big_endian);
    if (low < 0xDC00 || low > 0xDFFF) return stop(true);
    put_char(to, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
    at += 4;
  }
  return stop(last && at < input.size());
}

bool is_eucjp_byte(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  return byte >= 0xA1 && byte <= 0xFE;
}

// Place of a pair of bytes A1-FE in a plane of 94 x 94.
std::size_t eucjp_place(char row, char cell) {
  return (static_cast<std::uint8_t>(row) - 0xA1u) * kEucjpCells +
         (static_cast<std::uint8_t>(cell) - 0xA1u);
}

constexpr std::size_t kEucjpUserRow = 84;  // from 0; rows 85-94 of both planes are user-defined
constexpr std::size_t kEucjpUserSize = 10 * kEucjpCells;

// 0 when the code is no character.
std::uint32_t eucjp_to_code(std::size_t place, bool second_plane) {
  constexpr std::size_t kUser = kEucjpUserRow * kEucjpCells;
  if (place >= kUser) {
    const std::size_t user = place - kUser + (second_plane ? kEucjpUserSize : 0);
    return static_cast<std::uint32_t>(0xE000 + user);
  }
  return second_plane ? kEucjpTable[place] : kCp932Table[place];
}

// How many bytes the character at `from` has, 0 when it is none, -1 when it is cut off.
int eucjp_character(const char* from, const char* end, std::uint32_t& code) {
  constexpr char kKana = '\x8E';
  constexpr char kSecondPlane = '\x8F';
  const int size = from[0] == kSecondPlane ? 3 : 2;
  if (from[0] != kKana && from[0] != kSecondPlane && !is_eucjp_byte(from[0])) return 0;
  for (int i = 1; i < size; ++i) {
    if (from + i == end) return -1;
    if (!is_eucjp_byte(from[i])) return 0;
  }
  if (from[0] == kKana) {
    code = 0xFF61u + (static_cast<std::uint8_t>(from[1]) - 0xA1u);
    return code <= 0xFF9F ? size : 0;
  }
  code = eucjp_to_code(eucjp_place(from[size - 2], from[size - 1]), size == 3);
  return code == 0 ? 0 : size;
}

DecodeStep decode_eucjp(BytesView input, bool last, char* to) {
  const char* const out = to;
  const char* const begin = input.data();
  const char* from = begin;
  const char* const end = begin + input.size();
  const auto stop = [&](bool invalid) {
    return DecodeStep{static_cast<std::size_t>(from - begin), static_cast<std::size_t>(to - out),
                      invalid};
  };
  while (true) {
    const std::size_t plain = copy_ascii(from, end, to);
    from += plain;
    to += plain;
    if (from == end) return stop(false);
    std::uint32_t code = 0;
    const int size = eucjp_character(from, end, code);
    if (size <= 0) return stop(size == 0 || last);
    to = put_wide(to, code);
    from += size;
  }
}

DecodeStep decode_any(Encoding encoding, BytesView input, bool last, char* to) {
  switch (encoding) {
    case Encoding::kCp932:
      return decode_cp932(input, last, to);
    case Encoding::kUtf16Le:
    case Encoding::kUtf16Be:
      return decode_utf16(input, last, encoding == Encoding::kUtf16Be, to);
    case Encoding::kEucJp:
      return decode_eucjp(input, last, to);
    case Encoding::kUtf8:
    case Encoding::kUtf8Mark:
    case Encoding::kBytes:
      break;
  }
  return decode_utf8(input, last, to);
}

}  // namespace

DecodeStep decode(Encoding encoding, BytesView input, bool last, char* to) {
  if (encoding == Encoding::kBytes) {
    input.copy(to, input.size());
    return {input.size(), input.size(), false};
  }
  const DecodeStep step = decode_any(encoding, input, last, to);
  CHECK(step.written <= decoded_size_max(encoding, input.size()));
  return step;
}

}  // namespace sekisho::converter
