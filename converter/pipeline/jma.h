// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "converter/pipeline/row.h"

namespace sekisho::converter {

inline constexpr std::size_t kJmaLeadingFields = 13;
inline constexpr std::size_t kJmaGroupFields = 8;

// True when a record of so many fields can be 13 leading ones and whole groups of eight.
[[nodiscard]] constexpr bool is_jma_field_count(std::size_t fields) {
  return fields >= kJmaLeadingFields && (fields - kJmaLeadingFields) % kJmaGroupFields == 0;
}

// Converts the groups behind the leading fields (docs/map-format.md, layout jma).
void convert_jma_groups(Row& row, const std::vector<std::string_view>& fields);

}  // namespace sekisho::converter
