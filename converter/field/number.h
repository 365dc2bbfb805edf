// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "converter/field/decimal.h"

namespace sekisho::converter {

// How a result was stated: the value itself, or a bound (結果値形態 L 未満, E 以下, U 以上).
enum class Comparator : std::uint8_t { kNone, kBelow, kAtMost, kAtLeast, kAbove };

// "未満", "以下", "以上", "超", or nothing.
[[nodiscard]] std::string_view comparator_word(Comparator comparator);

struct NumberText {
  Decimal value;
  Comparator comparator = Comparator::kNone;
  std::string_view unit;  // what stands behind the digits, folded; views `scratch` or the text
};

// Reads a result such as "59.6", "５９．６", "1,234", ".5", "+55", "<0.1", "0.1mg/dL未満",
// "17.1mg/dL". False when there is no number in front. The caller judges the unit. `scratch` holds
// the folded text.
[[nodiscard]] bool read_number(std::string_view text, std::string& scratch, NumberText& out);

// The fast lane of read_number: a number in standard form already, "120" or "59.6", of at most 15
// digits. False says only that the text needs the full look.
[[nodiscard]] bool read_plain_number(std::string_view text, Decimal& out);

// The form in which units are compared: width folded, blanks removed.
[[nodiscard]] std::string folded_unit(std::string_view unit);

}  // namespace sekisho::converter
