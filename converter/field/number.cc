// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/field/number.h"

#include <array>
#include <utility>

#include "converter/text/fold.h"
#include "converter/text/utf8.h"

namespace sekisho::converter {
namespace {

constexpr std::size_t kNumberTextMax = 80;

using Mark = std::pair<std::string_view, Comparator>;
constexpr std::array<Mark, 10> kPrefixes = {{
    {"<=", Comparator::kAtMost},
    {"=<", Comparator::kAtMost},
    {"≦", Comparator::kAtMost},
    {"≤", Comparator::kAtMost},
    {">=", Comparator::kAtLeast},
    {"=>", Comparator::kAtLeast},
    {"≧", Comparator::kAtLeast},
    {"≥", Comparator::kAtLeast},
    {"<", Comparator::kBelow},
    {">", Comparator::kAbove},
}};
constexpr std::array<Mark, 4> kSuffixes = {{
    {"未満", Comparator::kBelow},
    {"以下", Comparator::kAtMost},
    {"以上", Comparator::kAtLeast},
    {"超", Comparator::kAbove},
}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

Comparator take_prefix(std::string_view& rest) {
  for (const auto& [mark, comparator] : kPrefixes) {
    if (!rest.starts_with(mark)) continue;
    rest = without_blanks(rest.substr(mark.size()));
    return comparator;
  }
  return Comparator::kNone;
}

Comparator take_suffix(std::string_view& rest) {
  for (const auto& [mark, comparator] : kSuffixes) {
    if (!rest.ends_with(mark)) continue;
    rest = without_blanks(rest.substr(0, rest.size() - mark.size()));
    return comparator;
  }
  return Comparator::kNone;
}

// Length of "digits[,ddd…][.digits]" at the front. Commas must part whole thousands.
std::size_t number_size(std::string_view text, bool& has_commas) {
  std::size_t at = 0;
  while (at < text.size() && is_digit(text[at])) ++at;
  const std::size_t first_group = at;
  while (at + 3 < text.size() && text[at] == ',' && first_group >= 1 && first_group <= 3 &&
         is_digit(text[at + 1]) && is_digit(text[at + 2]) && is_digit(text[at + 3])) {
    has_commas = true;
    at += 4;
  }
  if (at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1])) {
    ++at;
    while (at < text.size() && is_digit(text[at])) ++at;
  }
  return at;
}

std::optional<Decimal> decimal_without_commas(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c != ',') plain.push_back(c);
  }
  return parse_decimal(plain);
}

}  // namespace

std::string_view comparator_word(Comparator comparator) {
  for (const auto& [word, known] : kSuffixes) {
    if (known == comparator) return word;
  }
  return {};
}

bool read_number(std::string_view text, std::string& scratch, NumberText& out) {
  if (text.size() > kNumberTextMax) return false;
  std::string_view rest = text;
  if (!is_ascii(text)) {
    fold(text, scratch);
    rest = scratch;
  }
  out.comparator = take_prefix(rest);
  if (out.comparator == Comparator::kNone) out.comparator = take_suffix(rest);
  std::string_view digits = rest;
  const bool has_sign = digits.starts_with('+') || digits.starts_with('-');
  if (has_sign) digits.remove_prefix(1);
  bool has_commas = false;
  const std::size_t size = number_size(digits, has_commas);
  const std::string_view number = rest.substr(0, size + (has_sign ? 1 : 0));
  const auto value = has_commas ? decimal_without_commas(number) : parse_decimal(number);
  if (!value) return false;
  out.value = *value;
  out.unit = without_blanks(digits.substr(size));
  return true;
}

bool read_plain_number(std::string_view text, Decimal& out) {
  constexpr std::size_t kPlainSizeMax = 16;
  if (text.empty() || text.size() > kPlainSizeMax) return false;
  if (text[0] == '0' && text.size() > 1 && text[1] != '.') return false;
  std::int64_t mantissa = 0;
  std::size_t point = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_digit(text[i])) {
      mantissa = mantissa * 10 + (text[i] - '0');
    } else if (text[i] == '.' && point == text.size() && i > 0) {
      point = i;
    } else {
      return false;
    }
  }
  if (point + 1 == text.size()) return false;
  out.mantissa = mantissa;
  out.scale = static_cast<std::uint8_t>(point == text.size() ? 0 : text.size() - point - 1);
  return true;
}

std::string folded_unit(std::string_view unit) {
  std::string out;
  for (const char c : folded(unit)) {
    if (c != ' ') out.push_back(c);
  }
  return out;
}

}  // namespace sekisho::converter
