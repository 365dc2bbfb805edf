// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <zip.h>

#include "converter/archive/hc08.h"
#include "converter/archive/open_input.h"
#include "converter/archive/zip_archive.h"
#include "tests/unit/converter/mini.h"

namespace sekisho::converter {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Files = std::vector<std::pair<std::string, std::string>>;

// A zip archive in memory.
Bytes zipped(const Files& files, bool encrypted = false) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  for (const auto& [name, content] : files) {
    if (name.ends_with('/')) {
      zip_dir_add(archive, name.c_str(), ZIP_FL_ENC_UTF_8);
      continue;
    }
    zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
    const zip_int64_t index = zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (encrypted) {
      zip_file_set_encryption(archive, static_cast<zip_uint64_t>(index), ZIP_EM_AES_256, "secret");
    }
  }
  EXPECT_EQ(zip_close(archive), 0);
  zip_source_open(target);
  zip_stat_t about;
  zip_source_stat(target, &about);
  Bytes out(about.size, '\0');
  EXPECT_EQ(zip_source_read(target, out.data(), out.size()), static_cast<zip_int64_t>(out.size()));
  zip_source_close(target);
  zip_source_free(target);
  zip_error_fini(&error);
  return out;
}

Result<Bytes> read_all(ByteSource& source) {
  Bytes out;
  char buffer[1000];
  while (true) {
    TRY(const std::size_t got, source.read(buffer, sizeof buffer));
    if (got == 0) return out;
    out.append(buffer, got);
  }
}

std::string open_error(BytesView bytes, const ZipLimits& limits = {}) {
  const auto archive = ZipArchive::open(bytes, limits);
  return archive ? "" : archive.error().context;
}

TEST(ZipArchiveTest, ListsFilesAndReadsThemTwice) {
  const Bytes zip = zipped(
      {{"a/", ""}, {"a/one.csv", "1,2"}, {"__MACOSX/x", "?"}, {"二.csv", std::string(5000, 'x')}});
  const auto archive = ZipArchive::open(zip);
  ASSERT_TRUE(archive) << archive.error().to_string();
  ASSERT_EQ((*archive)->entries().size(), 2u);
  EXPECT_EQ((*archive)->entries()[0].name, "a/one.csv");
  const auto source = (*archive)->read((*archive)->entries()[1]);
  EXPECT_EQ(*read_all(*source), std::string(5000, 'x'));
  ASSERT_TRUE(source->rewind());
  EXPECT_EQ(*read_all(*source), std::string(5000, 'x'));
}

TEST(ZipArchiveTest, BoundsOnEntriesSizesAndRatio) {
  const Bytes bomb = zipped({{"bomb.csv", std::string(30'000'000, '0')}});
  EXPECT_THAT(open_error(bomb), HasSubstr("圧縮率が異常です"));
  const Bytes three = zipped({{"a", "aaaa"}, {"b", "bbbb"}, {"c", "cccc"}});
  EXPECT_EQ(open_error(three), "");
  EXPECT_THAT(open_error(three, {.entries_max = 2}), HasSubstr("多すぎます"));
  EXPECT_THAT(open_error(three, {.entry_size_max = 3}), HasSubstr("上限を超えます"));
  EXPECT_THAT(open_error(three, {.total_size_max = 11}), HasSubstr("上限を超えます"));
}

TEST(ZipArchiveTest, EncryptedAndBrokenOnesAreRefused) {
  EXPECT_THAT(open_error(zipped({{"a.csv", "x"}}, true)), HasSubstr("パスワード"));
  EXPECT_THAT(open_error("PK\x03\x04 nothing"), HasSubstr("開けません"));
  Bytes zip = zipped({{"a.csv", std::string(1000, 'a') + std::string(1000, 'b')}});
  const Bytes whole = zip;
  for (std::size_t size = 4; size < whole.size(); size += 7) {
    EXPECT_NE(open_error(BytesView(whole).substr(0, size)), "") << size;
  }
  // Flipped bits in the packed bytes show while reading, in the checksum at the latest.
  for (std::size_t at = 45; at < 55; ++at) zip[at] = static_cast<char>(zip[at] ^ 0x55);
  const auto archive = ZipArchive::open(zip);
  if (!archive) return;
  const auto source = (*archive)->read((*archive)->entries()[0]);
  const auto bytes = read_all(*source);
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().code, Code::kInvalidArgument);
}

Outcome convert_zip(BytesView file, const std::string& map_text, Bytes* output = nullptr) {
  static const Definition definition = mini_definition();
  const MapFile map = load_mini_map(definition, map_text);
  MemorySink sink;
  const auto outcome = convert_file_bytes(file, map, definition, mini_options(), sha256, sink);
  EXPECT_TRUE(outcome.has_value());
  if (output != nullptr) *output = sink.bytes;
  return *outcome;
}

TEST(OpenInputTest, AZippedFileIsTheFile) {
  const std::string file = mini_file({MiniRecord()});
  Bytes plain;
  Bytes packed;
  ASSERT_TRUE(convert_zip(file, mini_map(), &plain).delivered);
  ASSERT_TRUE(convert_zip(zipped({{"../../etc/passwd", file}}), mini_map(), &packed).delivered);
  EXPECT_EQ(packed, plain);
}

TEST(OpenInputTest, OneLevelAndOneFile) {
  const std::string file = mini_file({MiniRecord()});
  const auto code = [&](BytesView bytes) {
    const Outcome outcome = convert_zip(bytes, mini_map());
    EXPECT_FALSE(outcome.delivered);
    return outcome.report.messages.at(0).code;
  };
  EXPECT_EQ(code(zipped({{"a.csv", file}, {"b.csv", file}})), "F-ARCHIVE");
  EXPECT_EQ(code(zipped({{"only/", ""}})), "F-ARCHIVE");
  EXPECT_EQ(code("PK\x03\x04 nothing"), "F-ARCHIVE");
  EXPECT_EQ(code(zipped({{"in.zip", zipped({{"a.csv", file}})}})), "F-DECODE");
  Bytes broken = zipped({{"a.csv", file}});
  broken[60] = static_cast<char>(broken[60] ^ 0x10);
  EXPECT_EQ(code(broken), "F-ARCHIVE");
}

constexpr std::string_view kHead = R"(<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <id nullFlavor="NI"/><code code="10" codeSystem="1.2.392.200119.6.1001"/>
 <recordTarget><patientRole>
  <id extension="06990014" root="1.2.392.200119.6.101"/><id extension="記号１" root="1.2.392.200119.6.204"/>
  <id extension="１２３" root="1.2.392.200119.6.205"/>
  <addr>架空県架空市<postalCode>999-0001</postalCode></addr>
  <patient><name>ミホン　タロウ</name><administrativeGenderCode code="1" codeSystem="1.2.392.200119.6.1104"/><birthTime value="19800229"/></patient>
 </patientRole></recordTarget>
 <documentationOf><serviceEvent><code code="010"/><effectiveTime value="20240501"/>
  <performer typeCode="PRF"><assignedEntity><id extension="9910000018" root="1.2.392.200119.6.102"/>
   <representedOrganization><name>架空健診センター</name></representedOrganization></assignedEntity></performer>
 </serviceEvent></documentationOf>
 <component><structuredBody><component><section><code code="01010"/>)";
constexpr std::string_view kTail =
    R"(</section></component></structuredBody></component></ClinicalDocument>)";

std::string document(const std::string& observations) {
  return std::string(kHead) + observations + std::string(kTail);
}

std::string entry(const std::string& code, const std::string& value) {
  return "<entry><observation classCode=\"OBS\" moodCode=\"EVN\"><code code=\"" + code +
         "\" codeSystem=\"1.2.392.200119.6.1005\" displayName=\"x\"/>" + value +
         "</observation></entry>";
}

std::vector<std::string> record(const std::string& xml) {
  std::string out;
  const Status added = append_hc08_record(xml, out);
  EXPECT_TRUE(added) << added.error().to_string();
  const auto rows = parse_csv(out);
  return rows.empty() ? std::vector<std::string>() : rows[0];
}

TEST(Hc08Test, LeadingFields) {
  EXPECT_THAT(
      record(document("")),
      ElementsAre("9910000018", "架空健診センター", "20240501", "", "ミホン　タロウ", "19800229",
                  "1", "06990014", "記号１", "１２３", "", "999-0001", "架空県架空市"));
}

TEST(Hc08Test, ValuesOfEveryKind) {
  const auto fields = record(document(
      entry("9N001000000000001", "<value xsi:type=\"PQ\" value=\"170.5\" unit=\"cm\"/>") +
      entry("9N736000000000011", "<value xsi:type=\"CD\" code=\"2\" codeSystem=\"1.2\"/>") +
      entry("9A110160800000049", "<value xsi:type=\"ST\">左軸&amp;偏位</value>") +
      entry("9N006000000000001", "<value xsi:type=\"PQ\" nullFlavor=\"NI\"/>") +
      // Under the input minimum: the value as measured, then the mark.
      entry("9N011000000000001",
            "<value xsi:type=\"PQ\" value=\"9.1\" unit=\"kg/m2\"/><value xsi:type=\"CD\" "
            "code=\"L\"/>") +
      "<entry><observation><code nullFlavor=\"NA\"/><entryRelationship typeCode=\"COMP\">" +
      "<observation><code code=\"2A030000001930101\"/><value xsi:type=\"PQ\" value=\"14.1\" "
      "unit=\"g/dL\"/></observation>" +
      "</entryRelationship></observation></entry>"));
  ASSERT_EQ(fields.size(), 13u + 6 * 8);
  const auto at = [&](std::size_t item, std::size_t place) {
    return fields[13 + item * 8 + place];
  };
  EXPECT_EQ(at(0, 0) + at(0, 2) + at(0, 5) + at(0, 6), "9N0010000000000011170.5cm");
  EXPECT_EQ(at(1, 5), "2");
  EXPECT_EQ(at(2, 5), "左軸&偏位");
  EXPECT_EQ(at(3, 2) + at(3, 5), "2");
  EXPECT_EQ(at(4, 5), "9.1");
  EXPECT_EQ(at(5, 0) + at(5, 5), "2A03000000193010114.1");
}

TEST(Hc08Test, ForeignBytesAreBounded) {
  std::string out;
  const auto why = [&](const std::string& xml) {
    const Status added = append_hc08_record(xml, out);
    return added ? "" : added.error().context;
  };
  EXPECT_THAT(why("<!DOCTYPE x [<!ENTITY a \"aaaa\">]>" + document("")), HasSubstr("文書型宣言"));
  EXPECT_THAT(why("<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x/>"), HasSubstr("文書型宣言"));
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  EXPECT_THAT(why(deep), HasSubstr("入れ子が深すぎます"));
  EXPECT_THAT(why(document("<text>" + std::string(10'000, 'x') + "</text>")),
              HasSubstr("長すぎます"));
  EXPECT_THAT(why(std::string(5u << 20, ' ')), HasSubstr("大きすぎます"));
  EXPECT_THAT(why("<a/>"), HasSubstr("ClinicalDocument"));
  EXPECT_THAT(why(document("<b>")), HasSubstr("整形式"));
  std::string many;
  for (int i = 0; i < 2'001; ++i) many += "<observation/>";
  EXPECT_THAT(why(document(many)), HasSubstr("項目が多すぎます"));
}

constexpr std::string_view kHc08Map = R"([map]
id = "hc08"
version = "1"
catalog = "mini"
[input]
layout = "hc08"
[[value_table]]
name = "sex"
entries = [["1", "男性"], ["2", "女性"]]
[[column]]
number = 3
item = "健診日"
[[column]]
number = 5
item = "カナ"
[[column]]
number = 6
item = "生年月日"
[[column]]
number = 7
item = "性別"
table = "sex"
[[column]]
number = 8
item = "保険者番号"
)";

TEST(Hc08Test, AnArchiveIsAFileOfPersons) {
  const std::string one =
      document(entry("9N001000000000001", "<value xsi:type=\"PQ\" value=\"170.5\" unit=\"cm\"/>"));
  std::string two = one;
  two.replace(two.find("タロウ"), std::string("タロウ").size(), "ハナコ");
  const Bytes archive =
      zipped({{"9910000018_06990014_202405010_1/ix08_V08.xml", "<index/>"},
              {"9910000018_06990014_202405010_1/DATA/h9910000018202405010100002.xml", two},
              {"9910000018_06990014_202405010_1/DATA/h9910000018202405010100001.xml", one},
              {"9910000018_06990014_202405010_1/CLAIMS/c1.xml", "<claim/>"},
              {"9910000018_06990014_202405010_1/XSD/hc08_V08.xsd", "<xsd/>"}});
  Bytes output;
  const Outcome outcome = convert_zip(archive, std::string(kHc08Map), &output);
  ASSERT_TRUE(outcome.delivered) << outcome.report.messages.at(0).code;
  EXPECT_EQ(outcome.counts.persons_out, 2u);
  const MiniResult result{{outcome, output}, nullptr};
  EXPECT_EQ(result.value("カナ", 0), "ミホン　タロウ");
  EXPECT_EQ(result.value("カナ", 1), "ミホン　ハナコ");
  EXPECT_EQ(result.value("身長", 0), "170.5");
  EXPECT_TRUE(convert_zip(one, std::string(kHc08Map)).delivered) << "a document alone";
  EXPECT_FALSE(
      convert_zip(zipped({{"x/DATA/h1.xml", "<broken"}}), std::string(kHc08Map)).delivered);
  EXPECT_FALSE(convert_zip(zipped({{"x/readme.txt", "x"}}), std::string(kHc08Map)).delivered);
}

}  // namespace
}  // namespace sekisho::converter
