// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "converter/mapfile/header.h"
#include "converter/mapfile/map_parts.h"
#include "converter/text/output_field.h"
#include "node/base/limits.h"

namespace sekisho::converter {
namespace {

bool is_converted(const Column& column) {
  return column.item >= 0 &&
         (column.role == ColumnRole::kValue || column.role == ColumnRole::kJudgement);
}

Status check_catalog(const Definition& definition, const RawMap& raw) {
  if (raw.catalog == definition.id) return {};
  return fail(Code::kInvalidArgument, "map.catalog: the map is written for catalog \"" +
                                          raw.catalog + "\", loaded is \"" + definition.id + "\"");
}

Status check_requirements(const Definition& definition, const MapFile& map) {
  for (const std::string& set : map.policy.requirements) {
    if (definition.has_requirement_set(set)) continue;
    return fail(Code::kInvalidArgument,
                "policy.requirements: \"" + set + "\" is no set of the catalog's requirements.csv");
  }
  return {};
}

// A table for a code item may only lead to terms of that item's list.
Status link_table(Column& column, const MapFile& map, const Definition& definition) {
  if (column.table < 0 || column.item < 0) return {};
  const Item& item = definition.items[static_cast<std::size_t>(column.item)];
  if (item.type != ItemType::kCode && item.type != ItemType::kJudgement) return {};
  if (item.list < 0) return {};
  const ResultList& list = definition.lists[static_cast<std::size_t>(item.list)];
  const ValueTable& table = map.tables[static_cast<std::size_t>(column.table)];
  for (const TableEntry& entry : table.entries) {
    column.list_entries.push_back(list.by_term.find(entry.standard));
    if (column.list_entries.back() != TextMap::kNone) continue;
    return fail(Code::kInvalidArgument, "value_table \"" + table.name + "\": \"" + entry.standard +
                                            "\" is no term of list \"" + list.name +
                                            "\", which item " + item.name + " uses");
  }
  return {};
}

// Dates and sex come first: other columns are judged by them.
int rank_of(const Column& column, const Definition& definition) {
  switch (definition.items[static_cast<std::size_t>(column.item)].role) {
    case Role::kExamDate:
      return 0;
    case Role::kBirthDate:
      return 1;
    case Role::kSex:
      return 2;
    default:
      return 3;
  }
}

void order_work(const Definition& definition, MapFile& out) {
  for (std::uint32_t i = 0; i < out.columns.size(); ++i) {
    if (is_converted(out.columns[i])) out.work_order.push_back(i);
  }
  std::stable_sort(out.work_order.begin(), out.work_order.end(), [&](auto a, auto b) {
    return rank_of(out.columns[a], definition) < rank_of(out.columns[b], definition);
  });
}

void collect_targets(const Definition& definition, MapFile& out) {
  std::vector<bool> wanted(definition.items.size(), false);
  const auto want = [&](std::int32_t item) {
    if (item < 0) return;
    wanted[static_cast<std::size_t>(item)] = true;
    const std::int32_t presence = definition.items[static_cast<std::size_t>(item)].presence;
    if (presence >= 0) wanted[static_cast<std::size_t>(presence)] = true;
  };
  for (const std::uint32_t column : out.work_order) want(out.columns[column].item);
  for (const Column& column : out.columns) {
    if (column.role != ColumnRole::kMethod) continue;
    for (const std::uint32_t item : column.list_entries) want(static_cast<std::int32_t>(item));
  }
  for (const Fixed& fixed : out.fixed) want(fixed.item);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const bool jma_item = out.has_groups() && !definition.items[i].code17.empty();
    if (jma_item && !out.jma_ignored[i]) want(static_cast<std::int32_t>(i));
  }
  for (std::uint32_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i]) out.targets.push_back(i);
  }
}

// Without the width of every column nothing can be cut.
Status check_widths(const MapFile& map) {
  if (map.layout != Layout::kFixed) return {};
  for (const Column& column : map.columns) {
    if (column.width > 0) continue;
    return fail(Code::kInvalidArgument, "column " + std::to_string(column.number) +
                                            ": layout fixed needs every column with its width");
  }
  return {};
}

Status settle_header(const Hasher& hasher, const RawMap& raw, MapFile& out) {
  if (out.header_mode == HeaderMode::kNone) return {};
  out.headers_declared = std::all_of(out.columns.begin(), out.columns.end(),
                                     [](const Column& column) { return column.declared; });
  if (!out.headers_declared && raw.header_sha256.empty()) {
    return fail(Code::kInvalidArgument,
                "input.header_sha256: is required unless every column is declared");
  }
  if (!raw.header_sha256.empty()) {
    TRY(out.header_digest, Digest::from_hex(raw.header_sha256));
  }
  if (!out.headers_declared) return {};
  const Digest declared = hasher(header_text(declared_header(out)));
  if (!raw.header_sha256.empty() && declared != out.header_digest) {
    return fail(
        Code::kInvalidArgument,
        "input.header_sha256: does not fit the headers that the columns declare, which have " +
            declared.hex());
  }
  out.header_digest = declared;
  return {};
}

}  // namespace

std::string MapFile::column_name(std::uint32_t index) const {
  if (index < columns.size() && header_mode != HeaderMode::kNone && columns[index].declared) {
    return columns[index].header + "#" + std::to_string(columns[index].occurrence);
  }
  return "column " + std::to_string(index + 1);
}

std::string MapFile::item_name(const Definition& definition, std::uint32_t item) const {
  std::string name = definition.items[item].name;
  for (const ReserveLabel& reserve : reserve_labels) {
    if (reserve.item == item) name += "(" + reserve.label + ")";
  }
  return name;
}

Status compile_map(const Definition& definition, const Hasher& hasher, const RawMap& raw,
                   MapFile& out) {
  TRY_STATUS(check_catalog(definition, raw));
  TRY_STATUS(check_widths(out));
  TRY_STATUS(check_requirements(definition, out));
  TRY_STATUS(link_companions(definition, out));
  for (Column& column : out.columns) {
    TRY_STATUS(link_table(column, out, definition));
    column.takes_plain_numbers =
        column.table < 0 && column.factor.is_one() && !column.has_companions();
  }
  for (ValueTable& table : out.tables) {
    for (TableEntry& entry : table.entries) {
      append_output_field(definition.output, entry.standard, entry.encoded);
      append_output_field(definition.output, entry.raw, entry.raw_encoded);
    }
  }
  order_work(definition, out);
  collect_targets(definition, out);
  TRY_STATUS(settle_header(hasher, raw, out));
  out.definition_digest = definition.digest;
  return {};
}

Result<MapFile> load_map(BytesView bytes, const Definition& definition, const Hasher& hasher) {
  if (bytes.size() > limits::kMapFileSizeMax) {
    return fail(Code::kInvalidArgument, "map file: larger than 8 MiB");
  }
  TRY(const toml::table root, parse_toml(bytes, "map"));
  MapFile out;
  RawMap raw;
  TomlScope scope(&root, "map file");
  TRY_STATUS(read_identity(scope.table("map"), out, raw));
  TRY_STATUS(read_input(scope.table("input"), out, raw));
  TRY_STATUS(read_policy(scope.table("policy"), out.policy));
  TRY_STATUS(read_special_words(scope.table("special_words"), definition.words, out));
  TRY_STATUS(read_value_tables(scope.array("value_table"), out));
  TRY_STATUS(read_columns(scope.array("column"), definition, out));
  TRY_STATUS(read_reserve_labels(scope.array("reserve"), definition, out));
  TRY_STATUS(read_fixed(scope.array("fixed"), definition, out));
  TRY_STATUS(read_jma(scope.array("jma_unit"), scope.array("jma_ignore"), definition, out));
  TRY_STATUS(scope.finish());
  TRY_STATUS(compile_map(definition, hasher, raw, out));
  out.digest = hasher(bytes);
  return out;
}

}  // namespace sekisho::converter
