// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

namespace sekisho::converter {

// Two-byte codes of CP932 as Microsoft maps them, without the user-defined area (lead F0-F9), which
// is U+E000 onwards by arithmetic. Row = lead 81-9F, E0-FC; column = trail 40-7E, 80-FC. 0 =
// undefined.
inline constexpr std::size_t kCp932Leads = 60;
inline constexpr std::size_t kCp932Trails = 188;
inline constexpr std::size_t kCp932TableSize = kCp932Leads * kCp932Trails;
extern const std::array<char16_t, kCp932TableSize> kCp932Table;

}  // namespace sekisho::converter
