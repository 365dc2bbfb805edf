// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/convert.h"

#include <chrono>
#include <filesystem>

#include "node/base/clock.h"
#include "node/base/folder.h"
#include "node/base/limits.h"
#include "node/crypto/hash.h"
#include "node/tools/files.h"
#include "node/tools/verbs.h"

// The converter on a desk: the same library, so the same bytes, as in a converter node.
namespace sekisho::tools {
namespace {

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

std::string default_name(const Convert& options, const std::string& ending) {
  const std::filesystem::path path(options.file);
  return (path.parent_path() / path.stem()).string() + ending;
}

Status write_reports(const Convert& options, const converter::Report& report) {
  if (!report.messages.empty() || !options.report.empty()) {
    const std::string path =
        options.report.empty() ? default_name(options, "_確認リスト.csv") : options.report;
    TRY_STATUS(write_file(path, converter::render_report_csv(report), true, true));
  }
  if (options.report_json.empty()) return {};
  return write_file(options.report_json, converter::render_report_json(report), true, true);
}

}  // namespace

Status convert_file(const Context& context, const Convert& options) {
  const Console& console = context.console;
  TRY(const auto package, read_folder(options.catalog, 16 * limits::kMiB));
  TRY(const auto definition, converter::load_definition(package, crypto::sha256));
  TRY(const Bytes map_text, read_file(options.map, limits::kMapFileSizeMax));
  TRY(const auto map, converter::load_map(map_text, definition, crypto::sha256));
  TRY(const Secret file, read_secret_file(options.file, limits::kFileSizeMax));
  converter::Options settings;
  TRY(settings.conversion_date, conversion_date(options.date));
  settings.allow_partial = options.partial;
  settings.receiver_insurer_number = options.insurer;
  settings.progress = [&](std::uint64_t, std::uint64_t bytes) {
    console.progress(console.pick("変換", "Converting"), bytes, file.size());
  };
  auto converted = converter::convert_bytes(file.view(), map, definition, settings, crypto::sha256);
  console.end_progress();
  const auto& outcome = converted.outcome;
  TRY_STATUS(write_reports(options, outcome.report));
  const std::string out = options.out.empty() ? default_name(options, "_標準.csv") : options.out;
  if (outcome.delivered) TRY_STATUS(write_file(out, converted.output, true, true));
  const std::string persons = std::to_string(outcome.counts.persons_out);
  const std::string held = std::to_string(outcome.counts.persons_held);
  console.result(
      "{\"delivered\":" + std::string(outcome.delivered ? "true" : "false") +
      ",\"persons_out\":" + persons + ",\"persons_held\":" + held + ",\"output_sha256\":\"" +
      (outcome.delivered ? crypto::sha256(converted.output).hex() : "") + "\",\"map\":\"" +
      map.digest.hex() + "\",\"catalog\":\"" + definition.digest.hex() + "\",\"converter\":\"" +
      std::string(converter::kConverterVersion) + "\"}");
  wipe(converted.output);
  if (!outcome.delivered) {
    return fail(Code::kFailedPrecondition,
                "no standard CSV was made; see the error list (persons held back: " + held + ")");
  }
  console.say("標準CSV: " + out + "（" + persons + " 人、保留 " + held + " 人）",
              "Standard CSV: " + out + " (" + persons + " persons, " + held + " held back)");
  return {};
}

}  // namespace sekisho::tools
