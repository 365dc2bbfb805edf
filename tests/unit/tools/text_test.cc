// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/tools/text.h"

#include <gtest/gtest.h>

namespace sekisho::tools {
namespace {

TEST(TextTest, TimesAreJapans) {
  EXPECT_EQ(time_in_japan(0), "1970-01-01 09:00:00 JST");
  EXPECT_EQ(time_in_japan(1'735'657'199'999), "2024-12-31 23:59:59 JST");
  EXPECT_EQ(time_in_japan(1'735'657'200'000), "2025-01-01 00:00:00 JST");
}

TEST(TextTest, DaysBeginInJapan) {
  EXPECT_EQ(parse_day_in_japan("2025-01-01").value(), 1'735'657'200'000u);
  EXPECT_EQ(parse_day_in_japan("2024-02-29").value(), 1'709'132'400'000u);
  EXPECT_EQ(time_in_japan(parse_day_in_japan("1970-01-02").value()), "1970-01-02 00:00:00 JST");
}

TEST(TextTest, RefusesWhatIsNoDay) {
  for (const char* text : {"", "2025-1-1", "2025-01-01 ", " 2025-01-0", "2025/01/01", "20250101",
                           "2025-02-29", "2025-13-01", "2025-00-10", "2025-01-00", "+025-01-01",
                           "1970-01-01", "0000-01-01", "2025-01-1x"}) {
    const auto day = parse_day_in_japan(text);
    ASSERT_FALSE(day) << text;
    EXPECT_EQ(day.error().code, Code::kInvalidArgument);
  }
}

TEST(TextTest, EveryStateHasWordsInBothLanguages) {
  for (const char* state : {"OFFERED", "CONVERTED", "FAILED", "FETCHED", "RECEIVED", "REJECTED",
                            "WITHDRAWN", "EXPIRED", "CLOSED"}) {
    EXPECT_NE(state_text(state, Language::kJapanese), state);
    EXPECT_NE(state_text(state, Language::kEnglish), state);
  }
  EXPECT_EQ(state_text("NEW", Language::kEnglish), "NEW");
}

TEST(TextTest, WideCharactersCountTwo) {
  EXPECT_EQ(display_width(""), 0u);
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("受信完了"), 8u);
  EXPECT_EQ(display_width("ﾊﾅｺ"), 3u) << "half-width katakana";
  EXPECT_EQ(display_width("é"), 1u);
}

TEST(TextTest, PadsToColumns) {
  EXPECT_EQ(pad_to("受信", 6), "受信  ");
  EXPECT_EQ(pad_to("too long", 3), "too long");
}

}  // namespace
}  // namespace sekisho::tools
