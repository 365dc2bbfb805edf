// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "converter/pipeline/row.h"

namespace sekisho::converter {

// What the hot loop over a record's columns needs to know of one, close together: map and
// definition are far too large to stay in a processor's cache for every record.
struct PlannedColumn {
  std::uint32_t column = 0;  // index
  std::uint32_t item = 0;
  // A number in standard form, of at most quiet_scale decimals and between the limits times
  // 10^quiet_scale, is the result as it stands.
  std::int64_t quiet_min = 0;
  std::int64_t quiet_max = -1;
  std::uint8_t quiet_scale = 0;
  bool takes_plain_numbers = false;
  bool needs_care = false;  // conditions, or columns that describe it
};

// In the order of the map's work.
[[nodiscard]] std::vector<PlannedColumn> plan_columns(const MapFile& map,
                                                      const Definition& definition);

// Most cells of most files: a number in standard form, alone for its item and with nothing to say
// about it, goes straight into the slot. False: convert_cell must look.
[[nodiscard]] bool take_plain_number(Row& row, const PlannedColumn& plan, std::string_view raw);

}  // namespace sekisho::converter
