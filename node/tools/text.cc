// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/tools/text.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <optional>

namespace sekisho::tools {
namespace {

using namespace std::chrono;
constexpr hours kJapan(9);  // no daylight saving since 1951

struct StateText {
  std::string_view state, japanese, english;
};
constexpr std::array kStates{
    StateText{"OFFERED", "変換待ち", "waiting for conversion"},
    StateText{"CONVERTED", "未受信", "waiting for the receiver"},
    StateText{"FAILED", "変換エラー（確認リストあり）", "conversion failed (error list)"},
    StateText{"FETCHED", "受信済（受信完了待ち）", "fetched, not confirmed"},
    StateText{"RECEIVED", "受信完了（削除中）", "receipt confirmed, being deleted"},
    StateText{"REJECTED", "返戻（削除中）", "rejected, being deleted"},
    StateText{"WITHDRAWN", "取消（削除中）", "withdrawn, being deleted"},
    StateText{"CLOSED", "完了（全て削除済）", "closed, everything deleted"},
};

std::optional<unsigned> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count) return std::nullopt;
  unsigned value = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value;
}

// U+FF61 to U+FF9F.
bool half_width_katakana(std::string_view character) {
  return character >= "\xEF\xBD\xA1" && character <= "\xEF\xBE\x9F";
}

}  // namespace

std::string time_in_japan(std::uint64_t unix_ms) {
  const sys_time<milliseconds> moment{milliseconds(unix_ms) + kJapan};
  const auto day = floor<days>(moment);
  const year_month_day date(day);
  const hh_mm_ss time(floor<seconds>(moment - day));
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d JST",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return text.data();
}

Result<std::uint64_t> parse_day_in_japan(std::string_view text) {
  const auto year_number = digits(text, 0, 4);
  const auto month_number = digits(text, 5, 2);
  const auto day_number = digits(text, 8, 2);
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !year_number || !month_number ||
      !day_number) {
    return fail(Code::kInvalidArgument, "a day is written YYYY-MM-DD");
  }
  const year_month_day date{year(static_cast<int>(*year_number)), month(*month_number),
                            day(*day_number)};
  if (date.ok()) {
    const auto begin = duration_cast<milliseconds>((sys_days(date) - kJapan).time_since_epoch());
    if (begin.count() >= 0) return static_cast<std::uint64_t>(begin.count());
  }
  return fail(Code::kInvalidArgument, std::string(text) + " is not a day since 1970-01-02");
}

std::string state_text(std::string_view state, Language language) {
  for (const auto& known : kStates) {
    if (known.state == state)
      return std::string(language == Language::kJapanese ? known.japanese : known.english);
  }
  return std::string(state);
}

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto b = static_cast<unsigned char>(utf8[i]);
    if ((b & 0xc0u) == 0x80u) continue;  // continuation byte
    // The scripts we print: three bytes and more are wide, but for half-width katakana.
    width += b >= 0xe0u && !half_width_katakana(utf8.substr(i, 3)) ? 2u : 1u;
  }
  return width;
}

std::string pad_to(std::string_view utf8, std::size_t width) {
  const std::size_t have = display_width(utf8);
  return std::string(utf8) + std::string(have < width ? width - have : 0, ' ');
}

}  // namespace sekisho::tools
