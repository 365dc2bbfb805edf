// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/mapfile/header.h"

#include <algorithm>

#include "converter/text/fold.h"

namespace sekisho::converter {

std::size_t header_record_count(HeaderMode mode) {
  if (mode == HeaderMode::kNone) return 0;
  return mode == HeaderMode::kSingle ? 1 : 2;
}

HeaderRows normalise_header(HeaderMode mode, const std::vector<std::vector<std::string>>& records) {
  HeaderRows rows;
  std::size_t columns = 0;
  for (const auto& record : records) columns = std::max(columns, record.size());
  const auto cell = [&](std::size_t record, std::size_t column) -> std::string {
    if (record >= records.size() || column >= records[record].size()) return {};
    return std::string(strip(records[record][column]));
  };
  for (std::size_t i = 0; i < columns; ++i) {
    const bool single = mode == HeaderMode::kSingle;
    rows.first.push_back(single ? "" : cell(0, i));
    rows.second.push_back(cell(single ? 0 : 1, i));
    const bool carry = mode == HeaderMode::kGroup && rows.first[i].empty() && i > 0;
    if (carry) rows.first[i] = rows.first[i - 1];
  }
  return rows;
}

HeaderRows declared_header(const MapFile& map) {
  HeaderRows rows;
  for (const Column& column : map.columns) {
    const bool codes = map.header_mode == HeaderMode::kCodeLabel;
    rows.first.emplace_back(strip(codes ? column.header : column.upper));
    rows.second.emplace_back(strip(codes ? column.label : column.header));
  }
  if (map.header_mode == HeaderMode::kSingle) {
    for (std::string& upper : rows.first) upper.clear();
  }
  return rows;
}

std::string header_text(const HeaderRows& rows) {
  std::string out;
  for (std::size_t i = 0; i < rows.first.size(); ++i) {
    out += rows.first[i] + '\x1F' + rows.second[i] + '\x1E';
  }
  return out;
}

}  // namespace sekisho::converter
