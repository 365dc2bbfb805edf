// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <fstream>
#include <iostream>

#include "tests/unit/converter/package.h"

// convert_file CATALOG_DIR MAP FILE OUTPUT REPORT_JSON [YYYY-MM-DD]: one conversion as tests need
// it: partial delivery allowed, no receiver. Prints the counts; exit 0 delivered, 1 not delivered,
// 2 wrong use.
namespace sekisho::converter::testing {
namespace {

int run(int argc, char** argv) {
  if (argc < 6) {
    std::cerr << "usage: convert_file CATALOG_DIR MAP FILE OUTPUT REPORT_JSON [YYYY-MM-DD]\n";
    return 2;
  }
  const auto definition = load_definition(read_package(argv[1]), sha256);
  if (!definition) {
    std::cerr << definition.error().to_string() << "\n";
    return 2;
  }
  const auto map = load_map(read_file(argv[2]), *definition, sha256);
  if (!map) {
    std::cerr << map.error().to_string() << "\n";
    return 2;
  }
  Options options;
  options.allow_partial = true;
  options.conversion_date = parse_iso_date(argc > 6 ? argv[6] : "2025-03-31").value_or(Date{});
  const Converted done = convert_bytes(read_file(argv[3]), *map, *definition, options, sha256);
  std::ofstream(argv[4], std::ios::binary) << done.output;
  std::ofstream(argv[5], std::ios::binary) << render_report_json(done.outcome.report);
  const Counts& counts = done.outcome.counts;
  std::cout << "rows " << counts.rows_in << " out " << counts.persons_out << " held "
            << counts.persons_held << " skipped " << counts.rows_skipped << " F " << counts.fatal
            << " E " << counts.errors << " W " << counts.warnings << " P " << counts.panics << "\n";
  return done.outcome.delivered ? 0 : 1;
}

}  // namespace
}  // namespace sekisho::converter::testing

int main(int argc, char** argv) { return sekisho::converter::testing::run(argc, argv); }
