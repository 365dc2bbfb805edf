// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/conversion/job.h"

#include <array>
#include <chrono>

#include "converter/convert.h"
#include "node/conversion/secret_sink.h"
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

Result<SealedFile> seal_report(const converter::Report& report, const std::string& base,
                               const crypto::Certificate& recipient, Rng& rng) {
  Bytes csv = converter::render_report_csv(report);
  auto sealed = seal(base + "_確認リスト.csv", csv, crypto::make_salt(rng), recipient);
  wipe(csv);
  return sealed;
}

v1::ConversionEvidence make_evidence(const JobInput& input, const converter::Outcome& outcome) {
  v1::ConversionEvidence evidence;
  evidence.set_converter_version(std::string(converter::kConverterVersion));
  evidence.set_map_digest(Bytes(input.exchange.map_digest.view()));
  evidence.set_catalog_digest(Bytes(input.definition.digest.view()));
  evidence.set_input_commitment(Bytes(input.exchange.input.commitment.view()));
  evidence.set_persons_in(outcome.counts.persons_out + outcome.counts.persons_held);
  evidence.set_persons_out(outcome.delivered ? outcome.counts.persons_out : 0);
  evidence.set_persons_held(outcome.counts.persons_held);
  for (const auto& [code, count] : outcome.report.counts) {
    if (static_cast<std::size_t>(evidence.counts_size()) == kEvidenceCodesMax) break;
    auto& line = *evidence.add_counts();
    line.set_code(code);
    line.set_count(count);
  }
  return evidence;
}

std::string failure_code(const converter::Report& report) {
  for (const auto& message : report.messages) {
    if (message.message_class == 'F') return message.code;
  }
  return "E-HELD";
}

Result<JobResult> failed(const JobInput& input, const converter::Outcome& outcome,
                         const std::string& base, Rng& rng) {
  JobResult result;
  TRY(auto report, seal_report(outcome.report, base, input.sender, rng));
  result.report = std::move(report);
  result.evidence = make_evidence(input, outcome);
  result.failure_code = failure_code(outcome.report);
  return result;
}

converter::Outcome outcome_of(converter::Message problem) {
  converter::Outcome outcome;
  outcome.counts.fatal = 1;
  outcome.report.counts[problem.code] = 1;
  outcome.report.messages.push_back(std::move(problem));
  return outcome;
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
  if (!opened.usable) return failed(input, outcome_of(opened.problem), "送信ファイル", rng);
  const std::string base = base_name(opened.parts.file_name);
  // Without a number nobody can be told apart, and nobody's result is passed on by guessing.
  if (input.insurer_number && input.insurer_number->empty()) {
    auto problem =
        file_problem("F-RECEIVER-NUMBER", "宛先の保険者の保険者番号が台帳に登録されていません。",
                     "事務局に、宛先の保険者番号の登録を依頼してください。");
    return failed(input, outcome_of(std::move(problem)), base, rng);
  }
  auto map = converter::load_map(input.map_file, input.definition, crypto::sha256);
  if (!map) {
    auto problem = file_problem("F-MAP-MISSING",
                                "登録された変換テーブルを読み込めません: " + map.error().context,
                                "変換テーブルを登録し直してください。");
    return failed(input, outcome_of(std::move(problem)), base, rng);
  }
  converter::Options options;
  options.conversion_date = date_in_japan(input.exchange.offered_ms);
  options.allow_partial = input.exchange.allow_partial;
  if (input.insurer_number) options.receiver_insurer_number = *input.insurer_number;
  converter::MemorySource source(opened.parts.body);
  SecretSink sink;
  TRY(const auto outcome,
      converter::convert(source, *map, input.definition, options, crypto::sha256, sink));
  if (!outcome.delivered) return failed(input, outcome, base, rng);
  const Secret standard = sink.take();
  JobResult result;
  const auto salt = crypto::output_salt(opened.parts.salt, input.exchange.exchange_id);
  TRY(auto output, seal(base + "_標準.csv", standard.view(), salt, input.receiver));
  result.output = std::move(output);
  if (!outcome.report.messages.empty()) {
    TRY(auto report, seal_report(outcome.report, base, input.sender, rng));
    result.report = std::move(report);
  }
  result.evidence = make_evidence(input, outcome);
  return result;
}

}  // namespace sekisho::conversion
