// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "converter/field/number.h"
#include "converter/mapfile/map_parts.h"
#include "converter/pipeline/companions.h"

namespace sekisho::converter {
namespace {

bool is_companion(const Column& column) {
  return column.role == ColumnRole::kMethod || column.role == ColumnRole::kUnit ||
         column.role == ColumnRole::kQualifier;
}

Status mistake(const Column& column, const std::string& what) {
  return fail(Code::kInvalidArgument, "column " + std::to_string(column.number) + ": " + what);
}

// A METHOD column's table leads to names of items.
Status link_methods(const Definition& definition, const MapFile& map, Column& column) {
  if (column.table < 0) return mistake(column, "role METHOD needs a table from methods to items");
  for (const TableEntry& entry : map.tables[static_cast<std::size_t>(column.table)].entries) {
    const std::uint32_t item = definition.by_name.find(entry.standard);
    if (item == TextMap::kNone) {
      return mistake(column, "its table names \"" + entry.standard + "\", which is no item");
    }
    column.list_entries.push_back(item);
  }
  return {};
}

Status check_qualifiers(const MapFile& map, const Column& column) {
  if (column.table < 0) return {};
  for (const TableEntry& entry : map.tables[static_cast<std::size_t>(column.table)].entries) {
    if (qualifier_of(entry.standard)) continue;
    return mistake(column, "its table leads to \"" + entry.standard +
                               "\"; qualifiers are 実施, 未実施, 測定不能, 未満, 以下, 以上, 超");
  }
  return {};
}

std::int32_t& place_for(const Column& companion, Column& value) {
  if (companion.role == ColumnRole::kMethod) return value.method_column;
  return companion.role == ColumnRole::kUnit ? value.unit_column : value.qualifier_column;
}

Status tie(const Definition& definition, const Column& companion, Column& value) {
  const std::int32_t index = static_cast<std::int32_t>(companion.number) - 1;
  if (value.role != ColumnRole::kValue || value.item < 0) {
    return mistake(companion, "`of` must name a column of role VALUE");
  }
  const ItemType type = definition.items[static_cast<std::size_t>(value.item)].type;
  if (companion.role == ColumnRole::kUnit && type != ItemType::kNumber) {
    return mistake(companion, "role UNIT belongs to a column with numbers");
  }
  std::int32_t& place = place_for(companion, value);
  if (place >= 0) return mistake(companion, "another column already says this of the same column");
  place = index;
  return {};
}

}  // namespace

std::vector<UnitFactor> read_more_units(TomlScope& scope) {
  std::vector<UnitFactor> out;
  const toml::array* pairs = scope.array("units");
  if (pairs == nullptr) return out;
  for (const toml::node& node : *pairs) {
    const toml::array* pair = node.as_array();
    const bool two = pair != nullptr && pair->size() == 2;
    const std::string unit = two ? (*pair)[0].value_exact<std::string>().value_or("") : "";
    const std::string text = two ? (*pair)[1].value_exact<std::string>().value_or("") : "";
    const auto factor = parse_rational(text);
    if (unit.empty() || !factor) {
      scope.mistake("units", "must hold pairs like [\"g/L\", \"1/10\"]");
      continue;
    }
    out.push_back({folded_unit(unit), *factor});
  }
  return out;
}

Status read_reserve_labels(const toml::array* array, const Definition& definition, MapFile& out) {
  if (array == nullptr) return {};
  for (const toml::node& node : *array) {
    TomlScope scope(node.as_table(),
                    "reserve[" + std::to_string(out.reserve_labels.size() + 1) + "]");
    const std::int32_t item = read_item_name(scope, definition);
    ReserveLabel label{static_cast<std::uint32_t>(std::max(item, 0)), scope.text("label")};
    if (item >= 0 && definition.items[label.item].group != "reserve") {
      scope.mistake("item", "is no reserve item");
    }
    for (const ReserveLabel& other : out.reserve_labels) {
      if (other.item == label.item) scope.mistake("item", "has a label already");
    }
    TRY_STATUS(scope.finish());
    out.reserve_labels.push_back(std::move(label));
  }
  return {};
}

Status link_companions(const Definition& definition, MapFile& out) {
  for (Column& column : out.columns) {
    if (!is_companion(column)) {
      if (column.of == 0) continue;
      return mistake(column, "`of` belongs to roles METHOD, UNIT and QUALIFIER");
    }
    if (column.of == 0) return mistake(column, "needs `of`, the number of the column it speaks of");
    if (column.role == ColumnRole::kMethod) TRY_STATUS(link_methods(definition, out, column));
    if (column.role == ColumnRole::kQualifier) TRY_STATUS(check_qualifiers(out, column));
    TRY_STATUS(tie(definition, column, out.columns[column.of - 1]));
  }
  return {};
}

}  // namespace sekisho::converter
