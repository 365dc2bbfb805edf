// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "converter/convert.h"
#include "node/base/secret.h"

namespace sekisho::sandbox {

// Everything one conversion needs, as bytes. Views; all of it outlives the call.
struct Request {
  BytesView file;  // the sender's plaintext
  BytesView map_file;
  const std::map<std::string, Bytes>* package = nullptr;  // the catalog package's files
  converter::Date conversion_date;
  bool allow_partial = false;
  std::string receiver_insurer_number;
};

// What a conversion came to, without anything personal.
struct Reply {
  bool delivered = false;
  std::uint64_t persons_out = 0;
  std::uint64_t persons_held = 0;
  std::string failure_code;  // when not delivered: the first F message, or E-HELD
  std::vector<std::pair<std::string, std::uint64_t>> counts;  // messages by code, ascending
};

struct ConvertedFile {
  Reply reply;
  Secret standard;    // empty unless delivered
  Secret report_csv;  // empty when there is nothing to report
};

// Turns a file into the standard file and a report. Two ways: in a process of its own
// (ChildConverter) and here (LocalConverter). A map that does not load is a reply with
// F-MAP-MISSING. Errors: kUnavailable could not start; kCancelled stopped; kInternal the conversion
// broke down, and it is not known that it would not again.
class FileConverter {
 public:
  virtual ~FileConverter() = default;
  [[nodiscard]] virtual Result<ConvertedFile> convert(const Request& request) = 0;
};

// On the caller's thread and in its memory: for tests, and inside the process that ChildConverter
// starts.
class LocalConverter final : public FileConverter {
 public:
  [[nodiscard]] Result<ConvertedFile> convert(const Request& request) override;
};

// The work itself. Standard bytes go to `sink` as they are made and count only when the reply says
// delivered; the report comes back rendered.
struct Performed {
  Reply reply;
  Bytes report_csv;
};
[[nodiscard]] Result<Performed> perform(const Request& request, converter::OutputSink& sink);

}  // namespace sekisho::sandbox
