// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "converter/convert.h"
#include "node/base/folder.h"
#include "node/base/limits.h"
#include "node/crypto/hash.h"
#include "node/tools/files.h"
#include "node/tools/node_client.h"
#include "node/tools/text.h"
#include "node/tools/verbs.h"

// map check, register, list.
namespace sekisho::tools {
namespace {

namespace json = boost::json;

struct Loaded {
  Bytes text;
  converter::Definition definition;
  converter::MapFile map;
};

Result<Loaded> load(const std::string& map_path, const std::string& catalog_path) {
  Loaded loaded;
  TRY(const auto package, read_folder(catalog_path, 16 * limits::kMiB));
  TRY(loaded.definition, converter::load_definition(package, crypto::sha256));
  TRY(loaded.text, read_file(map_path, limits::kMapFileSizeMax));
  auto map = converter::load_map(loaded.text, loaded.definition, crypto::sha256);
  if (!map) return fail(map.error().within(map_path));
  loaded.map = std::move(*map);
  return loaded;
}

std::string_view fate_of(const converter::Column& column, const Console& console) {
  if (!column.declared) return console.pick("未割当", "unmapped");
  switch (column.role) {
    case converter::ColumnRole::kValue:
      return console.pick("変換", "converted");
    case converter::ColumnRole::kJudgement:
      return console.pick("判定", "judgement");
    case converter::ColumnRole::kLower:
    case converter::ColumnRole::kUpper:
      return console.pick("基準値（変換しない）", "reference limit, not converted");
    case converter::ColumnRole::kUnmapped:
      return console.pick("未割当", "unmapped");
    case converter::ColumnRole::kMethod:
    case converter::ColumnRole::kUnit:
    case converter::ColumnRole::kQualifier:
      return console.pick("他の列の説明", "describes another column");
    case converter::ColumnRole::kIgnore:
      return console.pick("対象外（指定）", "ignored on purpose");
  }
  return "";
}

void print_columns(const Loaded& loaded, const Console& console) {
  for (std::uint32_t i = 0; i < loaded.map.columns.size(); ++i) {
    const auto& column = loaded.map.columns[i];
    const std::string item =
        column.item < 0
            ? ""
            : "  → " + loaded.definition.items[static_cast<std::size_t>(column.item)].name;
    console.print(pad_to(std::to_string(i + 1), 6) + pad_to(loaded.map.column_name(i), 36) + "  " +
                  pad_to(fate_of(column, console), 22) + item);
  }
}

// A trial run on a sample: what would happen to each person, without writing anything.
Status try_sample(const Loaded& loaded, const std::string& path, const Console& console) {
  TRY(const Secret file, read_secret_file(path, limits::kFileSizeMax));
  converter::Options options;
  options.conversion_date = converter::Date{99991231};
  auto converted =
      converter::convert_bytes(file.view(), loaded.map, loaded.definition, options, crypto::sha256);
  wipe(converted.output);
  const auto& counts = converted.outcome.counts;
  console.say(
      "見本ファイル: " + std::to_string(counts.rows_in) + " 行、変換できる人 " +
          std::to_string(counts.persons_out) + "、保留 " + std::to_string(counts.persons_held),
      "Sample: " + std::to_string(counts.rows_in) + " rows, " + std::to_string(counts.persons_out) +
          " persons convert, " + std::to_string(counts.persons_held) + " held back");
  for (const auto& [code, count] : converted.outcome.report.counts)
    console.print("  " + pad_to(code, 24) + std::to_string(count));
  return {};
}

}  // namespace

Status map_check(const Context& context, const MapCheck& options) {
  const Console& console = context.console;
  TRY(const auto loaded, load(options.map, options.catalog));
  std::uint64_t unmapped = 0;
  for (const auto& column : loaded.map.columns) {
    const bool open = !column.declared || column.role == converter::ColumnRole::kUnmapped;
    unmapped += open ? 1 : 0;
  }
  if (!console.json()) {
    print_columns(loaded, console);
    if (!options.file.empty()) TRY_STATUS(try_sample(loaded, options.file, console));
  }
  console.say(
      "変換テーブル「" + loaded.map.title + "」に誤りはありません。列 " +
          std::to_string(loaded.map.columns.size()) + "、未割当 " + std::to_string(unmapped),
      "Map \"" + loaded.map.title + "\" is sound: " + std::to_string(loaded.map.columns.size()) +
          " columns, " + std::to_string(unmapped) + " unmapped");
  console.result(json::serialize(json::value{{"map_id", loaded.map.id},
                                             {"version", loaded.map.version},
                                             {"digest", loaded.map.digest.hex()},
                                             {"columns", loaded.map.columns.size()},
                                             {"unmapped", unmapped}}));
  return {};
}

Status map_register(const Context& context, const MapRegister& options) {
  const Console& console = context.console;
  TRY(const auto loaded, load(options.map, options.catalog));
  std::uint32_t version = 0;
  for (const char c : loaded.map.version) {
    if (c < '0' || c > '9' || version > 100'000'000)
      return fail(Code::kInvalidArgument,
                  "the map's version must be a whole number to be registered");
    version = version * 10 + static_cast<std::uint32_t>(c - '0');
  }
  TRY(auto profile, Profile::open(context));
  TRY(auto client, NodeClient::connect(profile, console, Person::kOperator));
  const Digest digest = crypto::sha256(loaded.text);
  TRY(const auto receipt, client.upload(digest, loaded.text));
  auto operation = client.make_operation();
  auto& payload = *operation.mutable_register_map();
  payload.set_map_id(loaded.map.id);
  payload.set_version(version);
  payload.mutable_map()->set_blob_id(Bytes(digest.view()));
  payload.mutable_map()->set_size_bytes(loaded.text.size());
  payload.set_catalog_id(loaded.definition.id);
  payload.set_title(loaded.map.title);
  *payload.add_receipts() = receipt;
  TRY(const auto outcome, client.submit(operation));
  console.say("変換テーブルを登録しました。事務局の承認を待っています。識別値: " + digest.hex(),
              "Map registered; it waits for the secretariat's approval. Digest: " + digest.hex());
  console.result(
      json::serialize(json::value{{"map_digest", digest.hex()}, {"index", outcome.index}}));
  return {};
}

Status map_list(const Context& context) {
  TRY(auto profile, Profile::open(context));
  TRY(auto client, NodeClient::connect(profile, context.console, Person::kOperator));
  TRY(const auto answer, client.get("/v1/maps"));
  context.console.result(json::serialize(answer));
  if (context.console.json()) return {};
  TRY(const auto* maps, array_field(answer, "maps"));
  for (const auto& map : *maps) {
    context.console.print(
        text_field(map, "map_digest").value_or("") + "  " +
        pad_to(text_field(map, "owner").value_or(""), 16) + "  " +
        pad_to(text_field(map, "map_id").value_or("") + "@" +
                   std::to_string(number_field(map, "version").value_or(0)),
               24) +
        "  " +
        pad_to(word_text(text_field(map, "status").value_or(""), context.console.language()), 20) +
        "  " + text_field(map, "title").value_or(""));
  }
  return {};
}

}  // namespace sekisho::tools
