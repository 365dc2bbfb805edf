// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/convert.h"

#include "converter/text/encode.h"
#include "tests/unit/converter/mini.h"

namespace sekisho::converter::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The codes that one changed cell of a healthy person draws.
std::vector<std::string> codes_for(const std::string& column, const std::string& value) {
  return convert_mini({MiniRecord().set(column, value)}).codes();
}

std::string value_for(const std::string& column, const std::string& value,
                      const std::string& item) {
  return convert_mini({MiniRecord().set(column, value)}).value(item);
}

TEST(ConvertTest, AHealthyPersonComesOutSilently) {
  const MiniResult result =
      convert_mini({MiniRecord().set("身長", "171.1").set("備考", "a,\"b\"\n次")});
  EXPECT_TRUE(result.converted.outcome.delivered);
  EXPECT_THAT(result.codes(), IsEmpty());
  EXPECT_EQ(result.value("健診日"), "20240501");
  EXPECT_EQ(result.value("健診日", 0, true), "2024/05/01");
  EXPECT_EQ(result.value("身長"), "171.1");
  EXPECT_EQ(result.value("性別"), "男性");
  EXPECT_EQ(result.value("備考"), "a,\"b\"\n次");
  EXPECT_EQ(result.value("予備001"), "");
  EXPECT_EQ(result.converted.outcome.counts.persons_out, 1u);
}

TEST(ConvertTest, NumbersAreNormalisedNotGuessed) {
  EXPECT_EQ(value_for("身長", "１７１．１", "身長"), "171.1");
  EXPECT_EQ(value_for("身長", "　+171.1cm ", "身長"), "171.1");
  EXPECT_EQ(value_for("WBC", "5.44", "白血球数"), "5440");
  EXPECT_EQ(value_for("WBC", "5440/mm3", "白血球数"), "5440");  // says its unit itself
  EXPECT_EQ(value_for("最高", "120mmHg", "最高血圧"), "120");
  EXPECT_THAT(codes_for("身長", "1米65"), ElementsAre("E-VALUE-TYPE"));
  EXPECT_THAT(codes_for("CRP", "0.3mmol/L"), ElementsAre("E-UNIT"));
  EXPECT_THAT(codes_for("CRP", "6・2"), ElementsAre("E-VALUE-TYPE"));
  EXPECT_THAT(codes_for("CRP", "異常なし"), ElementsAre("E-VALUE-TYPE"));
}

TEST(ConvertTest, LimitsWarnAndPanicIsUrgent) {
  EXPECT_THAT(codes_for("身長", "99.0"), ElementsAre("W-RANGE-LOW"));
  EXPECT_THAT(codes_for("身長", "250.1"), ElementsAre("W-RANGE-HIGH"));
  EXPECT_THAT(codes_for("身長", "100"), IsEmpty());
  EXPECT_THAT(codes_for("身長", "171.15"), ElementsAre("W-DECIMALS"));
  EXPECT_EQ(value_for("身長", "171.15", "身長"), "171.15");
  EXPECT_THAT(codes_for("WBC", "2.0"), ElementsAre("P"));
  EXPECT_THAT(codes_for("WBC", "2.001"), IsEmpty());
  EXPECT_THAT(codes_for("CRP", "20以上"), ElementsAre("W-COMPARATOR", "P"));
  EXPECT_THAT(codes_for("CRP", "20.1未満"), ElementsAre("W-COMPARATOR"));
  EXPECT_EQ(value_for("CRP", "<0.1", "CRP"), "0.1未満");
}

TEST(ConvertTest, RoundingOnlyWhenTheMapSaysSo) {
  const std::string map = mini_map("[policy]\nextra_decimals = \"round\"\n");
  const MiniResult result = convert_mini({MiniRecord().set("身長", "171.15")}, mini_options(), map);
  EXPECT_THAT(result.codes(), ElementsAre("W-DECIMALS"));
  EXPECT_EQ(result.value("身長"), "171.2");
  EXPECT_EQ(result.value("身長", 0, true), "171.15");
}

TEST(ConvertTest, SpecialWords) {
  EXPECT_THAT(codes_for("CRP", "未実施"), ElementsAre("W-NOTDONE-WORD"));
  EXPECT_EQ(value_for("CRP", "未実施", "CRP"), "");
  EXPECT_THAT(codes_for("CRP", "測定不能"), ElementsAre("W-UNMEASURABLE"));
  EXPECT_EQ(value_for("CRP", "測定不能", "CRP"), "測定不能");
  EXPECT_EQ(value_for("備考", "異常なし", "備考"), "異常なし");  // a comment stays a comment
}

TEST(ConvertTest, CodesFollowTheExaminationDate) {
  EXPECT_EQ(value_for("喫煙", "2", "喫煙"), "以前は吸った");
  const MiniRecord before = MiniRecord().set("健診日", "2024/3/31").set("喫煙", "２");
  EXPECT_EQ(convert_mini({before}).value("喫煙"), "いいえ");
  EXPECT_THAT(codes_for("喫煙", "9"), ElementsAre("E-CODE-UNKNOWN"));
  EXPECT_EQ(value_for("喫煙", "いいえ", "喫煙"), "いいえ");
}

TEST(ConvertTest, JudgementLettersAreExact) {
  EXPECT_EQ(value_for("判定", "Ｂ", "判定"), "軽度異常");
  EXPECT_THAT(codes_for("判定", "B"), ElementsAre("E-JUDGEMENT-UNKNOWN"));
  EXPECT_THAT(codes_for("判定", "ａ"), ElementsAre("E-JUDGEMENT-UNKNOWN"));
}

TEST(ConvertTest, FindingsJoinAndCompleteThePresence) {
  const MiniResult both =
      convert_mini({MiniRecord().set("心電図1", "洞性徐脈/LAFB?").set("心電図2", "完全右脚ﾌﾞﾛｯｸ")});
  EXPECT_EQ(both.value("心電図(所見)"), "洞徐脈、左軸偏位、完全右脚ブロック");
  EXPECT_EQ(both.value("心電図(所見)", 0, true), "洞性徐脈/LAFB?、完全右脚ﾌﾞﾛｯｸ");
  EXPECT_EQ(both.value("心電図(有無)"), "所見あり");
  EXPECT_EQ(both.value("心電図(有無)", 0, true), "");
  const MiniResult none = convert_mini({MiniRecord().set("心電図1", "異常なし")});
  EXPECT_EQ(none.value("心電図(所見)"), "");
  EXPECT_EQ(none.value("心電図(有無)"), "所見なし");
  const MiniResult odd = convert_mini({MiniRecord().set("心電図1", "右室ひずみ")});
  EXPECT_THAT(odd.codes(), ElementsAre("W-TERM-UNMAPPED"));
  EXPECT_EQ(odd.value("心電図(所見)"), "");
  EXPECT_EQ(odd.value("心電図(有無)"), "所見あり");
  EXPECT_EQ(odd.converted.outcome.report.unmapped_terms.at("心電図(所見)\t右室ひずみ"), 1u);
}

TEST(ConvertTest, LongFindingsLoseWholeTerms) {
  // 16 + 8 + 10 + marks exceed the 40 bytes of the mini package with a fourth term.
  const MiniResult result =
      convert_mini({MiniRecord().set("心電図1", "完全右脚ブロック、左軸偏位、洞徐脈、左軸偏位")});
  EXPECT_THAT(result.codes(), ElementsAre("W-LEN"));
  EXPECT_EQ(result.value("心電図(所見)"), "完全右脚ブロック、左軸偏位、洞徐脈");
  const MiniResult text = convert_mini({MiniRecord().set("備考", std::string(39, 'x') + "表")});
  EXPECT_THAT(text.codes(), ElementsAre("W-LEN"));
  EXPECT_EQ(text.value("備考"), std::string(39, 'x'));
}

TEST(ConvertTest, NamesAndGaiji) {
  EXPECT_EQ(value_for("カナ", "ﾐﾎﾝ  ｶﾞﾝ", "カナ"), "ミホン　ガン");
  const MiniResult result = convert_mini({MiniRecord().set("備考", "𠮷\uE000x")});
  EXPECT_THAT(result.codes(), ElementsAre("W-GAIJI"));
  EXPECT_EQ(result.value("備考"), "〓〓x");
  EXPECT_EQ(result.value("備考", 0, true), "𠮷\uE000x");
}

TEST(ConvertTest, KeysDatesAndSex) {
  EXPECT_THAT(codes_for("健診日", ""), ElementsAre("E-KEY-MISSING"));
  EXPECT_THAT(codes_for("健診日", "2024/2/30"), ElementsAre("E-DATE"));
  EXPECT_THAT(codes_for("健診日", "2025/04/01"), ElementsAre("E-DATE-FUTURE"));
  EXPECT_THAT(codes_for("健診日", "2025/03/31"), IsEmpty());
  EXPECT_THAT(codes_for("生年月日", "2024/05/02"), ElementsAre("E-BIRTH>EXAM"));
  EXPECT_THAT(codes_for("性別", "3"), ElementsAre("E-SEX"));
  EXPECT_THAT(codes_for("氏名", ""), ElementsAre("E-KEY-MISSING", "E-KEY-MISSING"));
  EXPECT_THAT(convert_mini({MiniRecord().set("氏名", "").set("カナ", "ﾐﾎﾝ")}).codes(), IsEmpty());
  EXPECT_THAT(codes_for("保険者番号", "6990014"), ElementsAre("E-INSURER-DIGITS"));
  EXPECT_THAT(codes_for("保険者番号", "06990017"), ElementsAre("W-CHECK-DIGIT"));
  EXPECT_EQ(value_for("保険者番号", "０６９９００１４", "保険者番号"), "06990014");
}

TEST(ConvertTest, HeldPersonsAreLeftOutOrStopTheFile) {
  const std::vector<MiniRecord> records = {MiniRecord(),
                                           MiniRecord().set("氏名", "乙").set("性別", "9")};
  const MiniResult partial = convert_mini(records);
  EXPECT_TRUE(partial.converted.outcome.delivered);
  EXPECT_EQ(partial.converted.outcome.counts.persons_out, 1u);
  EXPECT_EQ(partial.converted.outcome.counts.persons_held, 1u);
  Options whole = mini_options();
  whole.allow_partial = false;
  const MiniResult none = convert_mini(records, whole);
  EXPECT_FALSE(none.converted.outcome.delivered);
  EXPECT_EQ(none.converted.output, "");
}

TEST(ConvertTest, RepeatedRowsComeOutOnce) {
  const MiniResult result =
      convert_mini({MiniRecord(), MiniRecord().set("氏名", "乙"), MiniRecord()});
  EXPECT_THAT(result.codes(), ElementsAre("W-DUP-ROW"));
  EXPECT_EQ(result.converted.outcome.counts.persons_out, 2u);
  EXPECT_EQ(result.converted.outcome.counts.rows_skipped, 1u);
}

TEST(ConvertTest, OnePersonTwiceIsHeldTwiceAndTheColumnIsNamed) {
  const MiniResult result =
      convert_mini({MiniRecord().set("体重", "60.0"), MiniRecord().set("氏名", "乙"),
                    MiniRecord().set("体重", "99.9").set("氏名", "見本太郎")});
  const auto& messages = result.converted.outcome.report.messages;
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0].code, "E-AMBIGUOUS");
  EXPECT_EQ(messages[0].row, 1u);
  EXPECT_EQ(messages[1].row, 3u);
  EXPECT_EQ(result.converted.outcome.counts.persons_out, 1u);
  const MiniResult plain =
      convert_mini({MiniRecord().set("体重", "60.0"), MiniRecord().set("体重", "99.9")});
  ASSERT_EQ(plain.converted.outcome.report.messages.size(), 2u);
  EXPECT_EQ(plain.converted.outcome.report.messages[0].column, "体重#1");
  EXPECT_EQ(plain.converted.outcome.report.messages[0].raw_value, "60.0");
  EXPECT_EQ(plain.converted.outcome.report.messages[1].raw_value, "99.9");
}

TEST(ConvertTest, DuplicatePersonMayBeAWarning) {
  const std::string map =
      mini_map("[policy]\nduplicate_person = \"warn\"\nduplicate_row = \"hold\"\n");
  const MiniResult result = convert_mini(
      {MiniRecord(), MiniRecord().set("体重", "60"), MiniRecord()}, mini_options(), map);
  EXPECT_THAT(result.codes(), ElementsAre("W-DUP-PERSON", "W-DUP-PERSON", "E-DUP-ROW"));
  EXPECT_EQ(result.converted.outcome.counts.persons_out, 2u);
}

TEST(ConvertTest, FileErrorsDeliverNothing) {
  const Definition definition = mini_definition();
  const MapFile map = load_mini_map(definition);
  const auto codes = [&](const std::string& file, const Options& options) {
    const Converted done = convert_bytes(file, map, definition, options, sha256);
    EXPECT_FALSE(done.outcome.delivered);
    EXPECT_EQ(done.output, "");
    std::string out;
    for (const Message& message : done.outcome.report.messages) out += message.code + " ";
    return out;
  };
  const std::string good = mini_file({MiniRecord()});
  std::string changed = good;
  changed.replace(changed.find("PSA"), 3, "PSB");
  EXPECT_EQ(codes(changed, mini_options()), "F-HEADER-HASH ");
  EXPECT_EQ(codes("", mini_options()), "F-EMPTY ");
  EXPECT_EQ(codes(std::string(kMiniHeader) + "\r\n", mini_options()), "F-EMPTY ");
  EXPECT_EQ(codes(good + "a,b\r\n", mini_options()), "F-COLCOUNT ");
  EXPECT_EQ(codes(good + "\"a", mini_options()), "F-QUOTE ");
  EXPECT_EQ(codes(good + "\xFF", mini_options()), "F-DECODE ");
  Options early = mini_options();
  early.conversion_date = Date{20191231};
  EXPECT_EQ(codes(good, early), "F-MAP-EXPIRED ");
  Options small = mini_options();
  small.file_size_max = 100;
  EXPECT_EQ(codes(good, small), "F-SIZE ");
}

TEST(ConvertTest, RowsOfOtherInsurersNeverReachTheReceiver) {
  const std::vector<MiniRecord> records = {
      MiniRecord().set("氏名", "甲").set("保険者番号", "06990014"),
      MiniRecord().set("氏名", "乙").set("保険者番号", "06990022"),
      MiniRecord().set("氏名", "丙").set("保険者番号", ""),
      MiniRecord().set("氏名", "丁").set("保険者番号", "6990014")};
  Options options = mini_options();
  options.receiver_insurer_number = "06990014";
  const MiniResult result = convert_mini(records, options);
  EXPECT_TRUE(result.converted.outcome.delivered);
  EXPECT_EQ(result.converted.outcome.counts.persons_out, 1u);
  EXPECT_EQ(result.converted.outcome.counts.persons_held, 3u);
  EXPECT_EQ(result.value("氏名"), "甲");
  EXPECT_THAT(result.codes(),
              ElementsAre("E-RECEIVER-MISMATCH", "E-RECEIVER-MISMATCH", "E-INSURER-DIGITS"));
  const Message& foreign = result.converted.outcome.report.messages[0];
  EXPECT_EQ(foreign.row, 2u);
  EXPECT_EQ(foreign.raw_value, "06990022");
  EXPECT_THAT(foreign.reason, HasSubstr("宛先 06990014"));
  options.allow_partial = false;
  EXPECT_FALSE(convert_mini(records, options).converted.outcome.delivered);
}

TEST(ConvertTest, AFileWithOnlyOtherInsurersIsNotDelivered) {
  Options options = mini_options();
  options.receiver_insurer_number = "990010";
  const MiniResult result = convert_mini({MiniRecord().set("保険者番号", "06990014")}, options);
  EXPECT_FALSE(result.converted.outcome.delivered);
  EXPECT_EQ(result.converted.output, "");
}

TEST(ConvertTest, TheAddressedReceiverIsFine) {
  Options options = mini_options();
  for (const auto& [number, row] :
       {std::pair{"6990014", "06990014"}, {"990010", "00990010"}, {"00990010", "990010"}}) {
    options.receiver_insurer_number = number;
    const MiniResult result = convert_mini({MiniRecord().set("保険者番号", row)}, options);
    EXPECT_TRUE(result.converted.outcome.delivered) << number;
  }
}

TEST(ConvertTest, HeaderChangeNamesTheColumn) {
  const Definition definition = mini_definition();
  const MapFile map = load_mini_map(definition);
  std::string file = mini_file({MiniRecord()});
  file.replace(file.find("CRP"), 3, "hsCRP");
  const Converted done = convert_bytes(file, map, definition, mini_options(), sha256);
  ASSERT_EQ(done.outcome.report.messages.size(), 1u);
  EXPECT_THAT(done.outcome.report.messages[0].reason, HasSubstr("列13: 「 CRP」→「 hsCRP」"));
}

TEST(ConvertTest, ConditionsChooseColumns) {
  std::string text = mini_map();
  const std::string anchor = "item = \"随時血糖\"\n";
  text.insert(text.find(anchor) + anchor.size(),
              "when = [[{column = 23, is = \"in\", values = [\"3\"]}], [{column = 18, is = "
              "\"filled\"}]]\n");
  const auto convert = [&](const MiniRecord& record) {
    return convert_mini({record}, mini_options(), text).value("随時血糖");
  };
  EXPECT_EQ(convert(MiniRecord().set("随時血糖", "110").set("採血時間", "3")), "110");
  EXPECT_EQ(convert(MiniRecord().set("随時血糖", "110").set("採血時間", "4")), "");
  EXPECT_EQ(convert(MiniRecord().set("随時血糖", "110").set("備考", "x")), "110");
}

TEST(ConvertTest, FixedValuesFillWhatNoColumnHolds) {
  const std::string map = mini_map() + "[[fixed]]\nitem = \"予備001\"\nvalue = \"固定\"\n";
  EXPECT_EQ(convert_mini({MiniRecord()}, mini_options(), map).value("予備001"), "固定");
}

TEST(ConvertTest, CasualGlucoseDrawnFastingIsNotPassedOn) {
  const MiniResult result =
      convert_mini({MiniRecord().set("随時血糖", "118").set("採血時間", "2")});
  EXPECT_THAT(result.codes(), ElementsAre("W-CORRELATION#4"));
  EXPECT_EQ(result.value("随時血糖"), "");
  EXPECT_EQ(result.value("随時血糖", 0, true), "118");
}

// A source that gives a few bytes at a time.
class SlowSource final : public ByteSource {
 public:
  SlowSource(BytesView bytes, std::size_t step) : inner_(bytes), step_(step) {}
  Result<std::size_t> read(char* buffer, std::size_t size) override {
    return inner_.read(buffer, std::min(size, step_));
  }
  Status rewind() override { return inner_.rewind(); }

 private:
  MemorySource inner_;
  std::size_t step_;
};

TEST(ConvertTest, TheSameBytesWhateverTheChunks) {
  const Definition definition = mini_definition();
  const MapFile map = load_mini_map(definition);
  std::vector<MiniRecord> records;
  for (int i = 0; i < 60; ++i) {
    records.push_back(MiniRecord()
                          .set("氏名", "氏名" + std::to_string(i % 50))
                          .set("体重", std::to_string(40 + i))
                          .set("備考", "表,\"" + std::to_string(i)));
  }
  const std::string file = mini_file(records);
  const Converted whole = convert_bytes(file, map, definition, mini_options(), sha256);
  EXPECT_EQ(whole.outcome.counts.persons_held, 20u);
  for (const std::size_t step : {1u, 7u, 4096u}) {
    SlowSource source(file, step);
    MemorySink sink;
    const auto outcome = convert(source, map, definition, mini_options(), sha256, sink);
    ASSERT_TRUE(outcome.has_value());
    EXPECT_EQ(sink.bytes, whole.output);
    EXPECT_EQ(render_report_json(outcome->report), render_report_json(whole.outcome.report));
  }
}

TEST(ConvertTest, SinkErrorsAreErrors) {
  class FullSink final : public OutputSink {
    Status write(BytesView) override { return fail(Code::kNoSpace, "full"); }
  };
  const Definition definition = mini_definition();
  const MapFile map = load_mini_map(definition);
  const std::string file = mini_file({MiniRecord()});
  MemorySource source(file);
  FullSink sink;
  const auto outcome = convert(source, map, definition, mini_options(), sha256, sink);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, Code::kNoSpace);
}

TEST(ConvertTest, Cp932OutputQuotesAndEncodes) {
  auto files = mini_package();
  std::string& manifest = files["manifest.toml"];
  manifest.replace(manifest.find("\"UTF-8\""), 7, "\"CP932\"\nquote = \"all\"");
  const Definition definition = mini_definition(files);
  const MapFile map = load_mini_map(definition);
  const Converted done = convert_bytes(mini_file({MiniRecord().set("備考", "表\"\uE000𠮷")}), map,
                                       definition, mini_options(), sha256);
  EXPECT_THAT(done.output, HasSubstr("\"20240501\",\"2024/05/01\","));
  EXPECT_THAT(done.output,
              HasSubstr(",\"\x95\x5C\"\"\x81\xAC\x81\xAC\",\"\x95\x5C\"\"\xF0\x40\x81\xAC\","));
}

TEST(ReportTest, CsvIsCp932AndSafeForSpreadsheets) {
  const MiniResult result =
      convert_mini({MiniRecord().set("CRP", "=cmd|'/c calc'!A1").set("判定", "＋A")});
  const Bytes csv = render_report_csv(result.converted.outcome.report);
  EXPECT_THAT(csv, HasSubstr(",\"'=cmd|'/c calc'!A1\","));
  EXPECT_THAT(csv, HasSubstr(",\"'\x81\x7B"
                             "A\","));
  EXPECT_TRUE(csv.ends_with("\r\n"));
  EXPECT_THAT(csv, HasSubstr("\"CRP#1\""));
}

TEST(ReportTest, JsonEscapes) {
  Report report;
  report.messages.push_back({'E', "E-X", 3, "列\"1", "a\\b\nc", "", "", ""});
  report.counts["E-X"] = 1;
  EXPECT_EQ(render_report_json(report),
            "{\"counts\":{\"E-X\":1},\"dropped\":0,\"messages\":[{\"class\":\"E\",\"row\":3,"
            "\"code\":\"E-X\","
            "\"column\":\"列\\\"1\",\"raw_value\":\"a\\\\b\\u000ac\",\"item\":\"\",\"reason\":\"\","
            "\"action\":\"\"}],\"unmapped_terms\":{}}");
}

TEST(ReportTest, MessagesAreBoundedCountsAreNot) {
  std::vector<MiniRecord> records;
  for (int i = 0; i < 30; ++i) {
    records.push_back(MiniRecord().set("氏名", "氏" + std::to_string(i)).set("CRP", "未実施"));
  }
  Options options = mini_options();
  options.messages_max = 10;
  const MiniResult result = convert_mini(records, options);
  const Report& report = result.converted.outcome.report;
  EXPECT_EQ(report.messages.size(), 10u);
  EXPECT_EQ(report.dropped, 20u);
  EXPECT_EQ(report.counts.at("W-NOTDONE-WORD"), 30u);
  EXPECT_EQ(result.converted.outcome.counts.warnings, 30u);
}

}  // namespace
}  // namespace sekisho::converter::testing
