// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sekisho::converter {

// Text inside the converter is valid UTF-8: decoding made sure. These helpers rely on it.

// The code point at `at`, which moves behind it.
inline char32_t next_char(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0x80};
  };
  const std::uint8_t lead = byte(at++);
  if (lead < 0x80) return lead;
  const auto more = [&] { return static_cast<char32_t>(byte(at++) & 0x3F); };
  if (lead < 0xE0) {
    const char32_t high = (lead & 0x1Fu) << 6;
    return high | more();
  }
  if (lead < 0xF0) {
    char32_t code = (lead & 0x0Fu) << 12;
    code |= more() << 6;
    return code | more();
  }
  char32_t code = (lead & 0x07u) << 18;
  code |= more() << 12;
  code |= more() << 6;
  return code | more();
}

// Writes one character, at most four bytes.
inline void put_char(char*& to, char32_t code) {
  const auto put = [&](char32_t byte) { *to++ = static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

inline void append_char(std::string& out, char32_t code) {
  char bytes[4];
  char* to = bytes;
  put_char(to, code);
  out.append(bytes, static_cast<std::size_t>(to - bytes));
}

[[nodiscard]] inline bool is_ascii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<std::uint8_t>(c) >= 0x80) return false;
  }
  return true;
}

}  // namespace sekisho::converter
