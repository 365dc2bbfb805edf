// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sekisho::converter {

// A day of the Gregorian calendar as the number YYYYMMDD; 0 is "none". Ordered like the calendar.
struct Date {
  std::int32_t yyyymmdd = 0;

  auto operator<=>(const Date&) const = default;
  [[nodiscard]] bool is_set() const { return yyyymmdd != 0; }
  [[nodiscard]] std::int32_t year() const { return yyyymmdd / 10000; }
  [[nodiscard]] std::int32_t month() const { return yyyymmdd / 100 % 100; }
  [[nodiscard]] std::int32_t day() const { return yyyymmdd % 100; }
  // Eight digits.
  [[nodiscard]] std::string to_string() const;
};

// A day that exists, years 1868 to 9999; nothing otherwise.
[[nodiscard]] std::optional<Date> make_date(std::int32_t year, std::int32_t month,
                                            std::int32_t day);
// "YYYY-MM-DD" exactly, as map files and packages write dates.
[[nodiscard]] std::optional<Date> parse_iso_date(std::string_view text);
// Full years between two days.
[[nodiscard]] std::int32_t age_at(Date birth, Date day);

// Both ends inclusive; an unset end is open.
struct Validity {
  Date from;
  Date to;
  [[nodiscard]] bool holds(Date day) const {
    return (!from.is_set() || day >= from) && (!to.is_set() || day <= to);
  }
};

// Spellings of dates (docs/map-format.md); a column accepts a set of them, kept as a bit mask.
enum DateForm : std::uint16_t {
  kFormYmd8 = 1 << 0,
  kFormSlash = 1 << 1,
  kFormHyphen = 1 << 2,
  kFormDot = 1 << 3,
  kFormKanji = 1 << 4,
  kFormEra7 = 1 << 5,
  kFormEraDot = 1 << 6,
  kFormEraSlash = 1 << 7,
  kFormEraKanji = 1 << 8,
  kFormAll = (1 << 9) - 1,
};

// The bit of a form's name, or nothing.
[[nodiscard]] std::optional<std::uint16_t> date_form_of(std::string_view name);

// Reads a date in one of the accepted forms. Widths are folded and blanks inside removed first. Era
// dates must lie inside their era (昭和64年1月8日 does not); a two-digit year without era is
// refused.
[[nodiscard]] std::optional<Date> parse_date(std::string_view text, std::uint16_t forms);

}  // namespace sekisho::converter
