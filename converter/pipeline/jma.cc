// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/pipeline/jma.h"

#include <algorithm>

#include "converter/pipeline/cell.h"
#include "converter/text/fold.h"

namespace sekisho::converter {
namespace {

// Places inside a group of eight.
enum Place : std::uint32_t { kCode = 0, kState = 2, kForm = 4, kResult = 5, kUnit = 6 };

constexpr std::string_view kJdsHba1c = "3D045";

struct Group {
  Row& row;
  const std::vector<std::string_view>& fields;
  std::uint32_t first;  // index of its code field

  [[nodiscard]] std::string_view raw(Place place) const { return fields[first + place]; }
  [[nodiscard]] std::string_view text(Place place) const { return strip(raw(place)); }
  void report(const MessageKind& kind, Place place, std::int32_t item) const {
    row.report(kind, first + place, raw(place), item);
  }
  void error(const MessageKind& kind, Place place, std::uint32_t item) const {
    report(kind, place, static_cast<std::int32_t>(item));
    row.touch(item).state = Slot::State::kError;
  }
};

bool is_blank(const Group& group) {
  for (std::uint32_t i = 0; i < kJmaGroupFields; ++i) {
    if (!strip(group.fields[group.first + i]).empty()) return false;
  }
  return true;
}

bool find_item(const Group& group, std::uint32_t& item) {
  const std::string code = folded(group.text(kCode));
  item = group.row.definition.by_code.find(code);
  const bool jds = code.starts_with(kJdsHba1c) && group.row.exam_date >= Date{20130401};
  if (jds && group.row.definition.check_enabled(7)) {
    group.report(correlation_kind(7, 'E'), kCode,
                 item == TextMap::kNone ? -1 : static_cast<std::int32_t>(item));
    return false;
  }
  if (item != TextMap::kNone) return true;
  group.report(kinds::kCodeUnknown, kCode, -1);
  return false;
}

bool read_form(const Group& group, Comparator& out) {
  const std::string form = folded(group.text(kForm));
  if (form.empty()) return true;
  if (form == "L") out = Comparator::kBelow;
  if (form == "E") out = Comparator::kAtMost;
  if (form == "U") out = Comparator::kAtLeast;
  return out != Comparator::kNone;
}

// The factor of the stated unit; false when the unit is foreign to the item.
bool read_unit(const Group& group, std::uint32_t item, Rational& out) {
  const std::string unit = folded_unit(group.text(kUnit));
  const auto& known = group.row.definition.items[item].unit_spellings;
  if (unit.empty() || std::find(known.begin(), known.end(), unit) != known.end()) return true;
  for (const UnitFactor& declared : group.row.map.jma_units[item]) {
    if (declared.unit_folded != unit) continue;
    out = declared.factor;
    return true;
  }
  // A unit beside an item without one says nothing that could be wrong.
  return known.empty();
}

void convert_done(const Group& group, std::uint32_t item) {
  Row& row = group.row;
  if (group.text(kResult).empty()) return group.error(kinds::kDoneEmpty, kResult, item);
  Comparator form = Comparator::kNone;
  if (!read_form(group, form)) return group.error(kinds::kCodeUnknown, kForm, item);
  Column rule;
  rule.codes = row.definition.items[item].type == ItemType::kCode;
  rule.separators = {"、"};
  if (!read_unit(group, item, rule.factor)) return group.error(kinds::kUnit, kUnit, item);
  const Cell cell{item, group.first + kResult, group.raw(kResult), &rule};
  if (row.definition.items[item].type != ItemType::kNumber) return convert_cell(row, cell);
  SpecialWord word{};
  const bool special = special_word(row, group.text(kResult), word);
  merge_value(row, cell,
              special ? special_value(row, cell, word)
                      : convert_number(row, cell, group.text(kResult), form));
}

// A state without a result: the slot says so, the original is empty.
void mark_without_result(const Group& group, std::uint32_t item, SpecialWord word) {
  const Cell cell{item, group.first + kState, group.raw(kState), nullptr};
  merge_value(group.row, cell, special_value(group.row, cell, word));
  Slot& slot = group.row.slot(item);
  if (slot.column == cell.column) slot.original = slot.original_encoded = {};
}

void convert_group(const Group& group) {
  std::uint32_t item = 0;
  if (is_blank(group) || !find_item(group, item) || group.row.map.jma_ignored[item]) return;
  const std::string state = folded(group.text(kState));
  const bool has_result = !group.text(kResult).empty();
  if (state == "1") return convert_done(group, item);
  if (state == "0") {
    if (has_result) return group.error(kinds::kNotDoneValue, kResult, item);
    return mark_without_result(group, item, SpecialWord::kNotDone);
  }
  if (state == "2") {
    if (has_result) return group.error(kinds::kUnmeasurableValue, kResult, item);
    return mark_without_result(group, item, SpecialWord::kUnmeasurable);
  }
  group.error(kinds::kCodeUnknown, kState, item);
}

}  // namespace

void convert_jma_groups(Row& row, const std::vector<std::string_view>& fields) {
  for (std::size_t at = kJmaLeadingFields; at + kJmaGroupFields <= fields.size();
       at += kJmaGroupFields) {
    convert_group({row, fields, static_cast<std::uint32_t>(at)});
  }
}

}  // namespace sekisho::converter
