// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "converter/definition.h"
#include "converter/hasher.h"
#include "converter/map_file.h"
#include "converter/report.h"
#include "node/base/bytes.h"
#include "node/base/limits.h"
#include "node/base/result.h"

// Conversion is a pure function: the same input bytes, map, package, options and converter version
// give the same output bytes and the same report on every machine. One thread; no clock, locale,
// file or network. Memory does not grow with the number of records, apart from about 50 bytes each
// for the detection of repeated persons and the bounded report.
namespace sekisho::converter {

// Part of the record of a conversion: changes whenever output bytes may change.
inline constexpr std::string_view kConverterVersion = "1.1.0";

// Where the sender's bytes come from. Read twice: a later record may show that an earlier one has
// to be held back.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Up to `size_bytes` bytes into `buffer`; 0 at the end.
  virtual Result<std::size_t> read(char* buffer, std::size_t size_bytes) = 0;
  virtual Status rewind() = 0;
};

// Where standard bytes go, in order. What was written counts only if Outcome::delivered.
class OutputSink {
 public:
  virtual ~OutputSink() = default;
  virtual Status write(BytesView bytes) = 0;
};

// Views bytes that outlive it.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(BytesView bytes) : bytes_(bytes) {}
  Result<std::size_t> read(char* buffer, std::size_t size_bytes) override;
  Status rewind() override;

 private:
  BytesView bytes_;
  std::size_t at_ = 0;
};

class MemorySink final : public OutputSink {
 public:
  Status write(BytesView bytes) override;
  Bytes bytes;
};

struct Options {
  Date conversion_date;  // block time's date in Japan; bounds examination dates and map validity
  bool allow_partial = false;  // deliver without the persons that are held back
  // When set, persons whose insurer number is another one, or is empty although the layout has it,
  // are held back (E-RECEIVER-MISMATCH): nobody's result leaves towards the wrong insurer.
  std::string receiver_insurer_number;
  std::size_t messages_max = 10'000;  // stored in the report
  std::size_t file_size_max = limits::kFileSizeMax;
  // Called about every 1,000 records with records and input bytes so far. May be empty.
  std::function<void(std::uint64_t records, std::uint64_t bytes)> progress;
};

struct Outcome {
  bool delivered = false;  // false: the output must be thrown away
  Report report;
  Counts counts;
  std::uint64_t input_size_bytes = 0;
  std::uint64_t output_size_bytes = 0;
};

// Converts one file. Problems of the file are messages in the report (class F: not delivered); an
// Error comes only from source or sink. The map must have been loaded against this definition.
[[nodiscard]] Result<Outcome> convert(ByteSource& source, const MapFile& map,
                                      const Definition& definition, const Options& options,
                                      const Hasher& hasher, OutputSink& sink);

// The same with everything in memory; `output` is empty unless delivered.
struct Converted {
  Outcome outcome;
  Bytes output;
};
[[nodiscard]] Converted convert_bytes(BytesView file, const MapFile& map,
                                      const Definition& definition, const Options& options,
                                      const Hasher& hasher);

}  // namespace sekisho::converter
