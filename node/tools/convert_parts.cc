// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/tools/convert_parts.h"

#include <chrono>
#include <filesystem>

#include "node/base/clock.h"
#include "node/base/folder.h"
#include "node/base/limits.h"
#include "node/base/rng.h"
#include "node/crypto/hash.h"
#include "node/tools/catalog.h"
#include "node/tools/files.h"

namespace sekisho::tools {
namespace {

constexpr std::uint64_t kHistorySizeMax = 512 * limits::kMiB;
constexpr std::size_t kThreadsMax = 64;
constexpr std::size_t kSaltSize = 32;

Result<converter::Date> conversion_date(const std::string& text) {
  if (!text.empty()) {
    const auto date = converter::parse_iso_date(text);
    if (!date) return fail(Code::kInvalidArgument, "--date is written YYYY-MM-DD");
    return *date;
  }
  using namespace std::chrono;
  const sys_time<milliseconds> now{milliseconds(SystemClock().unix_ms()) + hours(9)};
  const year_month_day day(floor<days>(now));
  return converter::Date{static_cast<std::int32_t>(static_cast<int>(day.year())) * 10000 +
                         static_cast<std::int32_t>(static_cast<unsigned>(day.month()) * 100 +
                                                   static_cast<unsigned>(day.day()))};
}

// A newer dictionary may stand in for the package's own; the digests then say so.
Status load_definition(const Convert& options, Desk& out) {
  TRY(auto package, read_folder(options.catalog, 16 * limits::kMiB));
  if (options.catalog_signature.empty() != options.catalog_signer.empty()) {
    return fail(Code::kInvalidArgument, "--catalog-signature and --catalog-signer go together");
  }
  if (!options.catalog_signature.empty()) {
    TRY_STATUS(check_catalog_signature(package, options.catalog_signature, options.catalog_signer));
  }
  if (!options.findings.empty()) {
    TRY(package["findings.csv"], read_file(options.findings, 16 * limits::kMiB));
  }
  std::optional<converter::OutputEncoding> encoding;
  if (!options.output_encoding.empty()) {
    encoding = converter::encoding_of(options.output_encoding);
    if (!encoding) {
      return fail(Code::kInvalidArgument, "--output-encoding is CP932, UTF-8 or UTF-8-BOM");
    }
  }
  TRY(out.definition, converter::load_definition(package, crypto::sha256, encoding));
  for (const std::string& set : options.require) {
    if (out.definition.has_requirement_set(set)) continue;
    return fail(Code::kInvalidArgument,
                "--require " + set + " is no set of the catalog's requirements.csv");
  }
  return {};
}

Status load_history(const Convert& options, Desk& out) {
  if (options.history.empty()) return {};
  if (!std::filesystem::exists(options.history)) {
    SystemRng rng;
    out.history.emplace(rng.bytes(kSaltSize));
    return {};
  }
  TRY(const Secret text, read_secret_file(options.history, kHistorySizeMax));
  auto history = converter::History::parse(text.view());
  if (!history) return fail(history.error().within(options.history));
  out.history = std::move(*history);
  return {};
}

}  // namespace

Status load_desk(const Context& context, const Convert& options, Desk& out) {
  TRY_STATUS(load_definition(options, out));
  TRY(const Bytes map_text, read_file(options.map, limits::kMapFileSizeMax));
  TRY(out.map, converter::load_map(map_text, out.definition, crypto::sha256));
  TRY(out.file, read_secret_file(options.file, limits::kFileSizeMax));
  TRY_STATUS(load_history(options, out));
  if (options.threads < 1 || options.threads > kThreadsMax) {
    return fail(Code::kInvalidArgument, "--threads is 1 to 64");
  }
  if (options.threads > 1) out.workers = std::make_unique<WorkerThreads>(options.threads);
  TRY(out.settings.conversion_date, conversion_date(options.date));
  out.settings.allow_partial = options.partial;
  out.settings.receiver_insurer_number = options.insurer;
  out.settings.requirements = options.require;
  out.settings.history = out.history ? &*out.history : nullptr;
  out.settings.input_digest = crypto::sha256(out.file.view());
  out.settings.workers = out.workers.get();
  const Console& console = context.console;
  const std::uint64_t size = out.file.size();
  out.settings.progress = [&console, size](std::uint64_t, std::uint64_t bytes) {
    console.progress(console.pick("変換", "Converting"), bytes, size);
  };
  return {};
}

std::string default_name(const Convert& options, const std::string& ending) {
  const std::filesystem::path path(options.file);
  return (path.parent_path() / path.stem()).string() + ending;
}

Status write_reports(const Convert& options, const converter::Outcome& outcome,
                     const converter::ConversionRecord& record) {
  const converter::Report& report = outcome.report;
  if (!report.messages.empty() || !options.report.empty()) {
    const std::string path =
        options.report.empty() ? default_name(options, "_確認リスト.csv") : options.report;
    TRY_STATUS(write_file(path, converter::render_report_csv(report), true, true));
  }
  if (!options.report_json.empty()) {
    TRY_STATUS(write_file(options.report_json, converter::render_report_json(report), true, true));
  }
  if (!options.report_html.empty()) {
    const std::string page =
        converter::render_report_html(report, outcome.counts, converter::record_facts(record));
    TRY_STATUS(write_file(options.report_html, page, true, true));
  }
  if (!options.unmapped.empty()) {
    TRY_STATUS(write_file(options.unmapped, converter::render_unmapped_csv(report), true, true));
  }
  if (options.record.empty()) return {};
  return write_file(options.record, converter::render_record_json(record), true, true);
}

Status keep_history(const Convert& options, Desk& desk, const converter::Outcome& outcome) {
  if (!desk.history || !outcome.delivered) return {};
  desk.history->add_file(desk.settings.input_digest);
  for (const converter::PersonMark& mark : outcome.marks) desk.history->add_person(mark);
  return write_file(options.history, desk.history->render(), true, true);
}

Status announce(const Context& context, const converter::Outcome& outcome,
                const converter::ConversionRecord& record, const std::string& where) {
  const Console& console = context.console;
  console.end_progress();
  const std::string persons = std::to_string(outcome.counts.persons_out);
  const std::string held = std::to_string(outcome.counts.persons_held);
  const bool one = record.outputs.size() == 1;
  console.result("{\"delivered\":" + std::string(outcome.delivered ? "true" : "false") +
                 ",\"persons_out\":" + persons + ",\"persons_held\":" + held +
                 ",\"output_sha256\":\"" + (one ? record.outputs.front().digest.hex() : "") +
                 "\",\"map\":\"" + record.map_digest.hex() + "\",\"catalog\":\"" +
                 record.catalog_digest.hex() + "\",\"converter\":\"" + record.converter_version +
                 "\",\"record\":" + converter::render_record_json(record) + "}");
  if (!outcome.delivered) {
    return fail(Code::kFailedPrecondition,
                "no standard CSV was made; see the error list (persons held back: " + held + ")");
  }
  console.say("標準CSV: " + where + "（" + persons + " 人、保留 " + held + " 人）",
              "Standard CSV: " + where + " (" + persons + " persons, " + held + " held back)");
  return {};
}

}  // namespace sekisho::tools
