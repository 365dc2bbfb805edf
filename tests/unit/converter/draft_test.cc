// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/draft/detect.h"
#include "converter/draft/draft.h"
#include "converter/draft/map_diff.h"
#include "converter/draft/trial.h"
#include "converter/mapfile/header_change.h"
#include "tests/unit/converter/mini.h"

namespace sekisho::converter {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kSynonyms =
    "header,item,note\n受診日,健診日,\nお名前,氏名,\n血圧(高),最高血圧,\n糖,,尿か血か分からない\n"
    "無い項目の名,無い項目,\n";

const Definition& definition() {
  static const Definition loaded = mini_definition();
  return loaded;
}

Synonyms synonyms() { return Synonyms::load(kSynonyms, definition()).value(); }

Draft draft(const std::string& sample, const DraftOptions& options = {"my-map", "", {}, {}}) {
  auto out = draft_map(sample, definition(), synonyms(), options, sha256);
  EXPECT_TRUE(out.has_value()) << out.error().to_string();
  return std::move(out).value_or(Draft{});
}

// The lines of one column of a draft.
std::string column_of(const Draft& draft, int number) {
  const std::string key = "number = " + std::to_string(number) + "\n";
  const std::size_t from = draft.toml.find(key);
  if (from == draft.toml.npos) return "(none)";
  return draft.toml.substr(from, draft.toml.find("[[", from) - from);
}

TEST(SynonymsTest, ExactAfterFoldingAndNeverByLikeness) {
  const Synonyms words = synonyms();
  EXPECT_EQ(words.find("受診日").item, 0);
  EXPECT_EQ(words.find(" 受診日　").item, 0);
  EXPECT_EQ(words.find("ＢＭＩ").item, 8);
  EXPECT_EQ(words.find("血圧（高）").item, 9);
  EXPECT_EQ(words.find("受診").item, -1);
  EXPECT_EQ(words.find("受診日時").item, -1);
  EXPECT_EQ(words.find("糖").item, -1);
  EXPECT_EQ(words.find("糖").why_not, "尿か血か分からない");
  EXPECT_EQ(words.find("無い項目の名").item, -1);
}

TEST(SynonymsTest, OneSpellingHasOneMeaning) {
  EXPECT_FALSE(Synonyms::load("header,item\nｶﾅ,氏名\nカナ,カナ\n", definition()));
  EXPECT_TRUE(Synonyms::load("header,item\nﾅﾏｴ,氏名\nナマエ,氏名\n", definition()));
}

TEST(DetectTest, EncodingsByWhatTheyRead) {
  EXPECT_EQ(*detect_encoding("\xEF\xBB\xBFx"), Encoding::kUtf8Mark);
  EXPECT_EQ(*detect_encoding("氏名,健診日\n見本　太郎,2024\n"), Encoding::kUtf8);
  EXPECT_EQ(*detect_encoding("\x8E\x81\x96\xBC,\x8C\x92\x90\x66\x93\xFA\r\n"), Encoding::kCp932);
  EXPECT_EQ(*detect_encoding("\xBB\xE1\xCC\xBE,\xB7\xF2\xBF\xC7\xC6\xFC\r\n"), Encoding::kEucJp);
  EXPECT_EQ(*detect_encoding("a,b\n1,2\n"), Encoding::kCp932);
  EXPECT_FALSE(detect_encoding("\xFF\xFF\xFF"));
}

TEST(DetectTest, DelimitersAndHeaders) {
  EXPECT_EQ(detect_delimiter("a,b,\"x;;;;;\"", Encoding::kUtf8), ',');
  EXPECT_EQ(detect_delimiter("a\tb\tc,d", Encoding::kCp932), '\t');
  // Found by fuzz_draft: a map of CP932 may not name it.
  EXPECT_EQ(detect_delimiter("a|b", Encoding::kUtf8), '|');
  EXPECT_EQ(detect_delimiter("a|b", Encoding::kCp932), ',');
  using Rows = std::vector<std::vector<std::string>>;
  EXPECT_EQ(detect_header_mode(Rows{{"氏名", "身長"}, {"見本", "170"}}), HeaderMode::kSingle);
  EXPECT_EQ(detect_header_mode(Rows{{"見本", "170"}}), HeaderMode::kNone);
  EXPECT_EQ(detect_header_mode(
                Rows{{"身体", "", "血圧", ""}, {"身長", "体重", "高", "低"}, {"1", "2", "3", "4"}}),
            HeaderMode::kGroup);
  EXPECT_EQ(detect_header_mode(
                Rows{{"9N001000000000001", "NAME_FULL"}, {"身長", "氏名"}, {"170", "見本"}}),
            HeaderMode::kCodeLabel);
}

TEST(DraftTest, ProposesWhatTheHeaderSaysAndNothingElse) {
  const Draft out = draft(
      "受診日,お名前,性別,身長(cm),体重(lb),糖,判定,血圧（高）,喫煙,メモ,生年月日\r\n"
      "2024/05/01,見本　太郎,男,170.5,70,-,A,120,はい,x,S55.2.29\r\n"
      "2024/5/2,見本　花子,女,160,60,+,B,110,はい,y,H1.5.1\r\n");
  EXPECT_THAT(column_of(out, 1), HasSubstr("item = \"健診日\"\ndate_forms = [\"YYYY/M/D\"]"));
  EXPECT_THAT(column_of(out, 2), HasSubstr("item = \"氏名\""));
  EXPECT_THAT(column_of(out, 3), HasSubstr("table = \"性別\""));
  EXPECT_THAT(column_of(out, 4), HasSubstr("item = \"身長\"\nunit = \"cm\""));
  EXPECT_THAT(column_of(out, 5), HasSubstr("UNMAPPED"));  // pounds are nobody's alias
  EXPECT_THAT(column_of(out, 6), HasSubstr("尿か血か分からない"));
  EXPECT_THAT(column_of(out, 7), HasSubstr("判定の対応表を人が作る"));
  EXPECT_THAT(column_of(out, 8), HasSubstr("item = \"最高血圧\""));
  EXPECT_THAT(column_of(out, 9), HasSubstr("item = \"喫煙\""));
  EXPECT_THAT(column_of(out, 10), HasSubstr("UNMAPPED"));
  EXPECT_THAT(column_of(out, 11), HasSubstr("date_forms = [\"GY.M.D\"]"));
  EXPECT_EQ(out.proposed, 7u);
  EXPECT_EQ(out.undecided, 4u);
  // No person's values, no guess for coded answers.
  EXPECT_THAT(out.toml, Not(HasSubstr("見本")));
  EXPECT_THAT(out.toml, Not(HasSubstr("170.5")));
}

TEST(DraftTest, CodedAnswersWaitForAPerson) {
  const Draft out = draft("喫煙,氏名\n1,見本\n2,見本\n");
  EXPECT_THAT(out.toml, HasSubstr("# [\"1\", \"\"],"));
  EXPECT_THAT(out.toml, Not(HasSubstr("codes = true")));
}

TEST(DraftTest, TwoColumnsForOneItemAreAPersonsChoice) {
  const Draft out = draft("氏名,お名前,身長,身長\n見本,見本,170,171\n");
  EXPECT_EQ(out.proposed, 0u);
  EXPECT_THAT(column_of(out, 1), HasSubstr("同じ項目を指す列が他にもある"));
  EXPECT_THAT(column_of(out, 4), HasSubstr("occurrence = 2\nrole = \"UNMAPPED\""));
}

TEST(DraftTest, ATrailingDelimiterIsSeen) {
  const Draft out = draft("氏名,身長,\n見本,170,\n");
  EXPECT_THAT(out.toml, HasSubstr("columns = 2\ntrailing_delimiter = \"ignore\""));
}

TEST(DraftTest, ADraftCanBeTried) {
  const std::string sample = mini_file({MiniRecord()});
  const Draft out = draft(sample);
  const auto map = load_map(out.toml, definition(), sha256);
  ASSERT_TRUE(map) << map.error().to_string();
  const auto trial = try_map(sample, *map, definition(), mini_options(), sha256);
  ASSERT_TRUE(trial);
  EXPECT_EQ(trial->outcome.counts.persons_out, 1u);
  ASSERT_EQ(trial->columns.size(), 23u);
  EXPECT_EQ(trial->columns[1].filled, 1u);
  EXPECT_THAT(trial->columns[1].shapes,
              ElementsAre(std::pair<std::string, std::uint64_t>("漢漢　漢漢", 1)));
}

TEST(TrialTest, ShapesTellFormsNotValues) {
  EXPECT_EQ(shape_of("12.5"), "99.9");
  EXPECT_EQ(shape_of("見本 タロウ ﾀﾛｳ たろう Ａb"), "漢漢 アアア ｱｱｱ あああ AA");
  EXPECT_EQ(shape_of("(±)"), "(±)");
  EXPECT_EQ(shape_of(std::string(30, '1')), std::string(24, '9') + "…");
}

TEST(TrialTest, AnEditedLayoutIsRefusedBeforeAnythingIsCounted) {
  const MapFile map = load_mini_map(definition());
  std::string file = mini_file({MiniRecord()});
  file.replace(file.find("PSA"), 3, "PSB");
  const auto trial = try_map(file, map, definition(), mini_options(), sha256);
  ASSERT_TRUE(trial);
  EXPECT_TRUE(trial->columns.empty());
  EXPECT_EQ(trial->outcome.report.messages.at(0).code, "F-HEADER-HASH");
}

std::string change(std::initializer_list<const char*> declared,
                   std::initializer_list<const char*> found) {
  HeaderRows a{std::vector<std::string>(declared.size()), {declared.begin(), declared.end()}};
  HeaderRows b{std::vector<std::string>(found.size()), {found.begin(), found.end()}};
  return describe_header_change(a, b);
}

TEST(HeaderChangeTest, NamesWhatIsNewGoneRenamedOrMoved) {
  EXPECT_EQ(change({"a", "b"}, {"a", "b"}), "");
  EXPECT_EQ(change({"a", "b", "c"}, {"a", "x", "c"}), " 列2: 「 b」→「 x」");
  EXPECT_EQ(change({"a", "b", "c"}, {"a", "x", "b", "c"}), " 増えた列: 列2「 x」");
  EXPECT_EQ(change({"a", "b", "c"}, {"a", "c"}), " なくなった列: 列2「 b」");
  EXPECT_EQ(change({"a", "b", "c", "d"}, {"x", "a", "c", "d"}),
            " なくなった列: 列2「 b」 増えた列: 列1「 x」");
  EXPECT_EQ(change({"a", "b"}, {"b", "a"}),
            " 列の順序が変わりました: 列1: 「 a」→「 b」 列2: 「 b」→「 a」");
  EXPECT_EQ(change({"a", "b"}, {"a", "b", "b"}), " 増えた列: 列3「 b」");
}

TEST(MapDiffTest, ComparesMeaningNotPlaces) {
  const std::string before = mini_map();
  EXPECT_TRUE(diff_maps(before, "# a comment\n" + before)->empty());
  std::string after = before;
  const auto replace = [&](const std::string& from, const std::string& to) {
    after.replace(after.find(from), from.size(), to);
  };
  replace("factor = \"1000\"", "factor = \"100\"");
  replace("[\"男\", \"男性\"]", "[\"男\", \"男性\"], [\"M\", \"男性\"]");
  replace("version = \"1\"", "version = \"2\"");
  const auto differences = diff_maps(before, after);
  ASSERT_TRUE(differences);
  std::vector<std::string> lines;
  for (const auto& one : *differences)
    lines.push_back(one.place + "|" + one.before + "|" + one.after);
  EXPECT_THAT(lines, ElementsAre("column[WBC#1].factor|\"1000\"|\"100\"", "map.version|\"1\"|\"2\"",
                                 "value_table[sex].entries[\"M\"]||\"男性\""));
}

TEST(MapDiffTest, ColumnsThatOnlyMovedAreOneLine) {
  const auto differences =
      diff_maps("[[column]]\nnumber=1\nheader=\"a\"\n[[column]]\nnumber=2\nheader=\"b\"\n",
                "[[column]]\nnumber=2\nheader=\"a\"\n[[column]]\nnumber=3\nheader=\"b\"\n[[column]]"
                "\nnumber=1\nheader=\"x\"\n");
  ASSERT_TRUE(differences);
  ASSERT_EQ(differences->size(), 3u);  // the new column's header and number, and the move
  EXPECT_EQ(differences->back().after, "移動した列 2");
}

}  // namespace
}  // namespace sekisho::converter
