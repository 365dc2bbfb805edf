// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/map_file.h"

#include "converter/mapfile/header.h"
#include "tests/unit/converter/mini.h"

namespace sekisho::converter::testing {
namespace {

std::string error_of(const std::string& text) {
  const auto map = load_map(text, mini_definition(), sha256);
  return map ? "" : map.error().context;
}

std::string error_with(const std::string& from, const std::string& to) {
  std::string text = mini_map();
  const std::size_t at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return error_of(text.replace(at, from.size(), to));
}

TEST(MapTest, LoadsTheMiniMap) {
  const Definition definition = mini_definition();
  const MapFile map = load_mini_map(definition);
  EXPECT_EQ(map.columns.size(), 23u);
  EXPECT_EQ(map.columns[6].item, 6);  // found by its code
  EXPECT_EQ(map.columns[11].factor.numerator, 1000);
  EXPECT_EQ(map.digest, sha256(mini_map()));
  EXPECT_EQ(map.column_name(9), "最高#1");
  EXPECT_EQ(map.column_name(99), "column 100");
  // Dates and sex are converted before anything else.
  EXPECT_EQ((std::vector<std::uint32_t>(map.work_order.begin(), map.work_order.begin() + 4)),
            (std::vector<std::uint32_t>{0, 3, 4, 1}));
}

TEST(MapTest, DeclaredHeadersMakeTheHash) {
  std::string text;
  for (std::string_view rest = kMiniHeader; !rest.empty();) {
    const std::size_t comma = rest.find(',');
    text += "\x1F" + std::string(rest.substr(0, comma)) + "\x1E";
    rest = comma == rest.npos ? std::string_view{} : rest.substr(comma + 1);
  }
  const Definition definition = mini_definition();
  EXPECT_EQ(load_mini_map(definition).header_digest, sha256(text));
  const std::string right = "header_sha256 = \"" + sha256(text).hex() + "\"\n";
  EXPECT_EQ(load_mini_map(definition, mini_map(right)).header_digest, sha256(text));
  const std::string wrong = "header_sha256 = \"" + sha256("x").hex() + "\"\n";
  EXPECT_THAT(error_of(mini_map(wrong)), ::testing::HasSubstr("does not fit"));
}

TEST(MapTest, HeaderModes) {
  const HeaderRows group = normalise_header(
      HeaderMode::kGroup, {{"", "身体", "", "血圧 "}, {"日", "身長", " 判定", "　判定"}});
  EXPECT_EQ(group.first, (std::vector<std::string>{"", "身体", "身体", "血圧"}));
  EXPECT_EQ(group.second, (std::vector<std::string>{"日", "身長", "判定", "判定"}));
  const HeaderRows codes =
      normalise_header(HeaderMode::kCodeLabel, {{"9N001", ""}, {"身長", "体重"}});
  EXPECT_EQ(header_text(codes), "9N001\x1F身長\x1E\x1F体重\x1E");
}

TEST(MapTest, ValueTablesKnowDatesAndFolding) {
  const Definition definition = mini_definition();
  const std::string table = R"x(
[[value_table]]
name = "dated"
entries = [["1", "はい", "2024-04-01", ""], ["1", "いいえ", "", "2024-03-31"], ["＋", "強"], ["(+)", "強"]]
)x";
  std::string text = mini_map();
  text.insert(text.find("[[value_table]]"), table);
  const MapFile map = load_mini_map(definition, text);
  const ValueTable& dated = map.tables[0];
  EXPECT_EQ(dated.find("1", Date{20240401})->standard, "はい");
  EXPECT_EQ(dated.find("1", Date{20240331})->standard, "いいえ");
  EXPECT_EQ(dated.find("（+）", Date{20240331}), nullptr);
  EXPECT_EQ(dated.find_folded("(+)", Date{20240331})->standard, "強");
}

TEST(MapTest, FoldedSpellingsThatDisagreeStayExact) {
  const Definition definition = mini_definition();
  std::string text = mini_map();
  text.insert(text.find("[[value_table]]"),
              "[[value_table]]\nname = \"t\"\nentries = [[\"-\", \"なし\"], [\"－\", \"あり\"]]\n");
  const MapFile map = load_mini_map(definition, text);
  EXPECT_EQ(map.tables[0].find("－", Date{20240101})->standard, "あり");
  EXPECT_EQ(map.tables[0].find_folded("-", Date{20240101}), nullptr);
}

TEST(MapTest, MistakesAreNamed) {
  EXPECT_THAT(error_of("[map"), ::testing::HasSubstr("line 1"));
  EXPECT_THAT(error_with("catalog = \"mini\"", "catalog = \"other\""),
              ::testing::HasSubstr("other"));
  EXPECT_THAT(error_with("number = 23", "number = 24"), ::testing::HasSubstr("number"));
  EXPECT_THAT(error_with("number = 23", "number = 22"), ::testing::HasSubstr("declared twice"));
  EXPECT_THAT(error_with("header = \"PSA\"", "haeder = \"PSA\""),
              ::testing::HasSubstr("unknown key"));
  EXPECT_THAT(error_with("item = \"PSA\"", "item = \"PSB\""), ::testing::HasSubstr("no item"));
  EXPECT_THAT(error_with("factor = \"1000\"", "factor = \"1e3\""), ::testing::HasSubstr("exact"));
  EXPECT_THAT(error_with("factor = \"1000\"", "note = \"\""),
              ::testing::HasSubstr("state a factor"));
  EXPECT_THAT(error_with("table = \"judge\"", "table = \"jugde\""),
              ::testing::HasSubstr("no value_table"));
  EXPECT_THAT(error_with("table = \"judge\"", "note = \"\""),
              ::testing::HasSubstr("needs a table"));
  EXPECT_THAT(error_with("[\"A\", \"異常なし\"]", "[\"A\"]"), ::testing::HasSubstr("entries"));
  EXPECT_THAT(error_with("[\"A\", \"異常なし\"]", "[\"A\", \"é\"]"), ::testing::HasSubstr("CP932"));
  EXPECT_THAT(error_with("[\"男\", \"男性\"]", "[\"1\", \"女性\"]"),
              ::testing::HasSubstr("two standards"));
  EXPECT_THAT(error_with("columns = 23", "columns = 24"), ::testing::HasSubstr("header_sha256"));
  EXPECT_THAT(
      error_with("code = \"9N001000000000001\"", "item = \"体重\"\ncode = \"9N001000000000001\""),
      ::testing::HasSubstr("no code of item"));
  EXPECT_THAT(error_with("item = \"喫煙\"\ncodes = true", "item = \"喫煙\"\ntable = \"judge\""),
              ::testing::HasSubstr("no term of list"));
}

TEST(MapTest, ShippedMapsLoadAgainstTheShippedCatalog) {
  const std::string data = SEKISHO_SOURCE_DIR "/converter/data/";
  const auto definition = load_definition(read_package(data + "catalog/example-kenshin-1"), sha256);
  ASSERT_TRUE(definition.has_value()) << definition.error().context;
  int maps = 0;
  for (const auto& entry : std::filesystem::directory_iterator(data + "maps")) {
    if (entry.path().extension() != ".toml") continue;
    const auto map = load_map(read_file(entry.path()), *definition, sha256);
    EXPECT_TRUE(map.has_value()) << entry.path() << map.error().context;
    ++maps;
  }
  EXPECT_GE(maps, 6);
}

}  // namespace
}  // namespace sekisho::converter::testing
