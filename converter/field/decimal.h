// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sekisho::converter {

__extension__ typedef __int128 Int128;

// An exact decimal: mantissa / 10^scale. Eighteen digits at most, so that products of two fit
// Int128. Keeps trailing zeros: 1.50 has scale 2.
struct Decimal {
  static constexpr int kDigitsMax = 18;
  std::int64_t mantissa = 0;
  std::uint8_t scale = 0;

  // Digits with the point where the scale puts it; "-" in front when negative.
  [[nodiscard]] std::string to_string() const;
  // Without trailing zeros beyond `scale_min` digits behind the point.
  [[nodiscard]] Decimal trimmed(std::uint8_t scale_min) const;
};

// -1, 0 or 1, exactly.
[[nodiscard]] int compare(const Decimal& a, const Decimal& b);
inline bool operator<(const Decimal& a, const Decimal& b) { return compare(a, b) < 0; }
inline bool operator<=(const Decimal& a, const Decimal& b) { return compare(a, b) <= 0; }
inline bool operator==(const Decimal& a, const Decimal& b) { return compare(a, b) == 0; }

// value * 10^scale as an integer; exact when scale >= value.scale, else rounded half away from
// zero.
[[nodiscard]] Int128 scaled(const Decimal& value, std::uint8_t scale);

// "[+-]digits[.digits]" or "[+-].digits" in ASCII; nothing else, at most 18 significant digits.
[[nodiscard]] std::optional<Decimal> parse_decimal(std::string_view text);

// A positive exact factor, in lowest terms.
struct Rational {
  std::int64_t numerator = 1;
  std::int64_t denominator = 1;
  [[nodiscard]] bool is_one() const { return numerator == denominator; }
};

// "1000", "0.1" or "1/10"; positive.
[[nodiscard]] std::optional<Rational> parse_rational(std::string_view text);

// value * factor. Exact when it has a finite decimal form; otherwise rounded half up to
// `scale_if_endless`, with `exact` false. Nothing when the result has more than 18 digits.
struct Product {
  Decimal value;
  bool exact = true;
};
[[nodiscard]] std::optional<Product> multiply(const Decimal& value, const Rational& factor,
                                              std::uint8_t scale_if_endless);

// Half up (away from zero).
[[nodiscard]] Decimal rounded(const Decimal& value, std::uint8_t scale);

}  // namespace sekisho::converter
