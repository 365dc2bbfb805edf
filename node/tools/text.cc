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

struct Word {
  std::string_view name, japanese, english;
};
constexpr std::array kStates{
    Word{"OFFERED", "変換待ち", "waiting for conversion"},
    Word{"CONVERTED", "未受信", "waiting for the receiver"},
    Word{"FAILED", "変換エラー（確認リストあり）", "conversion failed (error list)"},
    Word{"FETCHED", "受信済（受信完了待ち）", "fetched, not confirmed"},
    Word{"RECEIVED", "受信完了（削除中）", "receipt confirmed, being deleted"},
    Word{"REJECTED", "返戻（削除中）", "rejected, being deleted"},
    Word{"WITHDRAWN", "取消（削除中）", "withdrawn, being deleted"},
    Word{"EXPIRED", "期限切れ（削除中）", "expired, being deleted"},
    Word{"CLOSED", "完了（全て削除済）", "closed, everything deleted"},
};
constexpr std::array kWords{
    Word{"INSTITUTION", "健診機関", "institution"},
    Word{"INSURER", "保険者", "insurer"},
    Word{"MUNICIPALITY", "市町村", "municipality"},
    Word{"EMPLOYER", "事業者", "employer"},
    Word{"MEDICAL", "医療機関", "medical"},
    Word{"AGENT", "代行機関", "agent"},
    Word{"SECRETARIAT", "事務局", "secretariat"},
    Word{"AUDITOR", "監査", "auditor"},
    Word{"ACTIVE", "有効", "active"},
    Word{"SUSPENDED", "停止中", "suspended"},
    Word{"INPUT", "原本", "original"},
    Word{"OUTPUT", "標準CSV", "standard CSV"},
    Word{"REPORT", "確認リスト", "error list"},
    Word{"HELD", "保管中", "held"},
    Word{"PURGING", "削除待ち", "to be deleted"},
    Word{"DELETED", "削除済", "deleted"},
    Word{"PENDING", "承認待ち", "waiting for approval"},
    Word{"APPROVED", "承認済", "approved"},
    Word{"RETIRED", "廃止", "retired"},
    Word{"RECEIVED", "受信完了", "receipt confirmed"},
    Word{"REJECTED", "返戻", "sent back"},
    Word{"WITHDRAWN", "取消", "withdrawn"},
    Word{"EXPIRED", "期限切れ", "expired"},
    Word{"FAILED", "変換エラー", "conversion failed"},
    Word{"ROUTINE", "通常", "routine"},
    Word{"SENSITIVE", "重要", "sensitive"},
    Word{"CONSTITUTIONAL", "規約", "constitutional"},
    Word{"LEADER", "リーダー", "leader"},
    Word{"FOLLOWER", "フォロワー", "follower"},
    Word{"CANDIDATE", "選挙中", "candidate"},
};

template <typename Words>
std::string find_word(const Words& words, std::string_view name, Language language) {
  for (const Word& known : words) {
    if (known.name == name)
      return std::string(language == Language::kJapanese ? known.japanese : known.english);
  }
  return std::string(name);
}

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
  return find_word(kStates, state, language);
}

std::string word_text(std::string_view name, Language language) {
  return find_word(kWords, name, language);
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
