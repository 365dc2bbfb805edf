// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "converter/definition.h"
#include "converter/hasher.h"
#include "converter/history.h"
#include "converter/map_file.h"
#include "converter/report.h"
#include "node/base/bytes.h"
#include "node/base/limits.h"
#include "node/base/result.h"
#include "node/base/workers.h"

// Conversion is a pure function: the same input bytes, map, package, options and converter version
// give the same output bytes and the same report on every machine, whatever the number of workers.
// No clock, locale, file or network. The file is cut into chunks of whole records; several are
// converted at once when there are workers, and put together in order. Memory does not grow with
// the file, apart from 24 bytes a record, of which there are at most Options::records_max, for
// repeated persons.
namespace sekisho::converter {

// Part of the record of a conversion: changes whenever output bytes may change.
inline constexpr std::string_view kConverterVersion = "1.2.0";

// Where the sender's bytes come from. Read twice: a later record may show that an earlier one has
// to be held back.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Up to `size_bytes` bytes into `buffer`; 0 at the end.
  virtual Result<std::size_t> read(char* buffer, std::size_t size_bytes) = 0;
  virtual Status rewind() = 0;
  // Where a byte of this stream stands in the sender's file, for messages. Sources that make their
  // bytes from others say.
  [[nodiscard]] virtual std::uint64_t origin(std::uint64_t offset) const { return offset; }
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
  // Bounds that depend on nothing but the input, so that every machine stops at the same place:
  // F-SIZE.
  std::uint64_t records_max = limits::kRecordsMax;
  std::uint64_t output_size_max = 8ull << 30;
  // One unit for each byte of a record looked at, 8 for each field.
  std::uint64_t work_max = limits::kConversionWorkMax;
  // Sets of requirements.csv that the file is held to, beside those of the map.
  std::vector<std::string> requirements;
  // What the sender delivered before; null: checks 22 and F-DUPLICATE-FILE are not made.
  const History* history = nullptr;
  Digest input_digest;         // of the file, for F-DUPLICATE-FILE; zero: not known
  Workers* workers = nullptr;  // null: the calling thread does everything
  // Called after each chunk with records and input bytes so far, by any worker, one at a time. May
  // be empty.
  std::function<void(std::uint64_t records, std::uint64_t bytes)> progress;
  // Asked between chunks; true ends the conversion with kCancelled. May be empty.
  std::function<bool()> cancelled;
};

struct Outcome {
  bool delivered = false;  // false: the output must be thrown away
  Report report;
  Counts counts;
  std::uint64_t input_size_bytes = 0;
  std::uint64_t output_size_bytes = 0;
  std::vector<PersonMark> marks;  // of the delivered records, when there is a history
};

// Converts one file. Problems of the file are messages in the report (class F: not delivered); an
// Error comes only from source or sink. The map must have been loaded against this definition.
[[nodiscard]] Result<Outcome> convert(ByteSource& source, const MapFile& map,
                                      const Definition& definition, const Options& options,
                                      const Hasher& hasher, OutputSink& sink);

// One of several receivers of one export.
struct Receiver {
  std::string insurer_number;  // 6 or 8 digits
  OutputSink* sink = nullptr;
};

// What one receiver gets.
struct Delivery {
  std::uint64_t persons = 0;
  std::uint64_t size_bytes = 0;  // with the header line; 0 when nothing is delivered
};

struct SplitOutcome {
  Outcome whole;  // counts and messages of all; output_size_bytes of all receivers together
  std::vector<Delivery> deliveries;  // by receiver; without persons nothing counts
};

// Converts one export and gives each record to the receiver with its insurer number. A record whose
// insurer is not among the receivers is held back (E-RECEIVER-UNKNOWN) and goes nowhere; messages
// carry the number of their receiver. A receiver for whom there is no record gets a header only,
// which is to be thrown away. Errors: as convert; kInvalidArgument for numbers that are no insurer
// numbers or occur twice.
[[nodiscard]] Result<SplitOutcome> convert_split(ByteSource& source, const MapFile& map,
                                                 const Definition& definition,
                                                 const Options& options, const Hasher& hasher,
                                                 const std::vector<Receiver>& receivers);

// The same with everything in memory; `output` is empty unless delivered.
struct Converted {
  Outcome outcome;
  Bytes output;
};
[[nodiscard]] Converted convert_bytes(BytesView file, const MapFile& map,
                                      const Definition& definition, const Options& options,
                                      const Hasher& hasher);

}  // namespace sekisho::converter
