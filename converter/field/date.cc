// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/field/date.h"

#include <array>

#include "converter/text/fold.h"

namespace sekisho::converter {
namespace {

struct Era {
  char letter;
  std::string_view name;
  std::int32_t base;  // year 1 is base + 1
  Date first;
  Date last;
};

// The day of a change belongs to both where the law let it: 1912-07-30 and 1926-12-25.
constexpr std::array<Era, 5> kEras = {{
    {'M', "明治", 1867, {18680125}, {19120730}},
    {'T', "大正", 1911, {19120730}, {19261225}},
    {'S', "昭和", 1925, {19261225}, {19890107}},
    {'H', "平成", 1988, {19890108}, {20190430}},
    {'R', "令和", 2018, {20190501}, {99991231}},
}};

bool is_leap(std::int32_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

std::int32_t days_of(std::int32_t year, std::int32_t month) {
  constexpr std::array<std::int32_t, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

// Reads the text from the left; every method says whether it found what it was asked for.
class Cursor {
 public:
  explicit Cursor(std::string_view rest) : rest_(rest) {}

  bool digits(std::size_t min, std::size_t max, std::int32_t& value) {
    std::size_t n = 0;
    value = 0;
    while (n < max && n < rest_.size() && rest_[n] >= '0' && rest_[n] <= '9') {
      value = value * 10 + (rest_[n++] - '0');
    }
    rest_.remove_prefix(n);
    return n >= min;
  }
  bool word(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

struct Parts {
  std::int32_t year = 0;
  std::int32_t month = 0;
  std::int32_t day = 0;
};

bool read_ymd8(Cursor at, Parts& out) {
  return at.digits(4, 4, out.year) && at.digits(2, 2, out.month) && at.digits(2, 2, out.day) &&
         at.at_end();
}

bool read_marked(Cursor at, std::string_view mark, Parts& out) {
  return at.digits(4, 4, out.year) && at.word(mark) && at.digits(1, 2, out.month) &&
         at.word(mark) && at.digits(1, 2, out.day) && at.at_end();
}

bool read_kanji_tail(Cursor& at, Parts& out) {
  return at.word("年") && at.digits(1, 2, out.month) && at.word("月") && at.digits(1, 2, out.day) &&
         at.word("日") && at.at_end();
}

bool read_kanji(Cursor at, Parts& out) {
  return at.digits(4, 4, out.year) && read_kanji_tail(at, out);
}

const Era* era_by_letter(Cursor& at) {
  for (const Era& era : kEras) {
    const char small = static_cast<char>(era.letter - 'A' + 'a');
    if (at.word({&era.letter, 1}) || at.word({&small, 1})) return &era;
  }
  return nullptr;
}

const Era* era_by_name(Cursor& at) {
  for (const Era& era : kEras) {
    if (at.word(era.name)) return &era;
  }
  return nullptr;
}

bool read_era7(Cursor at, const Era*& era, Parts& out) {
  era = era_by_letter(at);
  return era != nullptr && at.digits(2, 2, out.year) && at.digits(2, 2, out.month) &&
         at.digits(2, 2, out.day) && at.at_end();
}

bool read_era_marked(Cursor at, std::string_view mark, const Era*& era, Parts& out) {
  era = era_by_letter(at);
  return era != nullptr && at.digits(1, 2, out.year) && at.word(mark) &&
         at.digits(1, 2, out.month) && at.word(mark) && at.digits(1, 2, out.day) && at.at_end();
}

bool read_era_kanji(Cursor at, const Era*& era, Parts& out) {
  era = era_by_name(at);
  if (era == nullptr) return false;
  if (at.word("元")) {
    out.year = 1;
  } else if (!at.digits(1, 2, out.year)) {
    return false;
  }
  return read_kanji_tail(at, out);
}

std::optional<Date> in_era(const Era& era, const Parts& parts) {
  if (parts.year < 1) return {};
  const auto date = make_date(era.base + parts.year, parts.month, parts.day);
  if (!date || *date < era.first || *date > era.last) return {};
  return date;
}

// Folded and without blanks; dates that are plain digits and marks need no copy.
std::string_view cleaned(std::string_view text, std::string& scratch) {
  bool plain = true;
  for (const char c : text) plain = plain && c > ' ' && c <= '~';
  if (plain) return text;
  std::string wide;
  fold(text, wide);
  scratch.clear();
  for (const char c : wide) {
    if (c != ' ' && c != '\t') scratch.push_back(c);
  }
  return scratch;
}

constexpr std::array<std::pair<std::string_view, std::uint16_t>, 13> kFormNames = {{
    {"YYYYMMDD", kFormYmd8},
    {"YYYY/M/D", kFormSlash},
    {"YYYY/MM/DD", kFormSlash},
    {"YYYY-M-D", kFormHyphen},
    {"YYYY-MM-DD", kFormHyphen},
    {"YYYY.M.D", kFormDot},
    {"YYYY.MM.DD", kFormDot},
    {"YYYY年M月D日", kFormKanji},
    {"GYYMMDD", kFormEra7},
    {"GY.M.D", kFormEraDot},
    {"GY/M/D", kFormEraSlash},
    {"元号Y年M月D日", kFormEraKanji},
    {"元号Y年M月D日 (元年)", kFormEraKanji},
}};

}  // namespace

std::string Date::to_string() const {
  std::string out(8, '0');
  std::int32_t rest = yyyymmdd;
  for (std::size_t i = 8; i-- > 0; rest /= 10) out[i] = static_cast<char>('0' + rest % 10);
  return out;
}

std::optional<Date> make_date(std::int32_t year, std::int32_t month, std::int32_t day) {
  if (year < 1868 || year > 9999 || month < 1 || month > 12 || day < 1) return {};
  if (day > days_of(year, month)) return {};
  return Date{year * 10000 + month * 100 + day};
}

std::optional<Date> parse_iso_date(std::string_view text) {
  if (text.size() != 10) return {};
  return parse_date(text, kFormHyphen);
}

std::int32_t age_at(Date birth, Date day) {
  const bool had_birthday = day.yyyymmdd % 10000 >= birth.yyyymmdd % 10000;
  return day.year() - birth.year() - (had_birthday ? 0 : 1);
}

std::optional<std::uint16_t> date_form_of(std::string_view name) {
  for (const auto& [known, form] : kFormNames) {
    if (known == name) return form;
  }
  return {};
}

std::optional<Date> parse_date(std::string_view text, std::uint16_t forms) {
  std::string scratch;
  const Cursor at(cleaned(text, scratch));
  const auto accepts = [&](DateForm form) { return (forms & form) != 0; };
  Parts parts;
  const Era* era = nullptr;
  if ((accepts(kFormYmd8) && read_ymd8(at, parts)) ||
      (accepts(kFormSlash) && read_marked(at, "/", parts)) ||
      (accepts(kFormHyphen) && read_marked(at, "-", parts)) ||
      (accepts(kFormDot) && read_marked(at, ".", parts)) ||
      (accepts(kFormKanji) && read_kanji(at, parts))) {
    return make_date(parts.year, parts.month, parts.day);
  }
  if ((accepts(kFormEra7) && read_era7(at, era, parts)) ||
      (accepts(kFormEraDot) && read_era_marked(at, ".", era, parts)) ||
      (accepts(kFormEraSlash) && read_era_marked(at, "/", era, parts)) ||
      (accepts(kFormEraKanji) && read_era_kanji(at, era, parts))) {
    return in_era(*era, parts);
  }
  return {};
}

}  // namespace sekisho::converter
