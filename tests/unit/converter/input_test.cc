// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/text/utf8.h"
#include "tests/unit/converter/mini.h"

// What input files may look like, through the whole conversion.
namespace sekisho::converter {
namespace {

using namespace testing;
using ::testing::HasSubstr;

std::string with_input(const std::string& more) { return mini_map(more); }

Converted convert_file(const std::string& file, const std::string& map_text,
                       const Options& options = mini_options()) {
  static const Definition definition = mini_definition();
  const MapFile map = load_mini_map(definition, map_text);
  return convert_bytes(file, map, definition, options, sha256);
}

std::string utf16le(const std::string& ascii_and_kanji) {
  std::string out;
  std::size_t at = 0;
  while (at < ascii_and_kanji.size()) {
    const char32_t code = next_char(ascii_and_kanji, at);
    out.push_back(static_cast<char>(code & 0xFF));
    out.push_back(static_cast<char>(code >> 8));
  }
  return out;
}

std::string map_with(const std::string& from, const std::string& to) {
  std::string text = mini_map();
  const std::size_t at = text.find(from);
  EXPECT_NE(at, text.npos);
  return text.replace(at, from.size(), to);
}

TEST(InputTest, Utf16GivesTheSameBytesAsUtf8) {
  const std::string file = mini_file({MiniRecord().set("備考", "表\nソ")});
  const Converted plain = convert_file(file, mini_map());
  const Converted wide = convert_file("\xFF\xFE" + utf16le(file),
                                      map_with("encoding = \"UTF-8\"", "encoding = \"UTF-16LE\""));
  ASSERT_TRUE(wide.outcome.delivered);
  EXPECT_EQ(wide.output, plain.output);
}

TEST(InputTest, AnotherEncodingOnlyIfTheMapAllowsAndTheHeaderFits) {
  const std::string wide = utf16le(mini_file({MiniRecord()}));
  EXPECT_FALSE(convert_file(wide, mini_map()).outcome.delivered);
  const std::string lenient = with_input("encoding_fallback = [\"CP932\", \"UTF-16LE\"]\n");
  EXPECT_TRUE(convert_file(wide, lenient).outcome.delivered);
  std::string changed = mini_file({MiniRecord()});
  changed.replace(changed.find("PSA"), 3, "PSB");
  const Converted refused = convert_file(utf16le(changed), lenient);
  EXPECT_FALSE(refused.outcome.delivered);
}

TEST(InputTest, TitlesAroundTheHeaderArePassedOver) {
  std::string file = mini_file({MiniRecord()});
  const std::size_t header_end = file.find("\r\n") + 2;
  file.insert(header_end, "(単位),,\r\n");
  file = "健診結果一覧\r\n出力日,2024/06/01\r\n" + file;
  const Converted done = convert_file(file, with_input("header_row = 3\ndata_row = 5\n"));
  ASSERT_TRUE(done.outcome.delivered);
  EXPECT_EQ(done.outcome.counts.rows_in, 1u);
  EXPECT_EQ(done.output, convert_file(mini_file({MiniRecord()}), mini_map()).output);
}

TEST(InputTest, ABadByteIsNamedByRowColumnAndOffset) {
  const std::string good = mini_file({MiniRecord()});
  std::string bad = good + MiniRecord().set("備考", "x?").line();
  const std::size_t at = bad.find('?');
  bad[at] = '\xFF';
  const Converted done = convert_file(bad, mini_map());
  ASSERT_FALSE(done.outcome.delivered);
  const Message& message = done.outcome.report.messages.back();
  EXPECT_EQ(message.code, "F-DECODE");
  EXPECT_EQ(message.column, "備考#1");
  EXPECT_THAT(message.reason, HasSubstr("データ行 2 付近、18列目"));
  EXPECT_THAT(message.reason, HasSubstr("先頭から " + std::to_string(at) + " バイト目"));
}

TEST(InputTest, QuoteNoneTakesQuotesAsText) {
  const std::string file = mini_file({MiniRecord()});
  const std::string line = MiniRecord().set("氏名", "見本\"太郎").line();
  std::string quoted = std::string(kMiniHeader) + "\r\n" + line;
  // The helper quotes such a cell; a file without quoting does not.
  const std::size_t at = quoted.find("\"見本\"\"太郎\"");
  ASSERT_NE(at, quoted.npos);
  quoted.replace(at, std::string("\"見本\"\"太郎\"").size(), "\"見本太郎");
  EXPECT_FALSE(convert_file(quoted, mini_map()).outcome.delivered);
  EXPECT_TRUE(convert_file(quoted, with_input("quote = \"none\"\n")).outcome.delivered);
}

TEST(InputTest, BoundsCountWorkNotTime) {
  const std::string file = mini_file({MiniRecord(), MiniRecord().set("氏名", "見本　次郎")});
  const auto code = [&](const Options& options) {
    const Converted done = convert_file(file, mini_map(), options);
    EXPECT_FALSE(done.outcome.delivered);
    return done.outcome.report.messages.back().code;
  };
  Options records = mini_options();
  records.records_max = 1;
  EXPECT_EQ(code(records), "F-SIZE");
  Options work = mini_options();
  work.work_max = 600;
  EXPECT_EQ(code(work), "F-SIZE");
  Options output = mini_options();
  output.output_size_max = 500;
  EXPECT_EQ(code(output), "F-SIZE");
}

constexpr std::string_view kFixedMap = R"([map]
id = "fixed"
version = "1"
catalog = "mini"
[input]
encoding = "CP932"
layout = "fixed"
header_mode = "none"
columns = 5
[[value_table]]
name = "sex"
entries = [["1", "男性"], ["2", "女性"]]
[[column]]
number = 1
width = 8
item = "健診日"
[[column]]
number = 2
width = 20
item = "氏名"
[[column]]
number = 3
width = 8
item = "生年月日"
[[column]]
number = 4
width = 1
item = "性別"
table = "sex"
[[column]]
number = 5
width = 5
item = "身長"
)";

TEST(InputTest, FixedWidths) {
  // 見本 and 表 in CP932, filled with blanks to twenty bytes.
  const std::string name = "\x8C\xA9\x96\x7B\x95\x5C" + std::string(14, ' ');
  const std::string file = "20240501" + name + "198002291170.5\r\n";
  const Converted done = convert_file(file, std::string(kFixedMap));
  ASSERT_TRUE(done.outcome.delivered);
  const MiniResult result{done, nullptr};
  EXPECT_EQ(result.value("氏名"), "見本表");
  EXPECT_EQ(result.value("身長"), "170.5");
  const std::string cut_name = std::string(19, ' ') + "\x95\x5C";
  const Converted cut =
      convert_file("20240501" + cut_name + "1980022911705\r\n", std::string(kFixedMap));
  EXPECT_EQ(cut.outcome.report.messages.back().code, "F-DECODE");
  const Converted longer =
      convert_file("20240501" + name + "198002291170.5x\r\n", std::string(kFixedMap));
  EXPECT_EQ(longer.outcome.report.messages.back().code, "F-COLCOUNT");
}

std::string with_column(const std::string& item, const std::string& more) {
  const std::string anchor = "item = \"" + item + "\"\n";
  std::string text = mini_map();
  const std::size_t at = text.find(anchor);
  EXPECT_NE(at, text.npos);
  return text.insert(at + anchor.size(), more);
}

TEST(InputTest, ExcludedCellsAreBlankAndTextsJoin) {
  std::string map = with_column("備考", "exclude = [\"省略\"]\njoin = \" / \"\n");
  const std::string anchor = "header = \"心電図2\"\nitem = \"心電図(所見)\"\ntable = \"ecg\"\n";
  ASSERT_NE(map.find(anchor), map.npos);
  map.replace(map.find(anchor), anchor.size(),
              "header = \"心電図2\"\nitem = \"備考\"\njoin = \" / \"\n");
  const auto both =
      convert_mini({MiniRecord().set("心電図2", "前").set("備考", "後")}, mini_options(), map);
  EXPECT_EQ(both.value("備考"), "前 / 後");
  EXPECT_EQ(both.value("備考", 0, true), "前 / 後");
  const auto one =
      convert_mini({MiniRecord().set("心電図2", "前").set("備考", "省略")}, mini_options(), map);
  EXPECT_EQ(one.value("備考"), "前");
}

TEST(InputTest, WidthsBelongToLayoutFixedAndMustBeComplete) {
  const Definition definition = mini_definition();
  std::string text(kFixedMap);
  text.replace(text.find("columns = 5"), 11, "columns = 6");
  EXPECT_FALSE(load_map(text, definition, sha256).has_value());
  EXPECT_FALSE(load_map(map_with("number = 1\n", "number = 1\nwidth = 3\n"), definition, sha256));
}

}  // namespace
}  // namespace sekisho::converter
