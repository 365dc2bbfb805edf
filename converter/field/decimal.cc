// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/field/decimal.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "node/base/check.h"

namespace sekisho::converter {
namespace {

constexpr std::int64_t kMantissaMax = 999'999'999'999'999'999;

constexpr std::array<std::int64_t, 19> make_powers() {
  std::array<std::int64_t, 19> powers{};
  std::int64_t value = 1;
  for (std::size_t i = 0; i < powers.size(); ++i) {
    powers[i] = value;
    if (i + 1 < powers.size()) value *= 10;
  }
  return powers;
}
constexpr std::array<std::int64_t, 19> kPowers = make_powers();

Int128 power_of_ten(int exponent) {
  CHECK(exponent >= 0);
  CHECK(exponent <= 36);
  if (exponent <= 18) return kPowers[static_cast<std::size_t>(exponent)];
  return Int128{kPowers[18]} * kPowers[static_cast<std::size_t>(exponent - 18)];
}

// Small enough that a multiple by 10^9 fits 64 bits.
bool is_small(const Decimal& value) {
  constexpr std::int64_t kSmall = 1'000'000'000;
  return value.mantissa < kSmall && value.mantissa > -kSmall && value.scale <= 9;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

Int128 divided_half_up(Int128 value, Int128 divisor) {
  const Int128 half = divisor / 2;
  return value < 0 ? -((-value + half) / divisor) : (value + half) / divisor;
}

std::optional<Decimal> narrowed(Int128 mantissa, int scale) {
  while (scale > 0 && mantissa % 10 == 0 && (mantissa > kMantissaMax || mantissa < -kMantissaMax)) {
    mantissa /= 10;
    --scale;
  }
  if (mantissa > kMantissaMax || mantissa < -kMantissaMax || scale > Decimal::kDigitsMax) return {};
  return Decimal{static_cast<std::int64_t>(mantissa), static_cast<std::uint8_t>(scale)};
}

}  // namespace

std::string Decimal::to_string() const {
  std::array<char, 24> buffer{};
  std::size_t at = buffer.size();
  std::int64_t rest = mantissa < 0 ? -mantissa : mantissa;
  for (int digits = 0; rest > 0 || digits <= scale; ++digits) {
    if (digits == scale && scale > 0) buffer[--at] = '.';
    buffer[--at] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  }
  if (mantissa < 0) buffer[--at] = '-';
  return {buffer.data() + at, buffer.size() - at};
}

Decimal Decimal::trimmed(std::uint8_t scale_min) const {
  Decimal out = *this;
  while (out.scale > scale_min && out.mantissa % 10 == 0) {
    out.mantissa /= 10;
    --out.scale;
  }
  return out;
}

int compare(const Decimal& a, const Decimal& b) {
  if (is_small(a) && is_small(b)) {
    const int more_a = b.scale > a.scale ? b.scale - a.scale : 0;
    const int more_b = a.scale > b.scale ? a.scale - b.scale : 0;
    const std::int64_t small_a = a.mantissa * kPowers[static_cast<std::size_t>(more_a)];
    const std::int64_t small_b = b.mantissa * kPowers[static_cast<std::size_t>(more_b)];
    return small_a < small_b ? -1 : small_a > small_b ? 1 : 0;
  }
  const auto scale = std::max(a.scale, b.scale);
  const Int128 left = scaled(a, scale);
  const Int128 right = scaled(b, scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

Int128 scaled(const Decimal& value, std::uint8_t scale) {
  if (scale >= value.scale) return Int128{value.mantissa} * power_of_ten(scale - value.scale);
  return divided_half_up(value.mantissa, power_of_ten(value.scale - scale));
}

std::optional<Decimal> parse_decimal(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  Decimal out;
  int digits = 0;
  bool point = false;
  bool any = false;
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (!is_digit(c)) return {};
    any = true;
    if (out.mantissa != 0 || c != '0' || point) ++digits;
    if (digits > Decimal::kDigitsMax) return {};
    out.mantissa = out.mantissa * 10 + (c - '0');
    if (point) ++out.scale;
  }
  if (!any || text.ends_with('.')) return {};
  if (negative) out.mantissa = -out.mantissa;
  return out;
}

std::optional<Rational> parse_rational(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto numerator = parse_decimal(text.substr(0, slash));
  const auto denominator =
      slash == std::string_view::npos ? Decimal{1, 0} : parse_decimal(text.substr(slash + 1));
  if (!numerator || !denominator) return {};
  if (numerator->mantissa <= 0 || denominator->mantissa <= 0) return {};
  Int128 top = Int128{numerator->mantissa} * power_of_ten(denominator->scale);
  Int128 bottom = Int128{denominator->mantissa} * power_of_ten(numerator->scale);
  Int128 a = top;
  for (Int128 b = bottom; b != 0;) {
    const Int128 next = a % b;
    a = b;
    b = next;
  }
  top /= a;
  bottom /= a;
  constexpr Int128 kFactorMax = 1'000'000'000'000;
  if (top > kFactorMax || bottom > kFactorMax) return {};
  return Rational{static_cast<std::int64_t>(top), static_cast<std::int64_t>(bottom)};
}

std::optional<Product> multiply(const Decimal& value, const Rational& factor,
                                std::uint8_t scale_if_endless) {
  Int128 mantissa = Int128{value.mantissa} * factor.numerator;
  Int128 divisor = factor.denominator;
  int scale = value.scale;
  // Each 2 or 5 in the divisor costs at most one more decimal.
  while (divisor % 10 == 0 && divisor > 1) {
    divisor /= 10;
    ++scale;
  }
  constexpr Int128 kRoom = Int128{1} << 120;
  for (const int prime : {2, 5}) {
    while (divisor % prime == 0) {
      if (mantissa > kRoom || mantissa < -kRoom) return {};
      mantissa *= 10 / prime;
      divisor /= prime;
      ++scale;
    }
  }
  if (mantissa % divisor == 0) {
    const auto exact = narrowed(mantissa / divisor, scale);
    if (!exact) return {};
    return Product{*exact, true};
  }
  const int more = std::max(0, scale_if_endless - scale);
  if (more > 8 || mantissa > kRoom / 100'000'000 || mantissa < -kRoom / 100'000'000) return {};
  const Int128 wide = divided_half_up(mantissa * power_of_ten(more), divisor);
  const auto endless = narrowed(wide, scale + more);
  if (!endless) return {};
  return Product{rounded(*endless, scale_if_endless), false};
}

Decimal rounded(const Decimal& value, std::uint8_t scale) {
  if (scale >= value.scale) return value;
  return {static_cast<std::int64_t>(scaled(value, scale)), scale};
}

}  // namespace sekisho::converter
