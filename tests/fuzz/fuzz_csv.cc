// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "converter/csv/fixed_width.h"
#include "converter/csv/record_reader.h"
#include "node/base/check.h"

namespace {

using namespace sekisho;
using namespace sekisho::converter;

class SmallSteps final : public ByteSource {
 public:
  SmallSteps(BytesView bytes, std::size_t step) : bytes_(bytes), step_(step) {}
  Result<std::size_t> read(char* buffer, std::size_t size) override {
    const std::size_t take = std::min({size, step_, bytes_.size() - at_});
    bytes_.copy(buffer, take, at_);
    at_ += take;
    return take;
  }
  Status rewind() override { return {}; }

 private:
  BytesView bytes_;
  std::size_t step_;
  std::size_t at_ = 0;
};

std::vector<std::string> read_all(BytesView input, std::size_t step, bool fixed,
                                  ReadFailure::Kind& kind) {
  SmallSteps source(input, step);
  MapFile map;
  map.columns.resize(3);
  for (std::uint32_t i = 0; i < 3; ++i) map.columns[i].width = i + 1;
  FixedWidthSource cut(source, map);
  ByteSource& bytes = fixed ? static_cast<ByteSource&>(cut) : source;
  RecordReader reader(bytes, fixed ? Encoding::kUtf8 : Encoding::kCp932, ',', 1 << 22);
  std::vector<std::string> out;
  while (reader.next()) {
    for (std::size_t i = 0; i < reader.field_count(); ++i) out.push_back(reader.value(i) + "|");
    out.emplace_back("#");
  }
  kind = reader.failure().kind;
  return out;
}

}  // namespace

// Records do not depend on how the bytes come in, delimited or of fixed width.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView input(reinterpret_cast<const char*>(data), size);
  for (const bool fixed : {false, true}) {
    ReadFailure::Kind whole_kind{};
    ReadFailure::Kind steps_kind{};
    const auto whole = read_all(input, size + 1, fixed, whole_kind);
    const auto steps = read_all(input, 3, fixed, steps_kind);
    CHECK(whole == steps);
    CHECK(whole_kind == steps_kind);
  }
  return 0;
}
