// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/conversion/job.h"

#include <array>
#include <chrono>

#include "converter/convert.h"
#include "node/base/log.h"
#include "node/conversion/virus_scan.h"
#include "node/crypto/commitment.h"
#include "node/crypto/envelope.h"
#include "node/crypto/hash.h"
#include "node/crypto/mime_entity.h"

namespace sekisho::conversion {
namespace {

constexpr std::size_t kEvidenceCodesMax = 100;
constexpr const char* kCsvType = "text/csv; charset=Shift_JIS";

// What the sender's envelope turned out to hold, or why it is of no use.
struct Opened {
  Secret entity;
  crypto::MimeEntity parts;  // views `entity`
  bool usable = false;
  converter::Message problem;
};

converter::Message file_problem(std::string_view code, std::string_view reason,
                                std::string_view action) {
  converter::Message message;
  message.message_class = 'F';
  message.code = code;
  message.reason = reason;
  message.action = action;
  return message;
}

// Whoever holds an envelope could offer it again, dressed up anew, as his own: the commitment is on
// the ledger for all to read. Only the sealer could make this exchange's id.
bool sealed_for(const JobInput& input, const crypto::Salt& salt) {
  const auto& exchange = input.exchange;
  return crypto::exchange_id(salt, {input.chain_id, exchange.map_digest, exchange.sender,
                                    exchange.receiver}) == exchange.exchange_id;
}

Opened open_input(const JobInput& input) {
  Opened opened;
  auto entity = crypto::open_envelope(input.envelope, input.key, input.own);
  if (!entity) {
    opened.problem = file_problem("F-ENVELOPE",
                                  "封筒（暗号化ファイル）を開けませんでした。変換ノード宛てに暗号化"
                                  "されていないか、途中で壊れています。",
                                  "最新のプログラムで送信し直してください。");
    return opened;
  }
  opened.entity = std::move(*entity);
  auto parts = crypto::parse_mime_entity(opened.entity.view());
  if (!parts) {
    opened.problem = file_problem("F-ENVELOPE", "封筒の中身の形式が正しくありません。",
                                  "最新のプログラムで送信し直してください。");
    return opened;
  }
  opened.parts = std::move(*parts);
  if (crypto::commitment(opened.parts.salt, opened.parts.body) != input.exchange.input.commitment) {
    opened.problem =
        file_problem("F-COMMITMENT", "台帳に記録された照合値と、封筒の中のファイルが一致しません。",
                     "ファイルを確認して送信し直してください。");
    return opened;
  }
  if (!sealed_for(input, opened.parts.salt)) {
    opened.problem = file_problem(
        "F-BINDING",
        "封筒は、この送信（送信者・受信者・変換テーブル）のために封をされたものではありません。",
        "最新のプログラムで送信し直してください。");
    return opened;
  }
  opened.usable = true;
  return opened;
}

std::string base_name(std::string_view file_name) {
  const auto dot = file_name.rfind('.');
  std::string base(dot == std::string_view::npos || dot == 0 ? file_name
                                                             : file_name.substr(0, dot));
  constexpr std::size_t kBaseMax = 180;
  if (base.size() <= kBaseMax) return base;
  std::size_t cut = kBaseMax;  // never inside a UTF-8 character
  while (cut > 0 && (static_cast<unsigned char>(base[cut]) & 0xC0u) == 0x80u) --cut;
  base.resize(cut);
  return base;
}

Result<SealedFile> seal(std::string_view file_name, BytesView file, const crypto::Salt& salt,
                        const crypto::Certificate& recipient) {
  TRY(const Bytes head, crypto::make_mime_head(kCsvType, file_name, salt));
  const std::array<BytesView, 2> parts{head, file};
  SealedFile sealed;
  TRY(sealed.envelope, crypto::seal_envelope(parts, {&recipient, 1}));
  sealed.blob_id = crypto::sha256(sealed.envelope);
  sealed.commitment = crypto::commitment(salt, file);
  return sealed;
}

v1::ConversionEvidence make_evidence(const JobInput& input, const sandbox::Reply& reply) {
  v1::ConversionEvidence evidence;
  evidence.set_converter_version(std::string(converter::kConverterVersion));
  evidence.set_map_digest(Bytes(input.exchange.map_digest.view()));
  evidence.set_catalog_digest(Bytes(input.package.definition.digest.view()));
  evidence.set_input_commitment(Bytes(input.exchange.input.commitment.view()));
  evidence.set_persons_in(reply.persons_out + reply.persons_held);
  evidence.set_persons_out(reply.delivered ? reply.persons_out : 0);
  evidence.set_persons_held(reply.persons_held);
  for (const auto& [code, count] : reply.counts) {
    if (static_cast<std::size_t>(evidence.counts_size()) == kEvidenceCodesMax) break;
    auto& line = *evidence.add_counts();
    line.set_code(code);
    line.set_count(count);
  }
  return evidence;
}

// A file that came to nothing for a reason outside of its rows.
sandbox::ConvertedFile refused(converter::Message problem) {
  sandbox::ConvertedFile out;
  out.reply.failure_code = problem.code;
  out.reply.counts = {{problem.code, 1}};
  converter::Report report;
  report.counts[problem.code] = 1;
  report.messages.push_back(std::move(problem));
  out.report_csv = Secret(BytesView(converter::render_report_csv(report)));
  return out;
}

// A conversion that breaks down is tried once more: it may have been this machine. Twice is the
// file.
Result<sandbox::ConvertedFile> convert_twice(const JobInput& input,
                                             const sandbox::Request& request) {
  auto done = input.files.convert(request);
  for (int again = 0; again < 1 && !done && done.error().code == Code::kInternal; ++again) {
    log::warning("conversion_broke_down",
                 {{"exchange", input.exchange.exchange_id.hex()}, {"why", done.error().context}});
    done = input.files.convert(request);
  }
  if (done || done.error().code != Code::kInternal) return done;
  log::error("conversion_given_up",
             {{"exchange", input.exchange.exchange_id.hex()}, {"why", done.error().context}});
  return refused(file_problem("F-CONVERTER", "変換処理が二度続けて異常終了したため、中止しました。",
                              "ファイルが壊れていないか確認し、事務局に連絡してください。"));
}

Result<sandbox::ConvertedFile> convert_opened(const JobInput& input, const Opened& opened) {
  if (!opened.usable) return refused(opened.problem);
  // Without a number nobody can be told apart, and nobody's result is passed on by guessing.
  if (input.insurer_number && input.insurer_number->empty()) {
    return refused(file_problem("F-RECEIVER-NUMBER",
                                "宛先の保険者の保険者番号が台帳に登録されていません。",
                                "事務局に、宛先の保険者番号の登録を依頼してください。"));
  }
  if (!input.scanner_socket.empty()) {
    TRY(const auto found, scan_for_viruses(input.scanner_socket, opened.parts.body));
    if (found) {
      return refused(file_problem("F-VIRUS",
                                  "ウイルス検査で不審なファイルと判定されました: " + *found,
                                  "端末を検査し、正しいファイルを送信してください。"));
    }
  }
  sandbox::Request request;
  request.file = opened.parts.body;
  request.map_file = input.map_file;
  request.package = &input.package.files;
  request.conversion_date = date_in_japan(input.exchange.offered_ms);
  request.allow_partial = input.exchange.allow_partial;
  request.receiver_insurer_number = input.insurer_number.value_or("");
  return convert_twice(input, request);
}

}  // namespace

converter::Date date_in_japan(std::uint64_t unix_ms) {
  using namespace std::chrono;
  const sys_time<milliseconds> moment{milliseconds(unix_ms) + hours(9)};
  const year_month_day day(floor<days>(moment));
  return converter::Date{static_cast<std::int32_t>(static_cast<int>(day.year())) * 10000 +
                         static_cast<std::int32_t>(static_cast<unsigned>(day.month())) * 100 +
                         static_cast<std::int32_t>(static_cast<unsigned>(day.day()))};
}

std::optional<std::string> insurer_number_of(const state::Member& receiver) {
  if (receiver.kind == v1::INSURER) return receiver.number;
  const std::size_t digits = receiver.number.size();
  const bool insures = receiver.kind == v1::MUNICIPALITY && (digits == 6 || digits == 8);
  return insures ? std::optional(receiver.number) : std::nullopt;
}

Result<JobResult> run_job(const JobInput& input, Rng& rng) {
  const Opened opened = open_input(input);
  const std::string base = opened.usable ? base_name(opened.parts.file_name) : "送信ファイル";
  TRY(const auto converted, convert_opened(input, opened));
  JobResult result;
  result.evidence = make_evidence(input, converted.reply);
  result.failure_code = converted.reply.failure_code;
  if (converted.reply.delivered) {
    const auto salt = crypto::output_salt(opened.parts.salt, input.exchange.exchange_id);
    TRY(auto output, seal(base + "_標準.csv", converted.standard.view(), salt, input.receiver));
    result.output = std::move(output);
  }
  if (!converted.report_csv.empty()) {
    TRY(auto report, seal(base + "_確認リスト.csv", converted.report_csv.view(),
                          crypto::make_salt(rng), input.sender));
    result.report = std::move(report);
  }
  return result;
}

}  // namespace sekisho::conversion
