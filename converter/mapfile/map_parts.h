// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "converter/map_file.h"
#include "converter/mapfile/toml_scope.h"

namespace sekisho::converter {

// The steps of load_map. Reading fills the struct from TOML; compiling checks it against the
// definition and derives what a conversion asks for.
struct RawMap {
  std::string catalog;
  std::string header_sha256;
};

Status read_identity(const toml::table* table, MapFile& out, RawMap& raw);
Status read_input(const toml::table* table, MapFile& out, RawMap& raw);
Status read_policy(const toml::table* table, Policy& out);
Status read_special_words(const toml::table* table, const SpecialWords& defaults, MapFile& out);
Status read_value_tables(const toml::array* array, MapFile& out);
// After the value tables, whose names columns use.
Status read_columns(const toml::array* array, const Definition& definition, MapFile& out);
Status read_reserve_labels(const toml::array* array, const Definition& definition, MapFile& out);
// Ties METHOD, UNIT and QUALIFIER columns to the value columns they speak of.
Status link_companions(const Definition& definition, MapFile& out);
Status read_fixed(const toml::array* array, const Definition& definition, MapFile& out);
Status read_jma(const toml::array* units, const toml::array* ignored, const Definition& definition,
                MapFile& out);

// The item that `item` and `code` of a scope name together; -1 with a mistake noted in the scope.
// ["unit", "factor"] pairs of a value column's `units`.
std::vector<UnitFactor> read_more_units(TomlScope& scope);
std::int32_t read_item_name(TomlScope& scope, const Definition& definition);

Status compile_map(const Definition& definition, const Hasher& hasher, const RawMap& raw,
                   MapFile& out);

}  // namespace sekisho::converter
