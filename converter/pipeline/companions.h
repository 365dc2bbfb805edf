// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "converter/field/number.h"
#include "converter/pipeline/cell.h"

namespace sekisho::converter {

// What a QUALIFIER column says of the value beside it.
struct Qualifier {
  enum class State : std::uint8_t { kNothing, kDone, kNotDone, kUnmeasurable };
  State state = State::kNothing;
  Comparator comparator = Comparator::kNone;
};

// 実施, 未実施, 測定不能, 未満, 以下, 以上, 超; nothing for other words.
[[nodiscard]] std::optional<Qualifier> qualifier_of(std::string_view word);

// The texts beside a value, outer blanks removed; empty where there is no column or no text.
struct Beside {
  std::string_view method;
  std::string_view unit;
  std::string_view qualifier;
};

// convert_cell for a column that others describe: the method chooses the item, the unit the factor,
// the qualifier the bound or the state. The value may be blank.
void convert_described_cell(Row& row, const Cell& cell, const Beside& beside);

}  // namespace sekisho::converter
