// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "converter/record.h"
#include "node/base/secret.h"
#include "node/base/worker_threads.h"
#include "node/tools/verbs.h"

// What the ways of `sekisho convert` have in common: to a file, to several receivers, to a check.
namespace sekisho::tools {

// Everything a conversion on this desk needs, loaded.
struct Desk {
  converter::Definition definition;
  converter::MapFile map;
  Secret file;
  std::optional<converter::History> history;
  std::unique_ptr<WorkerThreads> workers;
  converter::Options settings;  // views the members above
};

// Reads package, map, file and history as the command line says. The desk must stay where it is.
[[nodiscard]] Status load_desk(const Context& context, const Convert& options, Desk& out);

// Output in memory with its digest.
class FileSink final : public converter::OutputSink {
 public:
  ~FileSink() override { wipe(bytes); }
  Status write(BytesView more) override {
    bytes += more;
    return {};
  }
  Bytes bytes;
};

// "<folder of the input>/<its name without ending><ending>"
[[nodiscard]] std::string default_name(const Convert& options, const std::string& ending);
// CSV, JSON, page, unmapped terms, record, as far as they were asked for; the CSV also when there
// is something to say.
[[nodiscard]] Status write_reports(const Convert& options, const converter::Outcome& outcome,
                                   const converter::ConversionRecord& record);
// Adds what was delivered to the sender's history file.
[[nodiscard]] Status keep_history(const Convert& options, Desk& desk,
                                  const converter::Outcome& outcome);
// Says what came out, in words and as JSON; an error when nothing was delivered.
[[nodiscard]] Status announce(const Context& context, const converter::Outcome& outcome,
                              const converter::ConversionRecord& record, const std::string& where);

// convert --split RECEIVERS
[[nodiscard]] Status convert_to_receivers(const Context& context, const Convert& options,
                                          Desk& desk);
// convert --check RECORD
[[nodiscard]] Status check_record(const Context& context, const Convert& options, Desk& desk);

}  // namespace sekisho::tools
