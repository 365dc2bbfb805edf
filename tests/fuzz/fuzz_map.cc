// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "converter/convert.h"
#include "node/base/check.h"

namespace {

using namespace sekisho;
using namespace sekisho::converter;

Digest no_digest(BytesView) { return {}; }

const Definition& definition() {
  static const Definition loaded = [] {
    std::map<std::string, Bytes> files;
    for (const char* name :
         {"manifest.toml", "items.csv", "result_lists.csv", "findings.csv", "units.csv"}) {
      std::ifstream in(
          std::string(SEKISHO_SOURCE_DIR "/converter/data/catalog/example-kenshin-1/") + name,
          std::ios::binary);
      std::ostringstream out;
      out << in.rdbuf();
      files[name] = out.str();
    }
    auto result = load_definition(files, no_digest);
    CHECK(result.has_value());
    return std::move(*result);
  }();
  return loaded;
}

}  // namespace

// A map, and after a line "=== file" a file for it: no input breaks the converter, and what it
// delivers fits its counts.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  constexpr std::string_view kMark = "\n=== file\n";
  const std::size_t mark = input.find(kMark);
  const auto map = load_map(input.substr(0, mark), definition(), no_digest);
  if (!map) {
    CHECK(map.error().code == Code::kInvalidArgument);
    return 0;
  }
  if (mark == input.npos) return 0;
  Options options;
  options.allow_partial = true;
  options.conversion_date = Date{20250331};
  const Converted done =
      convert_bytes(input.substr(mark + kMark.size()), *map, definition(), options, no_digest);
  const Counts& counts = done.outcome.counts;
  CHECK(done.outcome.delivered == !done.output.empty());
  CHECK(counts.persons_out + counts.persons_held + counts.rows_skipped <= counts.rows_in);
  CHECK(!render_report_csv(done.outcome.report).empty());
  CHECK(!render_report_json(done.outcome.report).empty());
  return 0;
}
