// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "converter/rules/correlation.h"
#include "node/base/check.h"

// Logarithm and power in fixed point with 32 fractional bits: the same bits on every machine, which
// floating point does not promise.
namespace sekisho::converter {
namespace {

constexpr int kBits = 32;
constexpr Int128 kOne = Int128{1} << kBits;

// log2 of numerator / denominator, both positive.
Int128 log2_of(Int128 numerator, Int128 denominator) {
  Int128 whole = 0;
  while (numerator >= 2 * denominator) {
    denominator *= 2;
    ++whole;
  }
  while (numerator < denominator) {
    numerator *= 2;
    --whole;
  }
  Int128 mantissa = (numerator << kBits) / denominator;  // in [1, 2)
  Int128 fraction = 0;
  for (int bit = kBits - 1; bit >= 0; --bit) {
    mantissa = (mantissa * mantissa) >> kBits;
    if (mantissa >= 2 * kOne) {
      mantissa >>= 1;
      fraction |= Int128{1} << bit;
    }
  }
  return whole * kOne + fraction;
}

Int128 square_root(Int128 value) {  // of a fixed-point number
  const Int128 wide = value << kBits;
  Int128 low = 0;
  Int128 high = Int128{1} << 40;
  while (low < high) {
    const Int128 middle = (low + high + 1) / 2;
    if (middle * middle <= wide) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

// 2^(1/2), 2^(1/4) … one for each fractional bit.
std::array<Int128, kBits> make_roots() {
  std::array<Int128, kBits> roots{};
  Int128 root = 2 * kOne;
  for (Int128& entry : roots) {
    root = square_root(root);
    entry = root;
  }
  return roots;
}

Int128 power_of_two(Int128 exponent) {
  static const std::array<Int128, kBits> roots = make_roots();
  const Int128 whole = exponent >> kBits;  // rounds down, also below zero
  Int128 value = kOne;
  for (int i = 0; i < kBits; ++i) {
    const bool set = (exponent >> (kBits - 1 - i) & 1) != 0;
    if (set) value = value * roots[static_cast<std::size_t>(i)] >> kBits;
  }
  return whole >= 0 ? value << static_cast<int>(whole) : value >> static_cast<int>(-whole);
}

}  // namespace

std::int64_t egfr_hundredths(const Decimal& creatinine, std::int32_t age, bool woman) {
  CHECK(creatinine.mantissa > 0);
  CHECK(age > 0);
  Int128 divisor = 1;
  for (int i = 0; i < creatinine.scale; ++i) divisor *= 10;
  const Int128 log_value =
      -1094 * log2_of(creatinine.mantissa, divisor) / 1000 - 287 * log2_of(age, 1) / 1000;
  Int128 value = 19'400 * power_of_two(log_value);
  if (woman) value = value * 739 / 1000;
  return static_cast<std::int64_t>((value + kOne / 2) >> kBits);
}

}  // namespace sekisho::converter
