// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/catalog/load_parts.h"
#include "converter/mapfile/toml_scope.h"

namespace sekisho::converter {
namespace {

Status read_identity(const toml::table* table, Definition& out) {
  TomlScope scope(table, "manifest.toml [catalog]");
  out.id = scope.text("id");
  out.version = scope.text("version");
  out.title = scope.text("title");
  out.notice = scope.text_or("notice", "");
  return scope.finish();
}

Status read_output(const toml::table* table, OutputFormat& out) {
  TomlScope scope(table, "manifest.toml [output]");
  constexpr std::array kEncodings = {OutputEncoding::kCp932, OutputEncoding::kUtf8Mark,
                                     OutputEncoding::kUtf8};
  out.formula_guard = scope.choice("formula_guard", {"apostrophe", "none"}) == 0;
  out.encoding = kEncodings[scope.choice("encoding", {"CP932", "UTF-8-BOM", "UTF-8"})];
  out.line_end = scope.choice("line_end", {"CRLF", "LF"}) == 0 ? "\r\n" : "\n";
  out.quote_all = scope.choice("quote", {"minimal", "all"}) == 1;
  out.header = scope.flag_or("header", true);
  out.original_suffix = scope.text_or("original_suffix", out.original_suffix);
  out.unmeasurable = scope.text_or("unmeasurable", out.unmeasurable);
  out.item_size_bytes_max =
      static_cast<std::uint32_t>(scope.integer_or("item_max_bytes", 512, 16, 65'535));
  return scope.finish();
}

Status read_reserve(const toml::table* table, Reserve& out) {
  TomlScope scope(table, "manifest.toml [reserve]");
  out.prefix = scope.text_or("prefix", "予備");
  out.count = scope.integer_or("count", 0, 0, 999);
  return scope.finish();
}

Status read_words(const toml::table* table, SpecialWords& out) {
  TomlScope scope(table, "manifest.toml [special_words]");
  out.not_done = scope.texts("not_done");
  out.unmeasurable = scope.texts("unmeasurable");
  out.no_finding = scope.texts("no_finding");
  return scope.finish();
}

Status read_correlation(const toml::table* table, Definition& out) {
  TomlScope scope(table, "manifest.toml [correlation]");
  if (const toml::array* numbers = scope.array("disabled"); numbers != nullptr) {
    for (const toml::node& node : *numbers) {
      const std::int64_t number = node.value_exact<std::int64_t>().value_or(0);
      if (number < 1 || number > 22) {
        scope.mistake("disabled", "must hold numbers of checks from 1 to 22");
      } else {
        out.checks_disabled |= 1u << number;
      }
    }
  }
  return scope.finish();
}

// [versions] "findings.csv" = "2025.2"
Status read_versions(const toml::table* table, PartVersions& out) {
  TomlScope scope(table, "manifest.toml [versions]");
  for (const char* name : {"findings.csv", "items.csv", "places.csv", "requirements.csv",
                           "result_lists.csv", "units.csv"}) {
    if (scope.has(name)) out[name] = scope.text(name);
  }
  return scope.finish();
}

}  // namespace

Status load_manifest(BytesView bytes, Definition& out, Reserve& reserve, PartVersions& versions) {
  TRY(const toml::table root, parse_toml(bytes, "manifest.toml"));
  TomlScope scope(&root, "manifest.toml");
  TRY_STATUS(read_identity(scope.table("catalog"), out));
  TRY_STATUS(read_output(scope.table("output"), out.output));
  TRY_STATUS(read_reserve(scope.table("reserve"), reserve));
  TRY_STATUS(read_words(scope.table("special_words"), out.words));
  TRY_STATUS(read_versions(scope.table("versions"), versions));
  TRY_STATUS(read_correlation(scope.table("correlation"), out));
  return scope.finish();
}

}  // namespace sekisho::converter
