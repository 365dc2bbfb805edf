// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/definition.h"

#include "tests/unit/converter/mini.h"

namespace sekisho::converter::testing {
namespace {

std::string error_of(const std::map<std::string, Bytes>& files) {
  const auto definition = load_definition(files, sha256);
  return definition ? "" : definition.error().context;
}

std::string error_with(const std::string& file, const std::string& from, const std::string& to) {
  auto files = mini_package();
  const std::size_t at = files[file].find(from);
  EXPECT_NE(at, std::string::npos) << from;
  files[file].replace(at, from.size(), to);
  return error_of(files);
}

TEST(DefinitionTest, LoadsTheMiniPackage) {
  const Definition definition = mini_definition();
  EXPECT_EQ(definition.items.size(), 25u);  // 24 and one reserve item
  EXPECT_EQ(definition.items.back().name, "予備001");
  const Item& height = definition.items[6];
  EXPECT_EQ(height.digits_whole, 3);
  EXPECT_EQ(height.digits_fraction, 1);
  EXPECT_EQ(definition.item_with(Role::kHeight), 6);
  EXPECT_EQ(definition.item_with(Role::kHb), -1);
  EXPECT_EQ(definition.items[9].unit_spellings, (std::vector<std::string>{"mm[Hg]", "mmHg"}));
}

TEST(DefinitionTest, ListsObeyTheirDates) {
  const Definition definition = mini_definition();
  const ResultList& list = definition.lists[0];
  EXPECT_EQ(list.find_code("2", Date{20240331})->term, "いいえ");
  EXPECT_EQ(list.find_code("2", Date{20240401})->term, "以前は吸った");
  EXPECT_EQ(list.find_code("3", Date{20240331}), nullptr);
  EXPECT_EQ(list.find_term("いいえ", Date{20240401})->code, "3");
  EXPECT_EQ(list.find_term("たぶん", Date{20240401}), nullptr);
}

TEST(DefinitionTest, QuietRangeLiesInsideAllLimits) {
  const Definition definition = mini_definition();
  const Item& white = definition.items[11];  // panic at 2000 and 20000
  EXPECT_EQ(white.quiet_min, 2001);
  EXPECT_EQ(white.quiet_max, 19999);
  const Item& height = definition.items[6];
  EXPECT_EQ(height.quiet_min, 1000);
  EXPECT_EQ(height.quiet_max, 2500);
}

TEST(DefinitionTest, DigestCoversNamesAndContents) {
  auto files = mini_package();
  const Digest before = mini_definition(files).digest;
  Bytes expected = "sekisho/catalog/v1";
  expected += '\0';
  for (const auto& [name, content] : files) {
    put_sized(expected, name);
    put_sized(expected, content);
  }
  EXPECT_EQ(before, sha256(expected));
  files["units.csv"] += "\n";
  EXPECT_NE(mini_definition(files).digest, before);
}

TEST(DefinitionTest, MistakesAreNamed) {
  auto files = mini_package();
  files.erase("items.csv");
  EXPECT_THAT(error_of(files), ::testing::HasSubstr("items.csv is missing"));
  files = mini_package();
  files["extra.txt"] = "";
  EXPECT_THAT(error_of(files), ::testing::HasSubstr("extra.txt"));
  EXPECT_THAT(error_with("manifest.toml", "item_max_bytes", "item_bytes"),
              ::testing::HasSubstr("unknown key"));
  EXPECT_THAT(error_with("manifest.toml", "UTF-8", "EBCDIC"), ::testing::HasSubstr("one of"));
  EXPECT_THAT(error_with("items.csv", "2,氏名,,name", "2,氏名,,nam"),
              ::testing::HasSubstr("record 2"));
  EXPECT_THAT(error_with("items.csv", "2,氏名", "3,氏名"), ::testing::HasSubstr("gaps"));
  EXPECT_THAT(error_with("items.csv", "2,氏名", "2,健診日"), ::testing::HasSubstr("two items"));
  EXPECT_THAT(error_with("items.csv", "NNN.N", "NNN,N"), ::testing::HasSubstr("fields"));
  EXPECT_THAT(error_with("items.csv", "smoking", "smokers"),
              ::testing::HasSubstr("result_lists.csv"));
  EXPECT_THAT(error_with("items.csv", "視力左,\n21", "視力中,\n21"), ::testing::HasSubstr("pair"));
  EXPECT_THAT(error_with("items.csv", "weight", "height"), ::testing::HasSubstr("same role"));
  EXPECT_THAT(error_with("result_lists.csv", "2024-04-01", "2024/04/01"),
              ::testing::HasSubstr("valid_from"));
  EXPECT_THAT(error_with("result_lists.csv", "以前は吸った", "é"), ::testing::HasSubstr("CP932"));
  EXPECT_THAT(error_with("findings.csv", "list,term", "lists,term"),
              ::testing::HasSubstr("unknown column"));
}

}  // namespace
}  // namespace sekisho::converter::testing
