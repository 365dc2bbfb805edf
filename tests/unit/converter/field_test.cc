// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "converter/field/date.h"
#include "converter/field/decimal.h"
#include "converter/field/identifiers.h"
#include "converter/field/number.h"

namespace sekisho::converter {
namespace {

Decimal decimal(std::string_view text) {
  const auto value = parse_decimal(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value.value_or(Decimal{});
}

TEST(DecimalTest, ParsesAndPrints) {
  for (const char* text : {"0", "0.1", "12.50", "-3.004", "999999999999999999"}) {
    EXPECT_EQ(decimal(text).to_string(), text);
  }
  EXPECT_EQ(decimal("+55").to_string(), "55");
  EXPECT_EQ(decimal(".5").to_string(), "0.5");
  EXPECT_EQ(decimal("007").to_string(), "7");
  for (const char* bad : {"", "-", "1.", "1.2.3", "1e5", "１", "1 ", "1234567890123456789"}) {
    EXPECT_FALSE(parse_decimal(bad).has_value()) << bad;
  }
}

TEST(DecimalTest, ComparesExactlyAtAnyScale) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 20'000; ++i) {
    const auto draw = [&] {
      const auto size =
          static_cast<std::int64_t>(random() % 3 == 0 ? 100'000'000'000'000'000 : 1000);
      return Decimal{static_cast<std::int64_t>(random()) % size,
                     static_cast<std::uint8_t>(random() % 19)};
    };
    const Decimal a = draw();
    const Decimal b = draw();
    const auto scale = std::max(a.scale, b.scale);
    const Int128 difference = scaled(a, scale) - scaled(b, scale);
    EXPECT_EQ(compare(a, b), difference < 0 ? -1 : difference > 0 ? 1 : 0);
    EXPECT_EQ(compare(a, b), -compare(b, a));
  }
}

TEST(DecimalTest, FactorsAreExact) {
  const auto times = [](std::string_view value, std::string_view factor) {
    const auto product = multiply(decimal(value), *parse_rational(factor), 1);
    return product ? product->value.trimmed(0).to_string() + (product->exact ? "" : "~") : "none";
  };
  EXPECT_EQ(times("5.44", "1000"), "5440");
  EXPECT_EQ(times("28", "1/10"), "2.8");
  EXPECT_EQ(times("4.77", "100"), "477");
  EXPECT_EQ(times("1", "1/8"), "0.125");
  EXPECT_EQ(times("1", "1/3"), "0.3~");
  EXPECT_EQ(times("2", "1/3"), "0.7~");
  EXPECT_EQ(times("999999999999999999", "1000000"), "none");
  for (const char* bad : {"", "0", "-1", "1/0", "a", "1/2/3"}) {
    EXPECT_FALSE(parse_rational(bad).has_value()) << bad;
  }
}

TEST(DecimalTest, MultiplyUndoesDivide) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 5'000; ++i) {
    const Decimal value{static_cast<std::int64_t>(random() % 1'000'000),
                        static_cast<std::uint8_t>(random() % 4)};
    const auto there = multiply(value, Rational{125, 2}, 0);
    ASSERT_TRUE(there.has_value());
    const auto back = multiply(there->value, Rational{2, 125}, 0);
    ASSERT_TRUE(back.has_value());
    EXPECT_TRUE(there->exact && back->exact);
    EXPECT_EQ(compare(back->value, value), 0);
  }
}

TEST(DecimalTest, RoundsHalfUp) {
  EXPECT_EQ(rounded(decimal("86.25"), 1).to_string(), "86.3");
  EXPECT_EQ(rounded(decimal("86.24"), 1).to_string(), "86.2");
  EXPECT_EQ(rounded(decimal("-1.5"), 0).to_string(), "-2");
  EXPECT_EQ(rounded(decimal("1.5"), 3).to_string(), "1.5");
}

struct Read {
  std::string value;
  Comparator comparator = Comparator::kNone;
  std::string unit;
};

Read read(std::string_view text) {
  std::string scratch;
  NumberText out;
  if (!read_number(text, scratch, out)) return {"error", Comparator::kNone, ""};
  return {out.value.to_string(), out.comparator, std::string(out.unit)};
}

TEST(NumberTest, SpellingsOfResults) {
  EXPECT_EQ(read("５９．６").value, "59.6");
  EXPECT_EQ(read("1,234,567.8").value, "1234567.8");
  EXPECT_EQ(read(".8").value, "0.8");
  EXPECT_EQ(read("+0.66").value, "0.66");
  EXPECT_EQ(read("17.1mg/dL").unit, "mg/dL");
  EXPECT_EQ(read("356μmol/L").unit, "μmol/L");
  EXPECT_EQ(read("2O").unit, "O");
  EXPECT_EQ(read("1米65").unit, "米65");
  EXPECT_EQ(read("６・２").unit, "・2");
  for (const char* bad : {"abc", "", "-", "<", "未満", "1234567890123456789"}) {
    EXPECT_EQ(read(bad).value, "error") << bad;
  }
}

TEST(NumberTest, Comparators) {
  EXPECT_EQ(read("<0.1").comparator, Comparator::kBelow);
  EXPECT_EQ(read("０．１未満").comparator, Comparator::kBelow);
  EXPECT_EQ(read("<=1.005").comparator, Comparator::kAtMost);
  EXPECT_EQ(read("≦5").comparator, Comparator::kAtMost);
  EXPECT_EQ(read("100以上").comparator, Comparator::kAtLeast);
  EXPECT_EQ(read("＞100").comparator, Comparator::kAbove);
  EXPECT_EQ(read("0.1mg/dL未満").unit, "mg/dL");
  EXPECT_EQ(comparator_word(Comparator::kBelow), "未満");
  EXPECT_EQ(comparator_word(Comparator::kNone), "");
}

TEST(NumberTest, FastLaneAgreesWithTheFullLook) {
  std::mt19937_64 random(3);
  const std::string_view alphabet = "0123456789..+-<, a";
  int fast = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    for (std::uint64_t n = 1 + random() % 6; n > 0; --n)
      text += alphabet[random() % alphabet.size()];
    Decimal plain;
    if (!read_plain_number(text, plain)) continue;
    ++fast;
    const Read slow = read(text);
    EXPECT_EQ(slow.value, plain.to_string()) << text;
    EXPECT_EQ(plain.to_string(), text);
    EXPECT_EQ(slow.unit, "");
  }
  EXPECT_GT(fast, 1000);
}

TEST(DateTest, EveryFormOfOneDay) {
  for (const char* text : {"20240401", "2024/4/1", "2024/04/01", "2024-04-01", "2024.4.1",
                           "2024年4月1日", "R060401", "R6.4.1", "r6.4.1", "R6/4/1", "令和6年4月1日",
                           "令和６年４月１日", "令和 6年 4月 1日", "Ｒ６．４．１"}) {
    const auto date = parse_date(text, kFormAll);
    ASSERT_TRUE(date.has_value()) << text;
    EXPECT_EQ(date->to_string(), "20240401") << text;
  }
}

TEST(DateTest, BoundariesOfEras) {
  const auto day = [](std::string_view text) {
    const auto date = parse_date(text, kFormAll);
    return date ? date->yyyymmdd : 0;
  };
  EXPECT_EQ(day("昭和64年1月7日"), 19890107);
  EXPECT_EQ(day("昭和64年1月8日"), 0);
  EXPECT_EQ(day("平成元年1月8日"), 19890108);
  EXPECT_EQ(day("平成1年1月7日"), 0);
  EXPECT_EQ(day("H31.4.30"), 20190430);
  EXPECT_EQ(day("H31.5.1"), 0);
  EXPECT_EQ(day("令和元年5月1日"), 20190501);
  EXPECT_EQ(day("R1.4.30"), 0);
  EXPECT_EQ(day("T15.12.25"), 19261225);
  EXPECT_EQ(day("S1.12.25"), 19261225);
  EXPECT_EQ(day("大正15年12月26日"), 0);
  EXPECT_EQ(day("M45.7.30"), 19120730);
}

TEST(DateTest, RefusesWhatIsNoDate) {
  for (const char* text : {"55.4.1", "R6.2.30", "20240931", "20230229", "2024/13/1", "2024/0/1", "",
                           "令和", "R0.1.1", "2024/4/1x", "20240401 1", "240401", "2024/4"}) {
    EXPECT_FALSE(parse_date(text, kFormAll).has_value()) << text;
  }
  EXPECT_TRUE(parse_date("20240229", kFormAll).has_value());
  EXPECT_FALSE(parse_date("2024/4/1", kFormYmd8).has_value());
}

TEST(DateTest, EveryDayOfTheErasReadsBack) {
  for (std::int32_t year = 1912; year <= 2030; ++year) {
    for (std::int32_t month = 1; month <= 12; ++month) {
      for (std::int32_t day = 1; day <= 31; ++day) {
        const auto date = make_date(year, month, day);
        if (!date) continue;
        EXPECT_EQ(parse_date(date->to_string(), kFormYmd8), date);
        int eras = 0;
        for (const auto& [letter, base] :
             {std::pair{"M", 1867}, {"T", 1911}, {"S", 1925}, {"H", 1988}, {"R", 2018}}) {
          if (year <= base || year - base > 99) continue;
          const std::string text = letter + std::to_string(year - base) + "." +
                                   std::to_string(month) + "." + std::to_string(day);
          if (const auto era = parse_date(text, kFormEraDot); era) {
            EXPECT_EQ(*era, *date) << text;
            ++eras;
          }
        }
        const bool shared = *date == Date{19120730} || *date == Date{19261225};
        EXPECT_EQ(eras, shared ? 2 : 1) << date->to_string();
      }
    }
  }
}

TEST(DateTest, AgeTurnsOnTheBirthday) {
  EXPECT_EQ(age_at(Date{19800229}, Date{20240228}), 43);
  EXPECT_EQ(age_at(Date{19800229}, Date{20240229}), 44);
  EXPECT_EQ(age_at(Date{20240401}, Date{20240401}), 0);
}

TEST(IdentifierTest, CheckDigits) {
  EXPECT_TRUE(has_valid_check_digit("06990014"));
  EXPECT_FALSE(has_valid_check_digit("06990017"));
  EXPECT_TRUE(has_valid_check_digit("9910000059"));
  EXPECT_EQ(fold_digits(" ０６９９００１４　"), "06990014");
  EXPECT_EQ(fold_digits("0699-014"), "");
}

}  // namespace
}  // namespace sekisho::converter
