// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/text/fold.h"

#include <array>
#include <cstdint>

#include "converter/text/utf8.h"

namespace sekisho::converter {
namespace {

constexpr char32_t kVoiced = 0x3099;
constexpr char32_t kSemiVoiced = 0x309A;

// U+FF61-U+FF9F in full width; the two sound marks as combining marks, to be composed.
constexpr std::array<char16_t, 63> kFullKana = {
    0x3002, 0x300C, 0x300D, 0x3001, 0x30FB, 0x30F2, 0x30A1, 0x30A3, 0x30A5, 0x30A7, 0x30A9,
    0x30E3, 0x30E5, 0x30E7, 0x30C3, 0x30FC, 0x30A2, 0x30A4, 0x30A6, 0x30A8, 0x30AA, 0x30AB,
    0x30AD, 0x30AF, 0x30B1, 0x30B3, 0x30B5, 0x30B7, 0x30B9, 0x30BB, 0x30BD, 0x30BF, 0x30C1,
    0x30C4, 0x30C6, 0x30C8, 0x30CA, 0x30CB, 0x30CC, 0x30CD, 0x30CE, 0x30CF, 0x30D2, 0x30D5,
    0x30D8, 0x30DB, 0x30DE, 0x30DF, 0x30E0, 0x30E1, 0x30E2, 0x30E4, 0x30E6, 0x30E8, 0x30E9,
    0x30EA, 0x30EB, 0x30EC, 0x30ED, 0x30EF, 0x30F3, 0x3099, 0x309A};

bool is_half_kana(char32_t code) { return code >= 0xFF61 && code <= 0xFF9F; }

// The kana with its mark, or 0 when the two do not combine.
char32_t composed(char32_t base, char32_t mark) {
  const char32_t kana = base >= 0x3041 && base <= 0x3096 ? base + 0x60 : base;  // as katakana
  const bool h_row = kana >= 0x30CF && kana <= 0x30DB && (kana - 0x30CF) % 3 == 0;
  if (mark == kSemiVoiced) return h_row ? base + 2 : 0;
  const bool k_to_t = kana >= 0x30AB && kana <= 0x30C1 && (kana - 0x30AB) % 2 == 0;
  const bool t_row = kana == 0x30C4 || kana == 0x30C6 || kana == 0x30C8;
  if (k_to_t || t_row || h_row) return base + 1;
  if (kana == 0x30A6) return base + 0x4E;  // ウ -> ヴ, う -> ゔ
  if (base == 0x30EF) return 0x30F7;       // ワ -> ヷ
  if (base == 0x30F2) return 0x30FA;       // ヲ -> ヺ
  return 0;
}

struct Steps {
  bool kana = false;   // half-width katakana to full width
  bool ascii = false;  // full-width ASCII and blanks to half width
};

char32_t mapped(char32_t code, Steps steps) {
  if (steps.kana && is_half_kana(code)) return kFullKana[code - 0xFF61];
  if (!steps.ascii) return code;
  if (code >= 0xFF01 && code <= 0xFF5E) return code - 0xFEE0;
  if (code == 0x3000 || code == 0xA0) return ' ';
  if (code == 0xB5) return 0x3BC;
  return code;
}

void put_previous(char*& to, char32_t code) {
  if (code == kVoiced) code = 0x309B;  // a mark that stands alone stays visible
  if (code == kSemiVoiced) code = 0x309C;
  put_char(to, code);
}

// No character becomes longer than it was.
void transform(std::string_view text, Steps steps, std::string& out) {
  out.resize(text.size());
  char* to = out.data();
  char32_t held = 0;  // the last character, which a mark may still change
  bool has_held = false;
  std::size_t at = 0;
  while (at < text.size()) {
    const char32_t code = mapped(next_char(text, at), steps);
    if (has_held && (code == kVoiced || code == kSemiVoiced)) {
      if (const char32_t both = composed(held, code); both != 0) {
        held = both;
        continue;
      }
    }
    if (has_held) put_previous(to, held);
    held = code;
    has_held = true;
  }
  if (has_held) put_previous(to, held);
  out.resize(static_cast<std::size_t>(to - out.data()));
}

bool is_blank_byte(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

constexpr std::string_view kWideBlank = "\u3000";

}  // namespace

std::string_view strip(std::string_view text) {
  if (text.empty()) return text;
  // Most cells start and end with a byte that no blank starts or ends with.
  const auto first = static_cast<std::uint8_t>(text.front());
  const auto last = static_cast<std::uint8_t>(text.back());
  if (first > ' ' && first != 0xE3 && last > ' ' && last != 0x80) return text;
  while (!text.empty()) {
    if (is_blank_byte(text.front())) {
      text.remove_prefix(1);
    } else if (text.starts_with(kWideBlank)) {
      text.remove_prefix(kWideBlank.size());
    } else {
      break;
    }
  }
  while (!text.empty()) {
    if (is_blank_byte(text.back())) {
      text.remove_suffix(1);
    } else if (text.ends_with(kWideBlank)) {
      text.remove_suffix(kWideBlank.size());
    } else {
      break;
    }
  }
  return text;
}

void fold(std::string_view text, std::string& out) {
  out.clear();
  if (is_ascii(text)) {
    out.assign(text);
    return;
  }
  transform(text, {.kana = true, .ascii = true}, out);
}

std::string folded(std::string_view text) {
  std::string out;
  fold(text, out);
  return out;
}

std::string widen_kana(std::string_view text) {
  std::string out;
  transform(text, {.kana = true, .ascii = false}, out);
  return out;
}

// The two combining marks are E3 82 99 and E3 82 9A.
bool needs_composing(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  for (std::size_t i = 2; i < text.size(); ++i) {
    const bool last = byte(i) == 0x99 || byte(i) == 0x9A;
    if (last && byte(i - 1) == 0x82 && byte(i - 2) == 0xE3) return true;
  }
  return false;
}

std::string compose_kana(std::string_view text) {
  if (!needs_composing(text)) return std::string(text);
  std::string out;
  transform(text, {}, out);
  return out;
}

}  // namespace sekisho::converter
