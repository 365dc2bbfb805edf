// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/converter/mini.h"

#include "converter/csv/record_reader.h"

namespace sekisho::converter::testing {

std::vector<std::vector<std::string>> parse_csv(BytesView text) {
  MemorySource source(text);
  RecordReader reader(source, Encoding::kUtf8, ',', limits::kFileSizeMax);
  std::vector<std::vector<std::string>> rows;
  while (reader.next()) {
    rows.emplace_back();
    for (std::size_t i = 0; i < reader.field_count(); ++i) rows.back().push_back(reader.value(i));
  }
  return rows;
}

}  // namespace sekisho::converter::testing
