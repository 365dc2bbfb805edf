// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/history.h"
#include "converter/record.h"
#include "tests/unit/converter/mini.h"

namespace sekisho::converter::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

MiniRecord insured(const std::string& name, const std::string& insurer) {
  return MiniRecord().set("氏名", name).set("保険者番号", insurer);
}

// 06139992 and 99019994 carry their check digits.
constexpr const char* kFirst = "06139992";
constexpr const char* kSecond = "990190";

TEST(SplitTest, EachReceiverGetsItsPersonsOnly) {
  const Definition definition = mini_definition();
  const MapFile map = load_mini_map(definition);
  const std::string file =
      mini_file({insured("見本　一", kFirst), insured("見本　二", kSecond),
                 insured("見本　三", kFirst), insured("見本　四", "01234567")});
  MemorySource source(file);
  MemorySink first, second, idle;
  const std::vector<Receiver> receivers = {
      {kFirst, &first}, {std::string("00") + kSecond, &second}, {"11111111", &idle}};
  const auto split = convert_split(source, map, definition, mini_options(), sha256, receivers);
  ASSERT_TRUE(split.has_value()) << split.error().to_string();
  EXPECT_EQ(split->deliveries[0].persons, 2u);
  EXPECT_EQ(split->deliveries[1].persons, 1u);
  EXPECT_EQ(split->deliveries[2].persons, 0u);
  EXPECT_EQ(split->deliveries[0].size_bytes, first.bytes.size());
  EXPECT_EQ(parse_csv(first.bytes).size(), 3u);
  EXPECT_EQ(parse_csv(second.bytes).size(), 2u);
  EXPECT_EQ(parse_csv(idle.bytes).size(), 1u);
  // Nobody is addressed with the fourth one's number: it leaves nowhere.
  for (const MemorySink* sink : {&first, &second, &idle}) {
    EXPECT_THAT(sink->bytes, Not(HasSubstr("四")));
  }
  EXPECT_EQ(split->whole.counts.persons_held, 1u);
  EXPECT_EQ(split->whole.report.counts.at("E-RECEIVER-UNKNOWN"), 1u);
  const Report mine = report_for(split->whole.report, 1);
  for (const Message& message : mine.messages) EXPECT_NE(message.message_class, 'E');
}

TEST(SplitTest, RefusesReceiversItCannotTellApart) {
  const Definition definition = mini_definition();
  const MapFile map = load_mini_map(definition);
  const std::string file = mini_file({insured("見本　一", kFirst)});
  MemorySink sink;
  for (const std::vector<Receiver>& receivers :
       {std::vector<Receiver>{}, {{"12", &sink}}, {{"990190", &sink}, {"00990190", &sink}}}) {
    MemorySource source(file);
    EXPECT_FALSE(
        convert_split(source, map, definition, mini_options(), sha256, receivers).has_value());
  }
}

TEST(HistoryTest, SameFileAndChangedPersonsAreNoticed) {
  const Definition definition = mini_definition();
  const MapFile map = load_mini_map(definition);
  History history(Bytes(32, 's'));
  Options options = mini_options();
  options.history = &history;
  const auto run = [&](const MiniRecord& record) {
    const std::string file = mini_file({record});
    options.input_digest = sha256(file);
    const auto done = convert_bytes(file, map, definition, options, sha256);
    if (done.outcome.delivered) {
      history.add_file(options.input_digest);
      for (const PersonMark& mark : done.outcome.marks) history.add_person(mark);
    }
    std::vector<std::string> out;
    for (const auto& [code, count] : done.outcome.report.counts) out.push_back(code);
    return out;
  };
  EXPECT_THAT(run(MiniRecord().set("体重", "60.0")), IsEmpty());
  EXPECT_THAT(run(MiniRecord().set("体重", "60.0")), ElementsAre("F-DUPLICATE-FILE"));
  EXPECT_THAT(run(MiniRecord().set("体重", " 60.0")), ElementsAre("I-DELIVERED-BEFORE"));
  EXPECT_THAT(run(MiniRecord().set("体重", "61.0")), ElementsAre("W-CORRELATION#22"));
  EXPECT_THAT(run(MiniRecord().set("氏名", "見本　花子")), IsEmpty());
  const auto again = History::parse(history.render());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->render(), history.render());
}

TEST(HistoryTest, RefusesWhatItDidNotWrite) {
  const std::string good = History(Bytes(32, 's')).render();
  for (const std::string& bad : {std::string(), std::string("sekisho-history 2\n"),
                                 good + "person 12\n", good + "name x\n", "x" + good}) {
    EXPECT_FALSE(History::parse(bad).has_value()) << bad;
  }
}

TEST(OutputTest, FormulasAreKeptAsText) {
  const auto result = convert_mini({MiniRecord().set("備考", "=HYPERLINK(\"x\")"),
                                    MiniRecord().set("氏名", "@SUM(A1)").set("備考", "+cmd|x"),
                                    MiniRecord().set("氏名", "見本　三").set("備考", "-1.5"),
                                    MiniRecord().set("氏名", "見本　四").set("備考", "+-")});
  EXPECT_EQ(result.value("備考", 0), "'=HYPERLINK(\"x\")");
  EXPECT_EQ(result.value("備考", 0, true), "'=HYPERLINK(\"x\")");
  EXPECT_EQ(result.value("氏名", 1), "'@SUM(A1)");
  EXPECT_EQ(result.value("備考", 1), "'+cmd|x");
  EXPECT_EQ(result.value("備考", 2), "-1.5");
  EXPECT_EQ(result.value("備考", 3), "+-");
  EXPECT_THAT(result.codes(), ElementsAre("W-FORMULA", "W-FORMULA", "W-FORMULA"));
}

TEST(OutputTest, WhatIsCutOffStandsInTheReport) {
  const auto result =
      convert_mini({MiniRecord().set("備考", "あいうえおかきくけこさしすせそたちつてとなに")});
  ASSERT_THAT(result.codes(), ElementsAre("W-LEN"));
  EXPECT_THAT(result.converted.outcome.report.messages[0].reason, HasSubstr("「なに」"));
  EXPECT_EQ(result.value("備考"), "あいうえおかきくけこさしすせそたちつてと");
}

TEST(OutputTest, TheSamePackageWritesCp932AndUtf8) {
  auto cp932 = load_definition(mini_package(), sha256, OutputEncoding::kCp932);
  auto utf8 = load_definition(mini_package(), sha256, OutputEncoding::kUtf8Mark);
  ASSERT_TRUE(cp932.has_value() && utf8.has_value());
  EXPECT_EQ(cp932->digest, utf8->digest);
  const std::string file = mini_file({MiniRecord().set("備考", "表")});
  const auto narrow =
      convert_bytes(file, load_mini_map(*cp932), *cp932, mini_options(), sha256).output;
  const auto wide = convert_bytes(file, load_mini_map(*utf8), *utf8, mini_options(), sha256).output;
  EXPECT_THAT(narrow, HasSubstr("\x95\x5C"));
  EXPECT_TRUE(wide.starts_with("\xEF\xBB\xBF"));
  EXPECT_THAT(wide, HasSubstr("表"));
}

TEST(ReportPageTest, EscapesEveryValueAndNamesTheCounts) {
  const auto result = convert_mini({MiniRecord().set("体重", "<script>alert('&')</script>")});
  const Outcome& outcome = result.converted.outcome;
  const std::string page = render_report_html(outcome.report, outcome.counts, {{"map", "a<b"}});
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;&amp;&#39;)"));
  EXPECT_THAT(page, HasSubstr("a&lt;b"));
  EXPECT_THAT(page, HasSubstr("E-VALUE-TYPE"));
  EXPECT_THAT(page, HasSubstr("保留した人<b>1</b>"));
}

TEST(ReportPageTest, UnmappedTermsAreListedByFrequency) {
  const auto result = convert_mini({MiniRecord().set("心電図1", "謎波形/未知"),
                                    MiniRecord().set("氏名", "見本　二").set("心電図1", "未知")});
  const Bytes list = render_unmapped_csv(result.converted.outcome.report);
  Bytes unknown = "\x96\xA2\x92\x6D";  // 未知 in CP932
  Bytes wave = "\x93\xE4\x94\x67";     // 謎波
  ASSERT_NE(list.find(unknown), Bytes::npos);
  EXPECT_LT(list.find(unknown), list.find(wave));
}

TEST(RecordTest, NamesEverythingTheResultDependsOn) {
  const Definition definition = mini_definition();
  const MapFile map = load_mini_map(definition);
  Options options = mini_options();
  options.input_digest = sha256("input");
  const auto done = convert_bytes(mini_file({MiniRecord()}), map, definition, options, sha256);
  auto record = make_record(map, definition, options, done.outcome, sha256);
  record.outputs.push_back({"", 1, done.output.size(), sha256(done.output)});
  const std::string text = render_record_json(record);
  for (const Digest& digest : {definition.digest, map.digest, options.input_digest,
                               sha256(done.output), sha256(mini_package().at("findings.csv"))}) {
    EXPECT_THAT(text, HasSubstr(digest.hex()));
  }
  EXPECT_THAT(text, HasSubstr(std::string(kConverterVersion)));
  EXPECT_THAT(text, HasSubstr("\"conversion_date\": \"2025-03-31\""));
}

}  // namespace
}  // namespace sekisho::converter::testing
