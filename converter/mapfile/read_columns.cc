// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "converter/field/number.h"
#include "converter/mapfile/map_parts.h"
#include "converter/text/fold.h"

namespace sekisho::converter {
namespace {

bool has_code(const Item& item, std::string_view code) {
  return item.code17 == code ||
         std::find(item.more_codes.begin(), item.more_codes.end(), code) != item.more_codes.end();
}

std::int32_t table_index(TomlScope& scope, const std::string& name, const MapFile& map) {
  if (name.empty()) return -1;
  for (std::size_t i = 0; i < map.tables.size(); ++i) {
    if (map.tables[i].name == name) return static_cast<std::int32_t>(i);
  }
  scope.mistake("table", "\"" + name + "\" is no value_table of this map");
  return -1;
}

bool unit_belongs(const Item& item, const std::string& unit) {
  return std::find(item.unit_spellings.begin(), item.unit_spellings.end(), unit) !=
         item.unit_spellings.end();
}

Rational read_factor(TomlScope& scope) {
  const std::string text = scope.text_or("factor", "");
  if (text.empty()) return {};
  const auto factor = parse_rational(text);
  if (!factor)
    scope.mistake("factor", "must be an exact positive number: \"1000\", \"0.1\" or \"1/10\"");
  return factor.value_or(Rational{});
}

void read_unit(TomlScope& scope, const Item* item, Column& out) {
  out.unit = scope.text_or("unit", "");
  out.unit_folded = folded_unit(out.unit);
  out.factor = read_factor(scope);
  if (item == nullptr || out.unit.empty() || scope.has("factor")) return;
  if (!unit_belongs(*item, out.unit_folded)) {
    scope.mistake("unit", "is neither the unit of " + item->name + " (" + item->unit +
                              ") nor an alias; state a factor");
  }
}

std::uint16_t read_date_forms(TomlScope& scope) {
  std::uint16_t forms = 0;
  for (const std::string& name : scope.texts("date_forms")) {
    const auto form = date_form_of(name);
    if (!form)
      scope.mistake("date_forms", "\"" + name + "\" is no date form; see docs/map-format.md");
    forms = static_cast<std::uint16_t>(forms | form.value_or(0));
  }
  return forms == 0 ? static_cast<std::uint16_t>(kFormAll) : forms;
}

Condition read_condition(TomlScope& outer, const toml::node& node, std::uint32_t column_count) {
  Condition out;
  TomlScope scope(node.as_table(), "when");
  constexpr std::array kKinds = {Condition::Kind::kFilled, Condition::Kind::kEmpty,
                                 Condition::Kind::kIn, Condition::Kind::kNotIn};
  out.kind = kKinds[scope.choice("is", {"filled", "empty", "in", "not-in"})];
  out.column = static_cast<std::uint32_t>(scope.integer_or("column", 0, 1, column_count) - 1);
  out.values = scope.texts("values");
  const Status status = scope.finish();
  if (!scope.has("column") || !status) {
    outer.mistake("when", status ? "needs a column" : status.error().context);
  }
  return out;
}

void read_conditions(TomlScope& scope, std::uint32_t column_count, Column& out) {
  const toml::array* groups = scope.array("when");
  if (groups == nullptr) return;
  for (const toml::node& node : *groups) {
    const toml::array* group = node.as_array();
    if (group == nullptr) {
      scope.mistake("when", "must be a list of lists of conditions");
      return;
    }
    out.when.emplace_back();
    for (const toml::node& condition : *group) {
      out.when.back().push_back(read_condition(scope, condition, column_count));
    }
  }
}

void read_width(TomlScope& scope, Layout layout, Column& out) {
  const bool fixed = layout == Layout::kFixed;
  if (fixed != scope.has("width")) {
    scope.mistake("width", fixed ? "is required: bytes of the field" : "belongs to layout fixed");
  }
  out.width = static_cast<std::uint32_t>(scope.integer_or("width", 0, 1, 100'000));
}

void check_role(TomlScope& scope, const Item* item, const Column& column) {
  if (item == nullptr) return;
  const bool judgement = item->type == ItemType::kJudgement;
  if (column.role == ColumnRole::kJudgement && !judgement) {
    scope.mistake("role", "JUDGEMENT needs an item of type judgement");
  }
  if (judgement && column.table < 0) scope.mistake("item", "of type judgement needs a table");
  if (item->type == ItemType::kSex && column.table < 0) {
    scope.mistake("item", "of type sex needs a table");
  }
  if (!column.join.empty() && item->type != ItemType::kText) {
    scope.mistake("join", "belongs to items of type text");
  }
  if (column.codes && item->type != ItemType::kCode) {
    scope.mistake("codes", "belongs to items of type code");
  }
}

void read_target(TomlScope& scope, const Definition& definition, const MapFile& map, Column& out) {
  const bool converted = out.role == ColumnRole::kValue || out.role == ColumnRole::kJudgement;
  if (converted || scope.has("item") || scope.has("code")) {
    out.item = read_item_name(scope, definition);
  }
  const Item* item = out.item < 0 ? nullptr : &definition.items[static_cast<std::size_t>(out.item)];
  if (!converted) out.item = -1;
  out.table = table_index(scope, scope.text_or("table", ""), map);
  out.codes = scope.flag_or("codes", false);
  read_unit(scope, converted ? item : nullptr, out);
  out.more_units = read_more_units(scope);
  out.date_forms = read_date_forms(scope);
  out.separators = scope.texts("separators");
  if (out.separators.empty()) out.separators = {"、"};
  out.excluded = scope.texts("exclude");
  out.join = scope.text_or("join", "");
  read_conditions(scope, map.column_count, out);
  if (converted) check_role(scope, item, out);
}

Result<Column> read_column(const toml::node& node, std::size_t position,
                           const Definition& definition, const MapFile& map) {
  TomlScope scope(node.as_table(), "column[" + std::to_string(position) + "]");
  Column out;
  out.declared = true;
  out.number = static_cast<std::uint32_t>(scope.integer_or("number", 0, 1, map.column_count));
  if (!scope.has("number")) scope.mistake("number", "is required");
  out.upper = scope.text_or("upper", "");
  out.header = scope.text_or("header", "");
  out.label = scope.text_or("label", "");
  out.occurrence = static_cast<std::uint32_t>(scope.integer_or("occurrence", 1, 1, 20'000));
  read_width(scope, map.layout, out);
  constexpr std::array kRoles = {ColumnRole::kValue, ColumnRole::kJudgement, ColumnRole::kLower,
                                 ColumnRole::kUpper, ColumnRole::kIgnore,    ColumnRole::kMethod,
                                 ColumnRole::kUnit,  ColumnRole::kQualifier, ColumnRole::kUnmapped};
  out.role = kRoles[scope.choice("role", {"VALUE", "JUDGEMENT", "LOWER", "UPPER", "IGNORE",
                                          "METHOD", "UNIT", "QUALIFIER", "UNMAPPED"})];
  out.of = static_cast<std::uint32_t>(scope.integer_or("of", 0, 1, map.column_count));
  static_cast<void>(scope.text_or("note", ""));
  const bool left_out = out.role == ColumnRole::kIgnore || out.role == ColumnRole::kUnmapped;
  if (left_out && scope.has("item")) {
    static_cast<void>(scope.text_or("item", ""));  // what the column would be, for people
    static_cast<void>(scope.text_or("code", ""));
  } else {
    read_target(scope, definition, map, out);
  }
  TRY_STATUS(scope.finish());
  return out;
}

}  // namespace

std::int32_t read_item_name(TomlScope& scope, const Definition& definition) {
  const std::string name = scope.text_or("item", "");
  const std::string code = scope.text_or("code", "");
  if (name.empty() && code.empty()) {
    scope.mistake("item", "is required (or code)");
    return -1;
  }
  const std::uint32_t found =
      name.empty() ? definition.by_code.find(code) : definition.by_name.find(name);
  if (found == TextMap::kNone) {
    scope.mistake(name.empty() ? "code" : "item",
                  "\"" + (name.empty() ? code : name) + "\" is no item of the catalog");
    return -1;
  }
  if (!name.empty() && !code.empty() && !has_code(definition.items[found], code)) {
    scope.mistake("code", "\"" + code + "\" is no code of item " + name);
  }
  return static_cast<std::int32_t>(found);
}

Status read_columns(const toml::array* array, const Definition& definition, MapFile& out) {
  out.columns.resize(out.column_count);
  for (std::uint32_t i = 0; i < out.column_count; ++i) out.columns[i].number = i + 1;
  if (array == nullptr) return {};
  std::size_t position = 0;
  for (const toml::node& node : *array) {
    TRY(Column column, read_column(node, ++position, definition, out));
    Column& place = out.columns[column.number - 1];
    if (place.declared) {
      return fail(Code::kInvalidArgument, "column[" + std::to_string(position) + "]: column " +
                                              std::to_string(column.number) + " is declared twice");
    }
    place = std::move(column);
  }
  return {};
}

Status read_fixed(const toml::array* array, const Definition& definition, MapFile& out) {
  if (array == nullptr) return {};
  for (const toml::node& node : *array) {
    TomlScope scope(node.as_table(), "fixed[" + std::to_string(out.fixed.size() + 1) + "]");
    Fixed fixed;
    fixed.item = read_item_name(scope, definition);
    fixed.value = scope.text("value");
    TRY_STATUS(scope.finish());
    out.fixed.push_back(std::move(fixed));
  }
  return {};
}

Status read_jma(const toml::array* units, const toml::array* ignored, const Definition& definition,
                MapFile& out) {
  if (!out.has_groups()) return {};
  out.jma_units.resize(definition.items.size());
  out.jma_ignored.resize(definition.items.size());
  for (const toml::array* list : {units, ignored}) {
    if (list == nullptr) continue;
    for (const toml::node& node : *list) {
      TomlScope scope(node.as_table(), list == units ? "jma_unit" : "jma_ignore");
      const std::int32_t item = read_item_name(scope, definition);
      UnitFactor unit;
      if (list == units) {
        unit.unit_folded = folded_unit(scope.text("unit"));
        unit.factor = read_factor(scope);
      }
      TRY_STATUS(scope.finish());
      if (list == units) {
        out.jma_units[static_cast<std::size_t>(item)].push_back(unit);
      } else {
        out.jma_ignored[static_cast<std::size_t>(item)] = true;
      }
    }
  }
  return {};
}

}  // namespace sekisho::converter
