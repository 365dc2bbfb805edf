// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/draft/detect.h"

#include <algorithm>
#include <array>
#include <optional>

#include "converter/pipeline/jma.h"
#include "converter/text/decode.h"
#include "converter/text/fold.h"
#include "converter/text/utf8.h"

namespace sekisho::converter {
namespace {

constexpr std::size_t kCodeSize = 17;

bool is_between(char32_t code, char32_t low, char32_t high) { return code >= low && code <= high; }

// Kana and kanji speak for an encoding; half-width kana in plenty and private characters are what
// misread bytes look like.
std::int64_t score_of(std::string_view text) {
  std::int64_t score = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const char32_t code = next_char(text, at);
    if (is_between(code, 0x3041, 0x30FE)) score += 2;
    if (is_between(code, 0x4E00, 0x9FFF)) score += 1;
    if (is_between(code, 0xE000, 0xF8FF)) score -= 4;
    if (code < 0x20 && code != '\t' && code != '\r' && code != '\n' && code != 0x1A) score -= 8;
  }
  return score;
}

std::optional<std::int64_t> score_as(Encoding encoding, BytesView sample) {
  std::string text(decoded_size_max(encoding, sample.size()), '\0');
  const DecodeStep step = decode(encoding, sample, true, text.data());
  if (step.invalid) return {};
  return score_of({text.data(), step.written});
}

bool is_code(std::string_view text) {
  return text.size() == kCodeSize && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
         });
}

// A key of a machine: a code, or words in capitals with underscores.
bool is_key(std::string_view text) {
  return is_code(text) ||
         (text.find('_') != text.npos &&
          text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == text.npos);
}

// Numbers and dates are data; names of columns are neither.
bool is_data(std::string_view cell) {
  const std::string text = folded(strip(cell));
  return !text.empty() && !is_code(text) &&
         text.find_first_not_of("0123456789./-,+<>") == text.npos;
}

std::size_t count_cells(const std::vector<std::string>& record, bool (*test)(std::string_view)) {
  return static_cast<std::size_t>(std::count_if(
      record.begin(), record.end(), [&](const std::string& cell) { return test(cell); }));
}

bool is_header(const std::vector<std::string>& record) {
  return count_cells(record, is_data) * 20 <= record.size();
}

}  // namespace

std::string_view encoding_name(Encoding encoding) {
  constexpr std::array<std::string_view, 6> kNames = {"CP932",    "UTF-8",    "UTF-8-BOM",
                                                      "UTF-16LE", "UTF-16BE", "EUC-JP"};
  return kNames[static_cast<std::size_t>(encoding)];
}

Result<Encoding> detect_encoding(BytesView sample) {
  if (sample.starts_with("\xEF\xBB\xBF")) return Encoding::kUtf8Mark;
  if (sample.starts_with("\xFF\xFE")) return Encoding::kUtf16Le;
  if (sample.starts_with("\xFE\xFF")) return Encoding::kUtf16Be;
  // Only with zero bytes can a sample without mark be UTF-16: every file has digits or marks.
  const bool wide = sample.find('\0') != sample.npos;
  constexpr std::array kCandidates = {Encoding::kCp932, Encoding::kUtf8, Encoding::kEucJp,
                                      Encoding::kUtf16Le, Encoding::kUtf16Be};
  std::optional<Encoding> best;
  std::int64_t best_score = 0;
  for (const Encoding candidate : kCandidates) {
    const bool is_wide = candidate == Encoding::kUtf16Le || candidate == Encoding::kUtf16Be;
    if (is_wide != wide) continue;
    const auto score = score_as(candidate, sample);
    if (!score || (best && *score <= best_score)) continue;
    best = candidate;
    best_score = *score;
  }
  if (best) return *best;
  return fail(Code::kInvalidArgument,
              "the sample is text in no encoding that maps may name; state it with --encoding");
}

char detect_delimiter(std::string_view first_line, Encoding encoding) {
  const std::string_view delimiters = encoding == Encoding::kCp932 ? ",\t;" : ",\t;|";
  std::array<std::size_t, 4> counts{};
  bool quoted = false;
  for (const char c : first_line) {
    if (c == '"') quoted = !quoted;
    const std::size_t at = delimiters.find(c);
    if (!quoted && at != delimiters.npos) ++counts[at];
  }
  const auto most = std::max_element(counts.begin(), counts.end());
  return delimiters[static_cast<std::size_t>(most - counts.begin())];
}

bool looks_like_jma(const std::vector<std::vector<std::string>>& records) {
  return !records.empty() && records[0].size() > kJmaLeadingFields &&
         is_jma_field_count(records[0].size()) && is_code(strip(records[0][kJmaLeadingFields]));
}

HeaderMode detect_header_mode(const std::vector<std::vector<std::string>>& records) {
  if (records.empty() || !is_header(records[0])) return HeaderMode::kNone;
  if (count_cells(records[0], is_key) * 2 > records[0].size()) return HeaderMode::kCodeLabel;
  const bool second = records.size() > 2 && is_header(records[1]) && !is_header(records[2]);
  const auto blank = [](std::string_view cell) { return strip(cell).empty(); };
  const bool groups = second && count_cells(records[0], blank) > count_cells(records[1], blank);
  return groups ? HeaderMode::kGroup : HeaderMode::kSingle;
}

}  // namespace sekisho::converter
