// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "converter/convert.h"

namespace sekisho::converter {

// What a map makes of a sample file, column by column, without any value of a person.
struct ColumnTrial {
  std::uint64_t filled = 0;  // records in which the column is not blank
  // The most frequent shapes of its values ("99.9", "漢漢　漢漢"), at most three.
  std::vector<std::pair<std::string, std::uint64_t>> shapes;
  std::map<std::string, std::uint64_t> messages;  // E, W and P messages that name it, by code
};

struct Trial {
  Outcome outcome;
  std::vector<ColumnTrial> columns;  // by index; empty when the file was refused as a whole
};

// Converts the sample and throws the output away. Errors as convert().
[[nodiscard]] Result<Trial> try_map(BytesView sample, const MapFile& map,
                                    const Definition& definition, const Options& options,
                                    const Hasher& hasher);

// Digits 9, Latin letters A, hiragana あ, katakana ア, half-width katakana ｱ, kanji 漢, other
// letters 字; marks and blanks stay. At most 24 characters.
[[nodiscard]] std::string shape_of(std::string_view value);

}  // namespace sekisho::converter
