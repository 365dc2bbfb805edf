// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/field/identifiers.h"

#include "converter/text/fold.h"

namespace sekisho::converter {

std::string fold_digits(std::string_view text) {
  std::string out = folded(strip(text));
  for (const char c : out) {
    if (c < '0' || c > '9') return {};
  }
  return out;
}

bool has_valid_check_digit(std::string_view digits) {
  if (digits.size() < 2) return false;
  int sum = 0;
  int weight = 2;
  for (std::size_t i = digits.size() - 1; i-- > 0;) {
    const int product = (digits[i] - '0') * weight;
    sum += product / 10 + product % 10;
    weight = 3 - weight;
  }
  return (10 - sum % 10) % 10 == digits.back() - '0';
}

}  // namespace sekisho::converter
