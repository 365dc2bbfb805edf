// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include "converter/archive/hc08.h"
#include "converter/csv/record_reader.h"
#include "node/base/check.h"

// Whatever the document holds comes out as exactly one record of thirteen fields and eights.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sekisho;
  using namespace sekisho::converter;
  std::string out;
  if (!append_hc08_record({reinterpret_cast<const char*>(data), size}, out)) return 0;
  MemorySource source(out);
  RecordReader reader(source, Encoding::kUtf8, ',', out.size() + 1);
  CHECK(reader.next());
  CHECK(reader.field_count() >= 13 && (reader.field_count() - 13) % 8 == 0);
  CHECK(!reader.next());
  CHECK(reader.failure().kind == ReadFailure::Kind::kNone);
  return 0;
}
