// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "converter/pipeline/row.h"

namespace sekisho::converter {

// One field of the record with what the map says about it. Views outlive the record.
struct Cell {
  std::uint32_t item = 0;
  std::uint32_t column = 0;  // index, for messages
  std::string_view raw;      // as decoded, quotes undoubled; outlives the record
  const Column* rule = nullptr;
};

// Converts the cell and puts the outcome into the item's slot: steps 3 to 10 of the order in
// docs/map-format.md. Blank cells leave the slot alone. Problems become messages of the row.
void convert_cell(Row& row, const Cell& cell);

// What a cell came to, before it meets other columns of the same item.
struct Value {
  Slot::State state = Slot::State::kBlank;
  Comparator comparator = Comparator::kNone;
  bool has_number = false;
  std::string_view standard{};
  std::string_view code{};
  std::string_view encoded{};
  std::string_view original_encoded{};
  Decimal number{};
};

// Joins findings, accepts equal values, reports E-AMBIGUOUS otherwise.
void merge_value(Row& row, const Cell& cell, const Value& value);

// By type of item; `text` is the stripped, non-empty cell. convert_numeric_cell is in
// cell_number.cc, the findings in cell_findings.cc.
[[nodiscard]] Value convert_number(Row& row, const Cell& cell, std::string_view text,
                                   Comparator stated);
[[nodiscard]] Value convert_findings(Row& row, const Cell& cell, std::string_view text);

// kNotDone, kUnmeasurable or kNoFinding when the text is a special word of the map.
[[nodiscard]] bool special_word(Row& row, std::string_view text, SpecialWord& out);
// The value for a special word, with its warning.
[[nodiscard]] Value special_value(Row& row, const Cell& cell, SpecialWord word);

// The entry of the column's table for the text, exact first, then folded; null when there is none.
[[nodiscard]] const TableEntry* table_entry(Row& row, const Cell& cell, std::string_view text);

}  // namespace sekisho::converter
