// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/sandbox/file_converter.h"

#include "converter/archive/open_input.h"
#include "node/crypto/hash.h"
#include "node/sandbox/secret_sink.h"

namespace sekisho::sandbox {
namespace {

converter::Outcome map_problem(const Error& error) {
  converter::Message message;
  message.message_class = 'F';
  message.code = "F-MAP-MISSING";
  message.reason = "登録された変換テーブルを読み込めません: " + error.context;
  message.action = "変換テーブルを登録し直してください。";
  converter::Outcome outcome;
  outcome.counts.fatal = 1;
  outcome.report.counts[message.code] = 1;
  outcome.report.messages.push_back(std::move(message));
  return outcome;
}

std::string failure_code(const converter::Report& report) {
  for (const auto& message : report.messages) {
    if (message.message_class == 'F') return message.code;
  }
  return "E-HELD";
}

Performed performed(const converter::Outcome& outcome) {
  Performed out;
  Reply& reply = out.reply;
  reply.delivered = outcome.delivered;
  reply.persons_out = outcome.counts.persons_out;
  reply.persons_held = outcome.counts.persons_held;
  if (!reply.delivered) reply.failure_code = failure_code(outcome.report);
  reply.counts.assign(outcome.report.counts.begin(), outcome.report.counts.end());
  if (!reply.delivered || !outcome.report.messages.empty()) {
    out.report_csv = converter::render_report_csv(outcome.report);
  }
  return out;
}

}  // namespace

Result<Performed> perform(const Request& request, converter::OutputSink& sink) {
  TRY(const auto definition, converter::load_definition(*request.package, crypto::sha256));
  const auto map = converter::load_map(request.map_file, definition, crypto::sha256);
  if (!map) return performed(map_problem(map.error()));
  converter::Options options;
  options.conversion_date = request.conversion_date;
  options.allow_partial = request.allow_partial;
  options.output_size_max = limits::kFileSizeMax;  // what an envelope can carry
  options.receiver_insurer_number = request.receiver_insurer_number;
  TRY(const auto outcome,
      converter::convert_file_bytes(request.file, *map, definition, options, crypto::sha256, sink));
  return performed(outcome);
}

Result<ConvertedFile> LocalConverter::convert(const Request& request) {
  SecretSink sink;
  TRY(Performed done, perform(request, sink));
  ConvertedFile out;
  out.reply = std::move(done.reply);
  if (out.reply.delivered) out.standard = sink.take();
  out.report_csv = Secret(BytesView(done.report_csv));
  wipe(done.report_csv);
  return out;
}

}  // namespace sekisho::sandbox
