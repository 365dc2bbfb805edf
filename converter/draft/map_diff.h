// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"

namespace sekisho::converter {

// One place at which two map files differ; an empty side does not have it.
struct MapDifference {
  std::string place;  // "column[身体計測 身長#1].factor"
  std::string before;
  std::string after;
};

// What differs in meaning, in order of places: columns are compared by header and occurrence and
// not by position, tables by name, entries by spelling; order, comments and formatting do not
// count. A run of columns that only moved is one difference. Both files need be TOML only, not
// sound maps.
[[nodiscard]] Result<std::vector<MapDifference>> diff_maps(BytesView before, BytesView after);

}  // namespace sekisho::converter
