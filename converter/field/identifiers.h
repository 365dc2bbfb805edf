// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace sekisho::converter {

// Outer blanks removed, full-width digits folded; empty when anything but digits is left.
[[nodiscard]] std::string fold_digits(std::string_view text);

// Modulus 10 with weights 2, 1, 2 … from the digit before the check digit leftwards, digits of each
// product added: insurer numbers (6 or 8 digits) and institution numbers (10). Digits only.
[[nodiscard]] bool has_valid_check_digit(std::string_view digits);

}  // namespace sekisho::converter
