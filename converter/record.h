// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "converter/convert.h"

namespace sekisho::converter {

// One output of a conversion, as its record names it.
struct RecordedOutput {
  std::string receiver;  // insurer number; empty when there is one output for all
  std::uint64_t persons = 0;
  std::uint64_t size_bytes = 0;
  Digest digest;  // SHA-256 of the bytes
};

// Everything that a conversion depended on, and what came out: who has the same input, map and
// package can run it again and compare. Holds no personal data.
struct ConversionRecord {
  std::string converter_version;
  std::string catalog_id, catalog_version;
  Digest catalog_digest;
  std::string output_encoding;
  std::vector<PackagePart> parts;  // dictionaries and tables of the package
  std::string map_id, map_version;
  Digest map_digest;
  Date conversion_date;
  bool allow_partial = false;
  std::string receiver;  // insurer number that every row must have, or empty
  std::vector<std::string> requirements;
  Digest input_digest;
  std::uint64_t input_size_bytes = 0;
  bool delivered = false;
  std::vector<RecordedOutput> outputs;  // in order of receivers; only those with persons
  Digest report_digest;                 // of render_report_json
  Counts counts;
  std::vector<std::pair<std::string, std::uint64_t>> code_counts;   // by code
  std::vector<std::pair<std::string, std::string>> reserve_labels;  // item, label
};

[[nodiscard]] ConversionRecord make_record(const MapFile& map, const Definition& definition,
                                           const Options& options, const Outcome& outcome,
                                           const Hasher& hasher);

// Lines of `name = value`, each name once or counted, in a fixed order: readable, comparable line
// by line. Text is UTF-8.
[[nodiscard]] std::vector<ReportFact> record_facts(const ConversionRecord& record);
// The same as one JSON object of strings.
[[nodiscard]] std::string render_record_json(const ConversionRecord& record);

}  // namespace sekisho::converter
