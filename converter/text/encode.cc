// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/text/encode.h"

#include <array>
#include <memory>

#include "converter/text/cp932_table.h"
#include "converter/text/utf8.h"

namespace sekisho::converter {
namespace {

using Reverse = std::array<std::uint16_t, 0x10000>;

std::uint8_t lead_of(std::size_t row) {
  return static_cast<std::uint8_t>(row < 31 ? 0x81 + row : 0xE0 + row - 31);
}

std::uint16_t code_of(std::size_t row, std::size_t column) {
  const std::size_t trail = column < 0x3F ? 0x40 + column : 0x41 + column;
  return static_cast<std::uint16_t>(std::size_t{lead_of(row)} << 8U | trail);
}

// Windows prefers the JIS rows and NEC row 13, then the IBM extensions, then NEC's copies of them;
// make_cp932_table.py proves it against the codec.
int preference(std::uint8_t lead) {
  if (lead == 0xED || lead == 0xEE) return 2;
  return lead >= 0xFA ? 1 : 0;
}

std::unique_ptr<Reverse> make_reverse() {
  auto reverse = std::make_unique<Reverse>();
  reverse->fill(0);
  for (std::uint32_t c = 0; c < 0x80; ++c) (*reverse)[c] = static_cast<std::uint16_t>(c);
  for (std::uint32_t c = 0; c < 63; ++c)
    (*reverse)[0xFF61 + c] = static_cast<std::uint16_t>(0xA1 + c);
  for (int wanted = 0; wanted < 3; ++wanted) {
    for (std::size_t row = 0; row < kCp932Leads; ++row) {
      if (preference(lead_of(row)) != wanted) continue;
      for (std::size_t column = 0; column < kCp932Trails; ++column) {
        const char16_t code = kCp932Table[row * kCp932Trails + column];
        if (code != 0 && (*reverse)[code] == 0) (*reverse)[code] = code_of(row, column);
      }
    }
  }
  for (std::size_t i = 0; i < 10 * kCp932Trails; ++i) {
    (*reverse)[0xE000 + i] = code_of(47 + i / kCp932Trails, i % kCp932Trails);
  }
  return reverse;
}

const Reverse& reverse_table() {
  static const std::unique_ptr<const Reverse> table = make_reverse();
  return *table;
}

bool is_user_defined(char32_t code) { return code >= 0xE000 && code <= 0xF8FF; }

bool is_standard_char(const Reverse& table, char32_t code) {
  if (code < 0x80) return true;
  return code <= 0xFFFF && table[code] != 0 && !is_user_defined(code);
}

}  // namespace

std::uint16_t cp932_code(char32_t code) { return code > 0xFFFF ? 0 : reverse_table()[code]; }

bool is_standard_text(std::string_view utf8) {
  const Reverse& table = reverse_table();
  std::size_t at = 0;
  while (at < utf8.size()) {
    if (static_cast<std::uint8_t>(utf8[at]) < 0x80) {
      ++at;
    } else if (!is_standard_char(table, next_char(utf8, at))) {
      return false;
    }
  }
  return true;
}

std::string with_geta(std::string_view utf8) {
  const Reverse& table = reverse_table();
  std::string out;
  std::size_t at = 0;
  while (at < utf8.size()) {
    const char32_t code = next_char(utf8, at);
    if (is_standard_char(table, code)) {
      append_char(out, code);
    } else {
      out += kGetaMark;
    }
  }
  return out;
}

namespace {

// The three-byte characters, which kana and kanji are, without a call.
inline char32_t next_wide_char(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  if ((byte(at) & 0xF0) != 0xE0 || at + 2 >= text.size()) return next_char(text, at);
  const auto code = static_cast<char32_t>((byte(at) & 0x0F) << 12 | (byte(at + 1) & 0x3F) << 6 |
                                          (byte(at + 2) & 0x3F));
  at += 3;
  return code;
}

}  // namespace

std::size_t write_cp932(char* to, std::string_view utf8) {
  constexpr std::uint16_t kGeta = 0x81AC;
  const Reverse& table = reverse_table();
  const char* const begin = to;
  std::size_t at = 0;
  while (at < utf8.size()) {
    if (static_cast<std::uint8_t>(utf8[at]) < 0x80) {
      *to++ = utf8[at++];
      continue;
    }
    const char32_t character = next_wide_char(utf8, at);
    std::uint16_t code = character > 0xFFFF ? std::uint16_t{0} : table[character];
    if (code == 0) code = kGeta;
    if (code > 0xFF) *to++ = static_cast<char>(code >> 8);
    *to++ = static_cast<char>(code & 0xFF);
  }
  return static_cast<std::size_t>(to - begin);
}

void append_cp932(std::string& out, std::string_view utf8) {
  const std::size_t before = out.size();
  out.resize(before + utf8.size());
  out.resize(before + write_cp932(out.data() + before, utf8));
}

std::size_t cp932_size_bytes(std::string_view utf8) {
  std::size_t size = 0;
  std::size_t at = 0;
  while (at < utf8.size()) {
    const char32_t code = next_char(utf8, at);
    size += code < 0x80 || (code >= 0xFF61 && code <= 0xFF9F) ? 1 : 2;
  }
  return size;
}

std::string_view cp932_prefix(std::string_view utf8, std::size_t size_bytes_max) {
  std::size_t size = 0;
  std::size_t at = 0;
  while (at < utf8.size()) {
    std::size_t next = at;
    const char32_t code = next_char(utf8, next);
    size += code < 0x80 || (code >= 0xFF61 && code <= 0xFF9F) ? 1 : 2;
    if (size > size_bytes_max) break;
    at = next;
  }
  return utf8.substr(0, at);
}

}  // namespace sekisho::converter
