// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/converter/mini.h"

namespace sekisho::converter::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kMap = R"([map]
id = "jma"
version = "1"
catalog = "mini"
[input]
encoding = "UTF-8"
layout = "jma"
header_mode = "none"
[policy]
voucher_replaces = ["birth_date", "sex"]
[[value_table]]
name = "sex"
entries = [["1", "男性"], ["2", "女性"]]
[[column]]
number = 6
item = "健診日"
[[column]]
number = 8
item = "受診券"
[[column]]
number = 9
item = "カナ"
[[column]]
number = 10
item = "生年月日"
[[column]]
number = 11
item = "性別"
table = "sex"
[[jma_unit]]
item = "白血球数"
unit = "10*3/uL"
factor = "1000"
[[jma_ignore]]
item = "BMI"
)";

struct Lead {
  std::string voucher;
  std::string birth = "S550229";
  std::string sex = "1";
};

MiniResult convert_jma(const std::vector<std::string>& groups, const Lead& lead = {}) {
  static const Definition definition = mini_definition();
  const MapFile map = load_mini_map(definition, std::string(kMap));
  std::string line =
      "K,1,機関,,,20240501,," + lead.voucher + ",ﾐﾎﾝ," + lead.birth + "," + lead.sex + ",,";
  for (const std::string& group : groups) line += "," + group;
  return {convert_bytes(line + "\r\n", map, definition, mini_options(), sha256), &definition};
}

TEST(JmaTest, ItemsComeByCode) {
  const MiniResult result = convert_jma(
      {"9N001000000000001,身長,1,,,171.1,cm,", "2A010000001930101,WBC,1,,,5.44,10*3/uL,",
       "5C070000002306201,CRP,1,,L,0.1,mg/dL,", "9A751000000000001,血圧,1,,,120,mmHg,", ",,,,,,,"});
  EXPECT_THAT(result.codes(), ElementsAre("W-COMPARATOR"));
  EXPECT_EQ(result.value("身長"), "171.1");
  EXPECT_EQ(result.value("白血球数"), "5440");
  EXPECT_EQ(result.value("CRP"), "0.1未満");
  EXPECT_EQ(result.value("生年月日"), "19800229");
}

TEST(JmaTest, StateAndResultMustAgree) {
  const auto codes = [](const std::string& rest) {
    return convert_jma({"5C070000002306201,CRP," + rest}).codes();
  };
  EXPECT_THAT(codes("0,,,,,"), ElementsAre("W-NOTDONE-WORD"));
  EXPECT_THAT(codes("0,,,0.2,mg/dL,"), ElementsAre("E-NOTDONE-VALUE"));
  EXPECT_THAT(codes("2,,,,,"), ElementsAre("W-UNMEASURABLE"));
  EXPECT_THAT(codes("2,,,0.2,mg/dL,"), ElementsAre("E-UNMEASURABLE-VALUE"));
  EXPECT_THAT(codes("1,,,,,"), ElementsAre("E-DONE-EMPTY"));
  EXPECT_THAT(codes("9,,,0.2,mg/dL,"), ElementsAre("E-CODE-UNKNOWN"));
  EXPECT_THAT(codes("1,,X,0.2,mg/dL,"), ElementsAre("E-CODE-UNKNOWN"));
  EXPECT_THAT(codes("1,,,0.2,g/L,"), ElementsAre("E-UNIT"));
  EXPECT_THAT(codes("1,,,abc,mg/dL,"), ElementsAre("E-VALUE-TYPE"));
}

TEST(JmaTest, CodesMustBeKnown) {
  const MiniResult unknown = convert_jma({"5C07000000230620,CRP,1,,,0.2,mg/dL,"});
  ASSERT_THAT(unknown.codes(), ElementsAre("E-CODE-UNKNOWN"));
  EXPECT_EQ(unknown.converted.outcome.report.messages[0].column, "column 14");
  EXPECT_THAT(convert_jma({"3D045000001906202,HbA1c,1,,,5.2,%,"}).codes(),
              ElementsAre("E-CORRELATION#7"));
  const MiniResult ignored = convert_jma({"9N011000000000001,BMI,1,,,22.0,kg/m2,"});
  EXPECT_THAT(ignored.codes(), IsEmpty());
  EXPECT_EQ(ignored.value("BMI"), "");
}

TEST(JmaTest, AVoucherReplacesBirthAndSex) {
  EXPECT_THAT(convert_jma({}, {"", "S550229", ""}).codes(), ElementsAre("E-KEY-MISSING"));
  EXPECT_THAT(convert_jma({}, {"24000000013", "", ""}).codes(), IsEmpty());
  EXPECT_THAT(convert_jma({}, {"2400000001", "S550229", "1"}).codes(), ElementsAre("E-VALUE-TYPE"));
}

TEST(JmaTest, ARepeatedCodeWithAnotherResultIsAmbiguous) {
  const std::string one = "5C070000002306201,CRP,1,,,0.2,mg/dL,";
  EXPECT_THAT(convert_jma({one, one}).codes(), IsEmpty());
  EXPECT_THAT(convert_jma({one, "5C070000002306201,CRP,1,,,0.3,mg/dL,"}).codes(),
              ElementsAre("E-AMBIGUOUS"));
}

TEST(JmaTest, HalfGroupsAreFileErrors) {
  EXPECT_THAT(convert_jma({"5C070000002306201,CRP,1,,,0.2"}).codes(), ElementsAre("F-COLCOUNT"));
}

}  // namespace
}  // namespace sekisho::converter::testing
