// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "converter/mapfile/header.h"
#include "converter/mapfile/map_parts.h"
#include "converter/text/fold.h"

namespace sekisho::converter {
namespace {

constexpr std::int64_t kColumnsMax = 20'000;

Date read_date(TomlScope& scope, std::string_view key) {
  const std::string text = scope.text_or(key, "");
  if (text.empty()) return {};
  const auto date = parse_iso_date(text);
  if (!date) scope.mistake(key, "must be a date like \"2024-04-01\", in quotes");
  return date.value_or(Date{});
}

std::vector<Role> read_roles(TomlScope& scope, std::string_view key) {
  std::vector<Role> out;
  for (const std::string& word : scope.texts(key)) {
    const auto role = role_of(word);
    if (!role || *role == Role::kNone) {
      scope.mistake(key, "\"" + word + "\" is no role of items; see docs/catalog-format.md");
    } else {
      out.push_back(*role);
    }
  }
  return out;
}

Encoding read_encoding(TomlScope& scope, std::string_view name, std::string_view key) {
  constexpr std::array<std::pair<std::string_view, Encoding>, 6> kNames = {
      {{"CP932", Encoding::kCp932},
       {"UTF-8", Encoding::kUtf8},
       {"UTF-8-BOM", Encoding::kUtf8Mark},
       {"UTF-16LE", Encoding::kUtf16Le},
       {"UTF-16BE", Encoding::kUtf16Be},
       {"EUC-JP", Encoding::kEucJp}}};
  for (const auto& [known, encoding] : kNames) {
    if (known == name) return encoding;
  }
  scope.mistake(key, "must be one of: CP932, UTF-8, UTF-8-BOM, UTF-16LE, UTF-16BE, EUC-JP");
  return Encoding::kCp932;
}

// Which records of the file are header and data, counted from 1.
void read_places(TomlScope& scope, MapFile& out) {
  constexpr std::int64_t kPlaceMax = 1'000;
  const std::size_t header = header_record_count(out.header_mode);
  const std::int64_t header_row = scope.integer_or("header_row", 1, 1, kPlaceMax);
  out.records_before_header = static_cast<std::uint32_t>(header_row - 1);
  const std::int64_t first = header_row + static_cast<std::int64_t>(header);
  const std::int64_t data_row = scope.integer_or("data_row", first, 1, kPlaceMax + 2);
  if (data_row < first) scope.mistake("data_row", "must be behind the header");
  if (data_row >= first) out.records_after_header = static_cast<std::uint32_t>(data_row - first);
}

void add_words(const std::vector<std::string>& words, SpecialWord kind, TextMap& out) {
  for (const std::string& word : words) {
    out.insert(word, static_cast<std::uint32_t>(kind));
    out.insert(folded(word), static_cast<std::uint32_t>(kind));
  }
}

}  // namespace

Status read_identity(const toml::table* table, MapFile& out, RawMap& raw) {
  TomlScope scope(table, "map");
  out.id = scope.text("id");
  out.version = scope.text("version");
  out.title = scope.text_or("title", "");
  out.owner = scope.text_or("owner", "");
  out.system = scope.text_or("system", "");
  raw.catalog = scope.text("catalog");
  out.valid = {read_date(scope, "valid_from"), read_date(scope, "valid_to")};
  return scope.finish();
}

Status read_input(const toml::table* table, MapFile& out, RawMap& raw) {
  TomlScope scope(table, "input");
  constexpr std::array kModes = {HeaderMode::kSingle, HeaderMode::kNone, HeaderMode::kGroup,
                                 HeaderMode::kCodeLabel};
  out.encoding = read_encoding(scope, scope.text_or("encoding", "CP932"), "encoding");
  for (const std::string& name : scope.texts("encoding_fallback")) {
    out.encoding_fallback.push_back(read_encoding(scope, name, "encoding_fallback"));
  }
  constexpr std::array kDelimiters = {',', '\t', ';', '|'};
  out.delimiter = kDelimiters[scope.choice("delimiter", {",", "\t", ";", "|"})];
  out.quote = scope.choice("quote", {"\"", "none"}) == 0 ? '"' : kNoQuote;
  constexpr std::array kLayouts = {Layout::kColumns, Layout::kJma, Layout::kFixed, Layout::kHc08};
  out.layout = kLayouts[scope.choice("layout", {"columns", "jma", "fixed", "hc08"})];
  const bool jma = out.has_groups();
  out.header_mode = kModes[scope.choice("header_mode", {"single", "none", "group", "code-label"})];
  if (out.layout == Layout::kHc08 && !scope.has("header_mode")) out.header_mode = HeaderMode::kNone;
  if (jma && out.header_mode != HeaderMode::kNone) {
    scope.mistake("header_mode", "must be \"none\" for layouts jma and hc08");
  }
  out.column_count =
      static_cast<std::uint32_t>(scope.integer_or("columns", jma ? 13 : 0, 0, kColumnsMax));
  read_places(scope, out);
  if (!jma && out.column_count == 0) scope.mistake("columns", "is required: fields of a record");
  raw.header_sha256 = scope.text_or("header_sha256", "");
  out.trailing_delimiter_ignored = scope.choice("trailing_delimiter", {"reject", "ignore"}) == 1;
  out.short_rows_padded = scope.choice("short_rows", {"reject", "pad"}) == 1;
  if (out.header_mode == HeaderMode::kNone && !out.encoding_fallback.empty()) {
    scope.mistake("encoding_fallback", "needs a header that proves the encoding");
  }
  if (out.layout == Layout::kFixed && !out.encoding_fallback.empty()) {
    scope.mistake("encoding_fallback", "widths in bytes hold for one encoding only");
  }
  if (out.layout == Layout::kFixed &&
      (out.encoding == Encoding::kUtf16Le || out.encoding == Encoding::kUtf16Be)) {
    scope.mistake("encoding", "UTF-16 has no lines of fixed width");
  }
  if (out.delimiter == '|' && out.encoding == Encoding::kCp932) {
    scope.mistake("delimiter", "\"|\" is a part of characters in CP932");
  }
  return scope.finish();
}

Status read_policy(const toml::table* table, Policy& out) {
  TomlScope scope(table, "policy");
  out.duplicate_row_hold = scope.choice("duplicate_row", {"skip", "hold"}) == 1;
  out.duplicate_person_hold = scope.choice("duplicate_person", {"hold", "warn"}) == 0;
  out.round_extra_decimals = scope.choice("extra_decimals", {"keep", "round"}) == 1;
  out.required = {Role::kExamDate, Role::kName, Role::kBirthDate, Role::kSex};
  if (scope.has("required")) out.required = read_roles(scope, "required");
  out.voucher_replaces = read_roles(scope, "voucher_replaces");
  out.requirements = scope.texts("requirements");
  return scope.finish();
}

Status read_special_words(const toml::table* table, const SpecialWords& defaults, MapFile& out) {
  TomlScope scope(table, "special_words");
  const auto words = [&](std::string_view key, const std::vector<std::string>& otherwise) {
    return scope.has(key) ? scope.texts(key) : otherwise;
  };
  add_words(words("not_done", defaults.not_done), SpecialWord::kNotDone, out.special_words);
  add_words(words("unmeasurable", defaults.unmeasurable), SpecialWord::kUnmeasurable,
            out.special_words);
  add_words(words("no_finding", defaults.no_finding), SpecialWord::kNoFinding, out.special_words);
  return scope.finish();
}

}  // namespace sekisho::converter
