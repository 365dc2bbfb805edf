// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "converter/definition.h"

namespace sekisho::converter {

// The steps of load_definition, one file of the package each. Each adds to `out`.
using PackageFiles = std::map<std::string, Bytes>;

// Groups of unit spellings that mean the same, folded.
using UnitGroups = std::vector<std::vector<std::string>>;

struct Reserve {
  std::string prefix;
  std::int64_t count = 0;
};

Status load_manifest(BytesView bytes, Definition& out, Reserve& reserve);
Status load_result_lists(BytesView bytes, Definition& out);
Status load_findings(BytesView bytes, Definition& out);
Result<UnitGroups> load_units(BytesView bytes);
// After lists and findings, whose names it looks up.
Status load_items(BytesView bytes, const UnitGroups& units, Definition& out);
Status add_reserve_items(const Reserve& reserve, Definition& out);

}  // namespace sekisho::converter
