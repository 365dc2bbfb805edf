// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "converter/text/encode.h"
#include "converter/archive/open_input.h"
#include "node/base/limits.h"
#include "node/crypto/hash.h"
#include "node/tools/convert_parts.h"
#include "node/tools/files.h"

// convert --split: one export, one standard file and one list for each insurer in it.
namespace sekisho::tools {
namespace {

constexpr std::uint64_t kReceiversSizeMax = limits::kMiB;

// One insurer number a line; what stands behind a comma or blank is for people; # begins a remark.
Result<std::vector<std::string>> read_receivers(const std::string& path) {
  TRY(const Bytes text, read_file(path, kReceiversSizeMax));
  std::vector<std::string> out;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    line = line.substr(0, line.find_first_of(", \t\r#"));
    if (!line.empty()) out.emplace_back(line);
  }
  if (out.empty()) return fail(Code::kInvalidArgument, path + ": holds no insurer number");
  return out;
}

// Metering: persons a receiver, in CP932 for a spreadsheet.
Bytes metering(const converter::ConversionRecord& record) {
  std::string text = "\"保険者番号\",\"人数\",\"バイト数\",\"SHA-256\"\r\n";
  for (const converter::RecordedOutput& output : record.outputs) {
    text += "\"" + output.receiver + "\",\"" + std::to_string(output.persons) + "\",\"" +
            std::to_string(output.size_bytes) + "\",\"" + output.digest.hex() + "\"\r\n";
  }
  Bytes out;
  converter::append_cp932(out, text);
  return out;
}

Status write_receiver(const Convert& options, const std::string& folder, const std::string& number,
                      const FileSink& sink, const converter::Report& report) {
  const std::string stem = std::filesystem::path(options.file).stem().string();
  const std::string base = (std::filesystem::path(folder) / (stem + "_" + number)).string();
  TRY_STATUS(write_file(base + "_標準.csv", sink.bytes, true, true));
  if (report.messages.empty()) return {};
  return write_file(base + "_確認リスト.csv", converter::render_report_csv(report), true, true);
}

}  // namespace

Status convert_to_receivers(const Context& context, const Convert& options, Desk& desk) {
  TRY(const auto numbers, read_receivers(options.split));
  std::vector<FileSink> sinks(numbers.size());
  std::vector<converter::Receiver> receivers;
  for (std::size_t i = 0; i < numbers.size(); ++i) receivers.push_back({numbers[i], &sinks[i]});
  TRY(const auto source, converter::open_input(desk.file.view(), desk.map));
  TRY(const auto split, converter::convert_split(*source, desk.map, desk.definition, desk.settings,
                                                 crypto::sha256, receivers));
  auto record =
      converter::make_record(desk.map, desk.definition, desk.settings, split.whole, crypto::sha256);
  const std::string folder = options.out.empty() ? default_name(options, "_標準") : options.out;
  TRY_STATUS(make_folder(folder));
  for (std::size_t i = 0; i < numbers.size() && split.whole.delivered; ++i) {
    if (split.deliveries[i].persons == 0) continue;
    const auto number = static_cast<std::uint32_t>(i + 1);
    TRY_STATUS(write_receiver(options, folder, numbers[i], sinks[i],
                              converter::report_for(split.whole.report, number)));
    record.outputs.push_back({numbers[i], split.deliveries[i].persons, sinks[i].bytes.size(),
                              crypto::sha256(sinks[i].bytes)});
  }
  const auto meter_path = (std::filesystem::path(folder) / "件数.csv").string();
  TRY_STATUS(write_file(meter_path, metering(record), true, true));
  TRY_STATUS(write_reports(options, split.whole, record));
  TRY_STATUS(keep_history(options, desk, split.whole));
  return announce(context, split.whole, record, folder);
}

}  // namespace sekisho::tools
