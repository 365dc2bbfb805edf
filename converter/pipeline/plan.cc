// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/pipeline/plan.h"

#include <array>

namespace sekisho::converter {
namespace {

// Few enough decimals, inside input and panic limits.
bool is_quiet(const PlannedColumn& plan, const Decimal& number) {
  constexpr std::int64_t kMantissaMax = 1'000'000'000;
  constexpr std::array<std::int64_t, 10> kPowers = {
      1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};
  if (number.mantissa > kMantissaMax || number.scale > plan.quiet_scale) return false;
  const auto more = static_cast<std::size_t>(plan.quiet_scale - number.scale);
  const std::int64_t value = number.mantissa * kPowers[more];
  return value >= plan.quiet_min && value <= plan.quiet_max;
}

}  // namespace

std::vector<PlannedColumn> plan_columns(const MapFile& map, const Definition& definition) {
  std::vector<PlannedColumn> out;
  for (const std::uint32_t index : map.work_order) {
    const Column& rule = map.columns[index];
    const auto item_index = static_cast<std::uint32_t>(rule.item);
    const Item& item = definition.items[item_index];
    PlannedColumn plan;
    plan.column = index;
    plan.item = item_index;
    plan.quiet_min = item.quiet_min;
    plan.quiet_max = item.quiet_max;
    plan.quiet_scale = item.quiet_scale;
    plan.needs_care = !rule.when.empty() || !rule.excluded.empty() || rule.has_companions();
    plan.takes_plain_numbers =
        item.type == ItemType::kNumber && rule.takes_plain_numbers && !plan.needs_care;
    out.push_back(plan);
  }
  return out;
}

bool take_plain_number(Row& row, const PlannedColumn& plan, std::string_view raw) {
  Decimal number;
  if (!read_plain_number(raw, number) || !is_quiet(plan, number)) return false;
  Slot& slot = row.touch(plan.item);
  if (slot.state != Slot::State::kBlank) return false;
  slot.state = Slot::State::kValue;
  slot.has_number = true;
  slot.plain = true;
  slot.number = number;
  slot.standard = raw;
  slot.original = raw;
  slot.column = plan.column;
  return true;
}

}  // namespace sekisho::converter
