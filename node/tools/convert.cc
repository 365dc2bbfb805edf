// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/archive/open_input.h"
#include "converter/convert.h"

#include "node/crypto/hash.h"
#include "node/tools/convert_parts.h"
#include "node/tools/files.h"
#include "node/tools/verbs.h"

// The converter on a desk: the same library, so the same bytes, as in a converter node.
namespace sekisho::tools {

Status convert_file(const Context& context, const Convert& options) {
  Desk desk;
  TRY_STATUS(load_desk(context, options, desk));
  if (!options.check.empty()) return check_record(context, options, desk);
  if (!options.split.empty()) return convert_to_receivers(context, options, desk);
  FileSink sink;
  TRY(const auto outcome, converter::convert_file_bytes(desk.file.view(), desk.map, desk.definition,
                                                        desk.settings, crypto::sha256, sink));
  auto record =
      converter::make_record(desk.map, desk.definition, desk.settings, outcome, crypto::sha256);
  const std::string out = options.out.empty() ? default_name(options, "_標準.csv") : options.out;
  if (outcome.delivered) {
    record.outputs.push_back({options.insurer, outcome.counts.persons_out, sink.bytes.size(),
                              crypto::sha256(sink.bytes)});
    TRY_STATUS(write_file(out, sink.bytes, true, true));
  }
  TRY_STATUS(write_reports(options, outcome, record));
  TRY_STATUS(keep_history(options, desk, outcome));
  return announce(context, outcome, record, out);
}

}  // namespace sekisho::tools
