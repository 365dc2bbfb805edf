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

// File name -> version, as far as the manifest states them.
using PartVersions = std::map<std::string, std::string>;

Status load_manifest(BytesView bytes, Definition& out, Reserve& reserve, PartVersions& versions);
Status load_result_lists(BytesView bytes, Definition& out);
Status load_findings(BytesView bytes, Definition& out);
Result<UnitGroups> load_units(BytesView bytes);
// After lists and findings, whose names it looks up.
Status load_items(BytesView bytes, const UnitGroups& units, Definition& out);
// After items, whose names it looks up.
Status load_requirements(BytesView bytes, Definition& out);
// After findings, to whose dictionaries it adds.
Status load_places(BytesView bytes, Definition& out);
Status add_reserve_items(const Reserve& reserve, Definition& out);

}  // namespace sekisho::converter
