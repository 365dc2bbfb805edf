// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/pipeline/companions.h"

#include <algorithm>
#include <array>
#include <utility>

#include "converter/text/fold.h"

namespace sekisho::converter {
namespace {

using State = Qualifier::State;

Column const& companion(const Row& row, std::int32_t index) {
  return row.map.columns[static_cast<std::size_t>(index)];
}

void refuse(Row& row, const Cell& cell, const MessageKind& kind, std::int32_t column,
            std::string_view raw) {
  row.report(kind, static_cast<std::uint32_t>(column), raw, static_cast<std::int32_t>(cell.item));
  row.touch(cell.item).state = Slot::State::kError;
}

// The item that the method stands for; false when nobody knows the method.
bool choose_item(Row& row, const Beside& beside, Cell& cell) {
  if (beside.method.empty()) return true;
  const std::int32_t index = cell.rule->method_column;
  const Column& methods = companion(row, index);
  const Cell about{cell.item, static_cast<std::uint32_t>(index), beside.method, &methods};
  const TableEntry* entry = table_entry(row, about, beside.method);
  if (entry == nullptr) {
    refuse(row, cell, kinds::kCodeUnknown, index, beside.method);
    return false;
  }
  const auto& table = row.map.tables[static_cast<std::size_t>(methods.table)];
  cell.item = methods.list_entries[static_cast<std::size_t>(entry - table.entries.data())];
  return true;
}

// The letters that the JMA layout uses are known everywhere.
std::optional<Qualifier> known_word(Row& row, std::string_view text) {
  if (const auto known = qualifier_of(folded(text))) return known;
  SpecialWord word{};
  if (!special_word(row, text, word) || word == SpecialWord::kNoFinding) return {};
  return Qualifier{word == SpecialWord::kNotDone ? State::kNotDone : State::kUnmeasurable,
                   Comparator::kNone};
}

bool read_qualifier(Row& row, const Cell& cell, std::string_view text, Qualifier& out) {
  if (text.empty()) return true;
  const std::int32_t index = cell.rule->qualifier_column;
  const Column& column = companion(row, index);
  const Cell about{cell.item, static_cast<std::uint32_t>(index), text, &column};
  const TableEntry* entry = table_entry(row, about, text);
  const auto known = entry != nullptr ? qualifier_of(entry->standard) : known_word(row, text);
  if (!known) refuse(row, cell, kinds::kCodeUnknown, index, text);
  out = known.value_or(Qualifier{});
  return known.has_value();
}

// The state against the value: true when there is a value left to convert.
bool settle_state(Row& row, const Cell& cell, const Qualifier& qualifier, bool blank) {
  const bool not_done = qualifier.state == State::kNotDone;
  if (not_done || qualifier.state == State::kUnmeasurable) {
    if (!blank) {
      refuse(row, cell, not_done ? kinds::kNotDoneValue : kinds::kUnmeasurableValue,
             static_cast<std::int32_t>(cell.column), cell.raw);
      return false;
    }
    const auto word = not_done ? SpecialWord::kNotDone : SpecialWord::kUnmeasurable;
    merge_value(row, cell, special_value(row, cell, word));
    return false;
  }
  if (!blank) return true;
  if (qualifier.state == State::kDone || qualifier.comparator != Comparator::kNone) {
    refuse(row, cell, kinds::kDoneEmpty, static_cast<std::int32_t>(cell.column), cell.raw);
  }
  return false;
}

// The factor for the stated unit; false when the unit is foreign to the item.
bool choose_factor(Row& row, const Cell& cell, std::string_view text, Rational& out) {
  out = cell.rule->factor;
  if (text.empty()) return true;
  const std::string unit = folded_unit(text);
  if (!cell.rule->unit_folded.empty() && unit == cell.rule->unit_folded) return true;
  for (const UnitFactor& more : cell.rule->more_units) {
    if (more.unit_folded != unit) continue;
    out = more.factor;
    return true;
  }
  const auto& known = row.definition.items[cell.item].unit_spellings;
  out = Rational{};
  if (std::find(known.begin(), known.end(), unit) != known.end()) return true;
  refuse(row, cell, kinds::kUnit, cell.rule->unit_column, text);
  return false;
}

void convert_with_rule(Row& row, const Cell& cell, Comparator stated) {
  const std::string_view text = strip(cell.raw);
  SpecialWord word{};
  const bool number = row.definition.items[cell.item].type == ItemType::kNumber;
  if (!number || stated == Comparator::kNone || special_word(row, text, word)) {
    return convert_cell(row, cell);
  }
  merge_value(row, cell, convert_number(row, cell, text, stated));
}

}  // namespace

std::optional<Qualifier> qualifier_of(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, Qualifier>, 10> kWords = {{
      {"実施", {State::kDone, Comparator::kNone}},
      {"未実施", {State::kNotDone, Comparator::kNone}},
      {"測定不能", {State::kUnmeasurable, Comparator::kNone}},
      {"未満", {State::kNothing, Comparator::kBelow}},
      {"以下", {State::kNothing, Comparator::kAtMost}},
      {"以上", {State::kNothing, Comparator::kAtLeast}},
      {"超", {State::kNothing, Comparator::kAbove}},
      {"L", {State::kNothing, Comparator::kBelow}},
      {"E", {State::kNothing, Comparator::kAtMost}},
      {"U", {State::kNothing, Comparator::kAtLeast}},
  }};
  for (const auto& [known, qualifier] : kWords) {
    if (known == word) return qualifier;
  }
  return {};
}

void convert_described_cell(Row& row, const Cell& described, const Beside& beside) {
  Cell cell = described;
  const bool blank = strip(cell.raw).empty();
  if (blank && beside.qualifier.empty()) return;
  Qualifier qualifier;
  if (!choose_item(row, beside, cell)) return;
  if (!read_qualifier(row, cell, beside.qualifier, qualifier)) return;
  if (!settle_state(row, cell, qualifier, blank)) return;
  Rational factor;
  if (!choose_factor(row, cell, beside.unit, factor)) return;
  const bool as_declared = factor.numerator == cell.rule->factor.numerator &&
                           factor.denominator == cell.rule->factor.denominator;
  if (as_declared) return convert_with_rule(row, cell, qualifier.comparator);
  Column rule = *cell.rule;
  rule.factor = factor;
  rule.unit_folded = folded_unit(beside.unit);
  cell.rule = &rule;
  convert_with_rule(row, cell, qualifier.comparator);
}

}  // namespace sekisho::converter
