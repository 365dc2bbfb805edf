// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "converter/draft/detect.h"
#include "converter/draft/draft.h"
#include "converter/draft/map_diff.h"
#include "converter/draft/trial.h"
#include "node/base/folder.h"
#include "node/base/limits.h"
#include "node/crypto/hash.h"
#include "node/tools/files.h"
#include "node/tools/text.h"
#include "node/tools/verbs.h"

// map draft, test, diff: what helps to make a map file, on this machine only.
namespace sekisho::tools {
namespace {

namespace json = boost::json;

constexpr std::size_t kSynonymsSizeMax = 4 * limits::kMiB;

Result<converter::Definition> load_catalog(const std::string& path) {
  TRY(const auto package, read_folder(path, 16 * limits::kMiB));
  auto definition = converter::load_definition(package, crypto::sha256);
  if (!definition) return fail(definition.error().within(path));
  return definition;
}

Result<converter::Synonyms> load_synonyms(const std::string& path,
                                          const converter::Definition& definition) {
  if (path.empty()) return converter::Synonyms::load("header,item\n", definition);
  TRY(const Bytes csv, read_file(path, kSynonymsSizeMax));
  return converter::Synonyms::load(csv, definition);
}

Result<converter::DraftOptions> draft_options(const MapDraft& options) {
  converter::DraftOptions out;
  out.id = options.id;
  out.owner = options.owner;
  for (int i = 0; i < 6; ++i) {
    const auto encoding = static_cast<converter::Encoding>(i);
    if (options.encoding == converter::encoding_name(encoding)) out.encoding = encoding;
  }
  if (!options.encoding.empty() && !out.encoding) {
    return fail(Code::kInvalidArgument,
                "--encoding: CP932, UTF-8, UTF-8-BOM, UTF-16LE, UTF-16BE or EUC-JP");
  }
  constexpr std::string_view kModes[] = {"none", "single", "group", "code-label"};
  for (int i = 0; i < 4; ++i) {
    if (options.header == kModes[i]) out.header = static_cast<converter::HeaderMode>(i);
  }
  if (!options.header.empty() && !out.header) {
    return fail(Code::kInvalidArgument, "--header: none, single, group or code-label");
  }
  return out;
}

std::string_view fate_word(const converter::Column& column) {
  if (!column.declared) return "unmapped";
  switch (column.role) {
    case converter::ColumnRole::kValue:
    case converter::ColumnRole::kJudgement:
    case converter::ColumnRole::kMethod:
    case converter::ColumnRole::kUnit:
    case converter::ColumnRole::kQualifier:
      return "mapped";
    case converter::ColumnRole::kLower:
    case converter::ColumnRole::kUpper:
    case converter::ColumnRole::kIgnore:
      return "ignored";
    case converter::ColumnRole::kUnmapped:
      return "unmapped";
  }
  return "";
}

std::string_view fate_text(std::string_view word, const Console& console) {
  if (word == "mapped") return console.pick("変換する", "mapped");
  if (word == "ignored") return console.pick("変換しない（指定）", "ignored on purpose");
  return console.pick("未割当", "unmapped");
}

std::string item_name(const converter::MapFile& map, const converter::Column& column,
                      const converter::Definition& definition) {
  if (column.item < 0) return "";
  return map.item_name(definition, static_cast<std::uint32_t>(column.item));
}

std::string shapes_text(const converter::ColumnTrial& trial) {
  std::string out;
  for (const auto& [shape, count] : trial.shapes) {
    out += (out.empty() ? "" : "  ") + shape + " ×" + std::to_string(count);
  }
  return out;
}

std::string messages_text(const converter::ColumnTrial& trial) {
  std::string out;
  for (const auto& [code, count] : trial.messages) {
    out += "  " + code + " ×" + std::to_string(count);
  }
  return out;
}

void print_column(const converter::MapFile& map, const converter::Definition& definition,
                  std::uint32_t i, const converter::ColumnTrial& trial, const Console& console) {
  const auto& column = map.columns[i];
  console.print(pad_to(std::to_string(i + 1), 6) + pad_to(map.column_name(i), 30) + "  " +
                pad_to(fate_text(fate_word(column), console), 20) + "  " +
                pad_to(item_name(map, column, definition), 30) + "  " +
                pad_to(std::to_string(trial.filled), 6) + "  " + shapes_text(trial) +
                messages_text(trial));
}

json::object column_json(const converter::MapFile& map, const converter::Definition& definition,
                         std::uint32_t i, const converter::ColumnTrial& trial) {
  json::array shapes;
  for (const auto& [shape, count] : trial.shapes) {
    shapes.push_back(json::object{{"shape", shape}, {"count", count}});
  }
  json::object messages;
  for (const auto& [code, count] : trial.messages) messages[code] = count;
  return {{"number", i + 1},
          {"column", map.column_name(i)},
          {"fate", fate_word(map.columns[i])},
          {"item", item_name(map, map.columns[i], definition)},
          {"filled", trial.filled},
          {"shapes", std::move(shapes)},
          {"messages", std::move(messages)}};
}

// Reasons of class F hold headers and places, never a person's values.
Status refused(const converter::Report& report) {
  for (const auto& message : report.messages) {
    if (message.message_class != 'F') continue;
    return fail(Code::kFailedPrecondition,
                message.code + " " + message.column + ": " + message.reason + " " + message.action);
  }
  return {};
}

}  // namespace

Status map_draft(const Context& context, const MapDraft& options) {
  const Console& console = context.console;
  TRY(const auto definition, load_catalog(options.catalog));
  TRY(const auto synonyms, load_synonyms(options.synonyms, definition));
  TRY(const auto settings, draft_options(options));
  TRY(const Secret sample, read_secret_file(options.file, limits::kFileSizeMax));
  TRY(const auto draft,
      converter::draft_map(sample.view(), definition, synonyms, settings, crypto::sha256));
  TRY_STATUS(write_file(options.out, draft.toml, false, false));
  console.say("下書きを " + options.out + " に書きました。列 " + std::to_string(draft.columns) +
                  "、項目を提案 " + std::to_string(draft.proposed) + "、人が決める " +
                  std::to_string(draft.undecided) + "。次は map test です。",
              "Draft written to " + options.out + ": " + std::to_string(draft.columns) +
                  " columns, " + std::to_string(draft.proposed) + " proposed, " +
                  std::to_string(draft.undecided) + " for a person to decide. Next: map test.");
  console.result(json::serialize(json::value{{"out", options.out},
                                             {"columns", draft.columns},
                                             {"proposed", draft.proposed},
                                             {"undecided", draft.undecided}}));
  return {};
}

Status map_test(const Context& context, const MapTest& options) {
  const Console& console = context.console;
  TRY(const auto definition, load_catalog(options.catalog));
  TRY(const Bytes text, read_file(options.map, limits::kMapFileSizeMax));
  auto map = converter::load_map(text, definition, crypto::sha256);
  if (!map) return fail(map.error().within(options.map));
  TRY(const Secret sample, read_secret_file(options.file, limits::kFileSizeMax));
  converter::Options settings;
  settings.conversion_date = converter::Date{99991231};
  settings.allow_partial = true;
  map->valid = {};  // a trial asks what the map does, not whether it is in force today
  TRY(const auto trial,
      converter::try_map(sample.view(), *map, definition, settings, crypto::sha256));
  TRY_STATUS(refused(trial.outcome.report));
  json::array columns;
  std::map<std::string_view, std::uint64_t> fates;
  for (std::uint32_t i = 0; i < trial.columns.size(); ++i) {
    ++fates[fate_word(map->columns[i])];
    if (console.json()) {
      columns.push_back(column_json(*map, definition, i, trial.columns[i]));
    } else {
      print_column(*map, definition, i, trial.columns[i], console);
    }
  }
  const auto& counts = trial.outcome.counts;
  console.say("列 " + std::to_string(map->columns.size()) + "：変換する " +
                  std::to_string(fates["mapped"]) + "、変換しない（指定） " +
                  std::to_string(fates["ignored"]) + "、未割当 " +
                  std::to_string(fates["unmapped"]) + "。行 " + std::to_string(counts.rows_in) +
                  "：変換できる人 " + std::to_string(counts.persons_out) + "、保留 " +
                  std::to_string(counts.persons_held),
              std::to_string(map->columns.size()) + " columns: " + std::to_string(fates["mapped"]) +
                  " mapped, " + std::to_string(fates["ignored"]) + " ignored on purpose, " +
                  std::to_string(fates["unmapped"]) + " unmapped. " +
                  std::to_string(counts.rows_in) + " rows: " + std::to_string(counts.persons_out) +
                  " persons convert, " + std::to_string(counts.persons_held) + " held back");
  json::object messages;
  for (const auto& [code, count] : trial.outcome.report.counts) {
    messages[code] = count;
    if (!console.json()) console.print("  " + pad_to(code, 24) + std::to_string(count));
  }
  console.result(json::serialize(json::value{{"columns", columns},
                                             {"mapped", fates["mapped"]},
                                             {"ignored", fates["ignored"]},
                                             {"unmapped", fates["unmapped"]},
                                             {"rows", counts.rows_in},
                                             {"persons_out", counts.persons_out},
                                             {"persons_held", counts.persons_held},
                                             {"messages", messages}}));
  return {};
}

Status map_diff(const Context& context, const MapDiff& options) {
  const Console& console = context.console;
  TRY(const Bytes before, read_file(options.before, limits::kMapFileSizeMax));
  TRY(const Bytes after, read_file(options.after, limits::kMapFileSizeMax));
  TRY(const auto differences, converter::diff_maps(before, after));
  json::array out;
  for (const auto& one : differences) {
    const char sign = one.before.empty() ? '+' : one.after.empty() ? '-' : '~';
    if (!console.json()) {
      console.print(std::string(1, sign) + " " + one.place + ": " + one.before +
                    (sign == '~' ? " → " : "") + one.after);
    }
    out.push_back(json::object{{"place", one.place}, {"before", one.before}, {"after", one.after}});
  }
  console.say("違い " + std::to_string(differences.size()) + " か所",
              std::to_string(differences.size()) + " differences");
  console.result(json::serialize(json::value{{"differences", out}}));
  return {};
}

}  // namespace sekisho::tools
