// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "converter/pipeline/cell.h"

namespace sekisho::converter {
namespace {

Value error(Row& row, const Cell& cell, const MessageKind& kind) {
  row.report(kind, cell.column, cell.raw, static_cast<std::int32_t>(cell.item));
  return Value{.state = Slot::State::kError};
}

bool is_spelling(const Item& item, std::string_view unit) {
  return std::find(item.unit_spellings.begin(), item.unit_spellings.end(), unit) !=
         item.unit_spellings.end();
}

// Text behind the digits that claims to be a unit, rather than a slip of the hand.
bool looks_like_unit(const Definition& definition, std::string_view text) {
  return definition.unit_words.find(text) != TextMap::kNone || text.find('/') != text.npos ||
         text.find('%') != text.npos;
}

enum class UnitVerdict : std::uint8_t { kDeclared, kStandard, kForeign, kNoUnit };

UnitVerdict judge_unit(const Definition& definition, const Item& item, const Column& rule,
                       std::string_view written) {
  if (written.empty()) return UnitVerdict::kDeclared;
  const std::string unit = folded_unit(written);
  if (!rule.unit_folded.empty() && unit == rule.unit_folded) return UnitVerdict::kDeclared;
  if (is_spelling(item, unit)) return UnitVerdict::kStandard;
  return looks_like_unit(definition, unit) ? UnitVerdict::kForeign : UnitVerdict::kNoUnit;
}

// The value in the standard unit, without zeros that only the factor made.
bool apply_factor(Row& row, const Cell& cell, const Item& item, Decimal& value) {
  const auto product = multiply(value, cell.rule->factor, item.digits_fraction);
  if (!product) return false;
  value = product->value.trimmed(item.digits_fraction);
  if (!product->exact) {
    row.report(kinds::kFactorRounded, cell.column, cell.raw, static_cast<std::int32_t>(cell.item));
  }
  return true;
}

void check_decimals(Row& row, const Cell& cell, const Item& item, Decimal& value) {
  if (!item.has_format || value.scale <= item.digits_fraction) return;
  row.report(kinds::kDecimals, cell.column, cell.raw, static_cast<std::int32_t>(cell.item));
  if (row.map.policy.round_extra_decimals) value = rounded(value, item.digits_fraction);
}

void check_range(Row& row, const Cell& cell, const Item& item, const Decimal& value) {
  const auto index = static_cast<std::int32_t>(cell.item);
  if (item.input_min && value < *item.input_min) {
    row.report(kinds::kRangeLow, cell.column, cell.raw, index);
  }
  if (item.input_max && *item.input_max < value) {
    row.report(kinds::kRangeHigh, cell.column, cell.raw, index);
  }
}

// A bound is urgent when all it allows is.
void check_panic(Row& row, const Cell& cell, const Item& item, const Value& value) {
  const bool can_be_low =
      value.comparator != Comparator::kAtLeast && value.comparator != Comparator::kAbove;
  const bool can_be_high =
      value.comparator != Comparator::kBelow && value.comparator != Comparator::kAtMost;
  const bool low = item.panic_low && can_be_low && value.number <= *item.panic_low;
  const bool high = item.panic_high && can_be_high && *item.panic_high <= value.number;
  if (low || high) {
    row.report(kinds::kPanic, cell.column, cell.raw, static_cast<std::int32_t>(cell.item));
  }
}

void judge_value(Row& row, const Cell& cell, const Item& item, Value& value) {
  check_decimals(row, cell, item, value.number);
  if (value.comparator == Comparator::kNone) {
    check_range(row, cell, item, value.number);
  } else {
    row.report(kinds::kComparator, cell.column, cell.raw, static_cast<std::int32_t>(cell.item));
  }
  check_panic(row, cell, item, value);
}

// A number that stands in the file as it will stand in the output.
Value plain_value(Row& row, const Cell& cell, const Item& item, std::string_view text,
                  const Decimal& number) {
  Value value{.state = Slot::State::kValue, .has_number = true, .number = number};
  judge_value(row, cell, item, value);
  const bool rounded_off = value.number.scale != number.scale;
  value.standard = rounded_off ? row.arena.keep(value.number.to_string()) : text;
  return value;
}

}  // namespace

Value convert_number(Row& row, const Cell& cell, std::string_view text, Comparator stated) {
  const Item& item = row.definition.items[cell.item];
  Decimal plain;
  const bool as_written = stated == Comparator::kNone && cell.rule->factor.is_one();
  if (as_written && read_plain_number(text, plain))
    return plain_value(row, cell, item, text, plain);
  NumberText read;
  if (!read_number(text, row.scratch, read)) return error(row, cell, kinds::kValueType);
  const UnitVerdict unit = judge_unit(row.definition, item, *cell.rule, read.unit);
  if (unit == UnitVerdict::kForeign) return error(row, cell, kinds::kUnit);
  if (unit == UnitVerdict::kNoUnit) return error(row, cell, kinds::kValueType);
  if (stated != Comparator::kNone && read.comparator != Comparator::kNone) {
    return error(row, cell, kinds::kValueType);
  }
  Value value{.state = Slot::State::kValue, .has_number = true, .number = read.value};
  value.comparator = stated != Comparator::kNone ? stated : read.comparator;
  const bool convert = unit == UnitVerdict::kDeclared && !cell.rule->factor.is_one();
  if (convert && !apply_factor(row, cell, item, value.number)) {
    return error(row, cell, kinds::kValueType);
  }
  judge_value(row, cell, item, value);
  row.buffer = value.number.to_string();
  row.buffer += comparator_word(value.comparator);
  value.standard = row.arena.keep(row.buffer);
  return value;
}

}  // namespace sekisho::converter
