// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"

namespace sekisho::converter {

// A CSV file of a package, whole: cells by row and column name. Small files only.
class CsvTable {
 public:
  // UTF-8, one header row; every column name must be one of `known`, each of `required` must be
  // there.
  static Result<CsvTable> parse(BytesView bytes, std::string file_name,
                                const std::vector<std::string_view>& required,
                                const std::vector<std::string_view>& optional);

  [[nodiscard]] std::size_t rows() const { return rows_.size(); }
  // Empty when the column is missing.
  [[nodiscard]] const std::string& cell(std::size_t row, std::string_view column) const;
  // "items.csv record 12"
  [[nodiscard]] std::string place(std::size_t row) const;

 private:
  std::string file_name_;
  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> rows_;
};

// "a|b" -> a, b; blanks around parts removed, empty parts dropped.
[[nodiscard]] std::vector<std::string> split_bar(std::string_view text);

}  // namespace sekisho::converter
