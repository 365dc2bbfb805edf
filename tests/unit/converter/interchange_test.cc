// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/archive/hc08.h"
#include "converter/archive/zip_archive.h"
#include "converter/interchange/export.h"
#include "tests/unit/converter/mini.h"

namespace sekisho::converter {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kItems =
    "code,name,kind,format,unit,method,method_name,answers,series,relation,section,input_min,input_"
    "max\n"
    "9N001000000000001,身長,PQ,NNN.N,cm,,,,,,01010,100,250\n"
    "9N006000000000001,体重,PQ,NNN.N,kg,,,,,,01010,20,250\n"
    "9N736000000000011,喫煙,CD,,,,,1.2.392.200119.6.24060,,,01010,,\n"
    "9A110160800000049,心電図所見,ST,256,,,,,9A110161000000049,COMP,01010,,\n"
    "2A010000001930101,白血球数,PQ,NNNN,/mm3,2A010,計数,,9A110161000000049,COMP,,,\n"
    "5C070000002306201,CRP,PQ,NN.N,mg/dL,,,,,,,,\n";
constexpr std::string_view kAnswers =
    "oid,code,term\n1.2.392.200119.6.24060,1,はい\n1.2.392.200119.6.24060,3,いいえ\n";

const InterchangeOptions kOptions{"20250401", "10", "010", "9910000018", "06990014", "6"};

// A standard file of the mini catalog.
Bytes standard_file(const std::vector<MiniRecord>& records) {
  const MiniResult result = convert_mini(records);
  EXPECT_TRUE(result.converted.outcome.delivered);
  return result.converted.output;
}

Profile profile() { return Profile::load(kItems, kAnswers).value(); }

Exported exported(const Bytes& file, InterchangeForm form) {
  const Definition definition = mini_definition();
  auto out = export_standard_file(file, definition, profile(), form, kOptions, sha256);
  EXPECT_TRUE(out.has_value()) << out.error().to_string();
  return std::move(out).value_or(Exported{});
}

std::vector<std::pair<std::string, Bytes>> unzipped(const Bytes& bytes) {
  const auto archive = ZipArchive::open(bytes);
  EXPECT_TRUE(archive);
  std::vector<std::pair<std::string, Bytes>> out;
  for (const auto& entry : (*archive)->entries()) {
    Bytes content(entry.size_bytes, '\0');
    const auto source = (*archive)->read(entry);
    std::size_t have = 0;
    while (have < content.size())
      have += source->read(content.data() + have, content.size() - have).value();
    out.emplace_back(entry.name, std::move(content));
  }
  return out;
}

MiniRecord person() {
  return MiniRecord()
      .set("カナ", "ﾐﾎﾝ ﾀﾛｳ")
      .set("保険者番号", "06990014")
      .set("身長", "170.5")
      .set("体重", "70")
      .set("喫煙", "1")
      .set("心電図1", "左軸偏位")
      .set("WBC", "5.1");
}

TEST(Hc08ExportTest, AnArchiveOfTheMinistrysForm) {
  const Exported out = exported(standard_file({person(), person().set("氏名", "見本　花子")}),
                                InterchangeForm::kHc08);
  EXPECT_EQ(out.name, "9910000018_06990014_202504010_1");
  const auto files = unzipped(out.archive);
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[0].first, out.name + "/ix08_V08.xml");
  EXPECT_THAT(files[0].second, HasSubstr("<totalRecordCount value=\"2\"/>"));
  EXPECT_EQ(files[1].first, out.name +
                                "/DATA/h991000001820250401"
                                "01000001.xml");
}

TEST(Hc08ExportTest, WhatIsWrittenIsReadBack) {
  const auto files = unzipped(exported(standard_file({person()}), InterchangeForm::kHc08).archive);
  std::string record;
  const Status read = append_hc08_record(files.at(1).second, record);
  ASSERT_TRUE(read) << read.error().to_string();
  const auto fields = parse_csv(record).at(0);
  EXPECT_EQ(fields[2], "20240501");
  EXPECT_EQ(fields[4], "ミホン　タロウ");
  EXPECT_EQ(fields[5], "19800229");
  EXPECT_EQ(fields[6], "1");
  EXPECT_EQ(fields[7], "06990014");
  std::map<std::string, std::string> values;
  for (std::size_t i = 13; i + 8 <= fields.size(); i += 8) values[fields[i]] = fields[i + 5];
  EXPECT_EQ(values["9N001000000000001"], "170.5");
  EXPECT_EQ(values["9N736000000000011"], "1");
  EXPECT_EQ(values["9A110160800000049"], "左軸偏位");
  EXPECT_EQ(values["2A010000001930101"], "5100");
}

TEST(Hc08ExportTest, LimitsSeriesMethodsAndWhatIsNotKnown) {
  const auto document = [&](const MiniRecord& record) {
    return unzipped(exported(standard_file({record}), InterchangeForm::kHc08).archive).at(1).second;
  };
  EXPECT_THAT(document(person().set("身長", "95.5")),
              HasSubstr("value=\"95.5\" unit=\"cm\"/><value xsi:type=\"CD\" code=\"L\""));
  EXPECT_THAT(document(person().set("身長", "250")), HasSubstr("code=\"H\""));
  EXPECT_THAT(document(person().set("身長", "100.1")), Not(HasSubstr("code=\"L\"")));
  EXPECT_THAT(document(person().set("CRP", "0.1未満")),
              HasSubstr("value=\"0.1\" unit=\"mg/dL\"/><value xsi:type=\"CD\" code=\"L\""));
  // A result that does not fit its digits is the largest that does.
  EXPECT_THAT(document(person().set("WBC", "12.5")), HasSubstr("value=\"12500\""));
  EXPECT_THAT(document(person().set("体重", "測定不能")),
              HasSubstr("<value xsi:type=\"PQ\" nullFlavor=\"NI\"/>"));
  const std::string text = document(person().set("氏名", "見本<&\"太郎").set("カナ", ""));
  EXPECT_THAT(text, HasSubstr("見本&lt;&amp;&quot;太郎"));
  EXPECT_THAT(text, HasSubstr("<code nullFlavor=\"NA\"/>\n<entryRelationship typeCode=\"COMP\">"));
  EXPECT_THAT(text, HasSubstr("<methodCode code=\"2A010\""));
}

TEST(Hc08ExportTest, ATermWithoutCodeIsLeftOutAndNamed) {
  const Exported out = exported(standard_file({person().set("喫煙", "2")}), InterchangeForm::kHc08);
  EXPECT_THAT(out.left_out, ElementsAre("喫煙"));
  EXPECT_THAT(unzipped(out.archive).at(1).second, Not(HasSubstr("9N736")));
}

TEST(FhirExportTest, ABundleForEachPerson) {
  const Exported out =
      exported(standard_file({person().set("CRP", "0.1未満").set("体重", "測定不能")}),
               InterchangeForm::kFhir);
  const auto files = unzipped(out.archive);
  ASSERT_EQ(files.size(), 1u);
  const std::string& json = files[0].second;
  EXPECT_THAT(json, HasSubstr("\"resourceType\":\"Bundle\""));
  EXPECT_THAT(json, HasSubstr("\"birthDate\":\"1980-02-29\""));
  EXPECT_THAT(json, HasSubstr("\"valueQuantity\":{\"value\":170.5,\"unit\":\"cm\""));
  EXPECT_THAT(json, HasSubstr("\"value\":0.1,\"comparator\":\"<\""));
  EXPECT_THAT(
      json,
      HasSubstr(
          "\"system\":\"urn:oid:1.2.392.200119.6.24060\",\"code\":\"1\",\"display\":\"はい\""));
  EXPECT_THAT(json, HasSubstr("\"valueString\":\"左軸偏位\""));
  EXPECT_THAT(json, HasSubstr("\"dataAbsentReason\""));
  EXPECT_EQ(out.archive,
            exported(standard_file({person().set("CRP", "0.1未満").set("体重", "測定不能")}),
                     InterchangeForm::kFhir)
                .archive);
}

TEST(ExportTest, RefusesForeignFilesAndNumbers) {
  const Definition definition = mini_definition();
  const auto code = [&](const Bytes& file, const InterchangeOptions& options) {
    const auto out =
        export_standard_file(file, definition, profile(), InterchangeForm::kHc08, options, sha256);
    return out ? "" : out.error().context;
  };
  const Bytes good = standard_file({person()});
  EXPECT_EQ(code(good, kOptions), "");
  EXPECT_THAT(code("a,b\n1,2\n", kOptions), HasSubstr("header"));
  EXPECT_THAT(code(good + "x,y\n", kOptions), HasSubstr("another number of fields"));
  InterchangeOptions options = kOptions;
  options.sender_number = "../../x";
  EXPECT_THAT(code(good, options), HasSubstr("10 digits"));
}

TEST(ProfileTest, FaultsAreNamed) {
  EXPECT_FALSE(Profile::load("code,name,kind\nshort,x,PQ\n", kAnswers));
  EXPECT_FALSE(Profile::load("code,name,kind\n9N001000000000001,x,XX\n", kAnswers));
  EXPECT_FALSE(
      Profile::load("code,name,kind\n9N001000000000001,x,PQ\n9N001000000000001,x,PQ\n", kAnswers));
}

}  // namespace
}  // namespace sekisho::converter
