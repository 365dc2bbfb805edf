// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/catalog/csv_table.h"

#include <algorithm>

#include "converter/csv/record_reader.h"
#include "converter/text/fold.h"

namespace sekisho::converter {
namespace {

bool contains(const std::vector<std::string_view>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<std::string> values_of(const RecordReader& reader) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < reader.field_count(); ++i) out.push_back(reader.value(i));
  return out;
}

}  // namespace

Result<CsvTable> CsvTable::parse(BytesView bytes, std::string file_name,
                                 const std::vector<std::string_view>& required,
                                 const std::vector<std::string_view>& optional) {
  MemorySource source(bytes);
  RecordReader reader(source, Encoding::kUtf8, ',', limits::kFileSizeMax);
  CsvTable table;
  table.file_name_ = std::move(file_name);
  if (reader.next()) table.names_ = values_of(reader);
  for (const std::string& name : table.names_) {
    if (!contains(required, name) && !contains(optional, name)) {
      return fail(Code::kInvalidArgument, table.file_name_ + ": unknown column " + name);
    }
  }
  for (const std::string_view name : required) {
    if (std::find(table.names_.begin(), table.names_.end(), name) == table.names_.end()) {
      return fail(Code::kInvalidArgument,
                  table.file_name_ + ": column " + std::string(name) + " is missing");
    }
  }
  while (reader.next()) {
    table.rows_.push_back(values_of(reader));
    if (table.rows_.back().size() != table.names_.size()) {
      return fail(Code::kInvalidArgument, table.place(table.rows_.size() - 1) +
                                              ": has another number of fields than the header");
    }
  }
  if (reader.failure().kind != ReadFailure::Kind::kNone) {
    return fail(Code::kInvalidArgument,
                table.place(table.rows_.size()) + ": is not well-formed UTF-8 CSV (RFC 4180)");
  }
  return table;
}

const std::string& CsvTable::cell(std::size_t row, std::string_view column) const {
  static const std::string kEmpty;
  const auto found = std::find(names_.begin(), names_.end(), column);
  if (found == names_.end()) return kEmpty;
  return rows_[row][static_cast<std::size_t>(found - names_.begin())];
}

std::string CsvTable::place(std::size_t row) const {
  return file_name_ + " record " + std::to_string(row + 1);
}

std::vector<std::string> split_bar(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t bar = text.find('|');
    const std::string_view part = strip(text.substr(0, bar));
    if (!part.empty()) out.emplace_back(part);
    text = bar == std::string_view::npos ? std::string_view{} : text.substr(bar + 1);
  }
  return out;
}

}  // namespace sekisho::converter
