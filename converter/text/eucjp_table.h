// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

namespace sekisho::converter {

// The three-byte codes 8F A1-F4 A1-FE of EUC-JP (eucJP-ms: JIS X 0212 and IBM extensions). Rows
// F5-FE are user-defined, by arithmetic. 0 = undefined.
inline constexpr std::size_t kEucjpCells = 94;
inline constexpr std::size_t kEucjpTableSize = 84 * kEucjpCells;
extern const std::array<char16_t, kEucjpTableSize> kEucjpTable;

}  // namespace sekisho::converter
