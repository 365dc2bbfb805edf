// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "converter/map_file.h"

namespace sekisho::converter {

// The two header rows as the map format compares them: outer blanks removed; in mode group the
// first row carried forward, in mode single the first row empty.
struct HeaderRows {
  std::vector<std::string> first;
  std::vector<std::string> second;
};

// How many records of a file are its header.
[[nodiscard]] std::size_t header_record_count(HeaderMode mode);
// From the records of a file, as many as header_record_count says.
[[nodiscard]] HeaderRows normalise_header(HeaderMode mode,
                                          const std::vector<std::vector<std::string>>& records);
// From what the map declares.
[[nodiscard]] HeaderRows declared_header(const MapFile& map);
// first U+001F second U+001E for each column: what is hashed.
[[nodiscard]] std::string header_text(const HeaderRows& rows);

}  // namespace sekisho::converter
