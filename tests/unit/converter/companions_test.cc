// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/converter/mini.h"

// Columns that describe others (METHOD, UNIT, QUALIFIER), places of findings, labels of reserves.
namespace sekisho::converter::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// 備考 describes WBC or 随時血糖, as `role` and `more` say.
std::string described_map(const std::string& role, int of, const std::string& more = "") {
  std::string text = mini_map();
  const std::string remark = "header = \"備考\"\nitem = \"備考\"\n";
  const std::string now =
      "header = \"備考\"\nrole = \"" + role + "\"\nof = " + std::to_string(of) + "\n" + more;
  return text.replace(text.find(remark), remark.size(), now);
}

MiniResult convert_described(const std::string& map_text, const std::string& column,
                             const std::string& value, const std::string& beside) {
  return convert_mini({MiniRecord().set(column, value).set("備考", beside)}, mini_options(),
                      map_text);
}

TEST(CompanionTest, TheUnitColumnChoosesTheFactor) {
  const std::string map = described_map("UNIT", 12);
  EXPECT_EQ(convert_described(map, "WBC", "5.6", "10*3/uL").value("白血球数"), "5600");
  EXPECT_EQ(convert_described(map, "WBC", "5600", "/mm3").value("白血球数"), "5600");
  EXPECT_EQ(convert_described(map, "WBC", "5.6", "").value("白血球数"), "5600");
  EXPECT_THAT(convert_described(map, "WBC", "56", "10*2/uL").codes(), ElementsAre("E-UNIT"));
}

TEST(CompanionTest, FurtherUnitsHaveTheirFactors) {
  std::string map = described_map("UNIT", 12);
  const std::string factor = "factor = \"1000\"\n";
  map.insert(map.find(factor) + factor.size(), "units = [[\"10*2/uL\", \"100\"]]\n");
  EXPECT_EQ(convert_described(map, "WBC", "56", "10*2/uL").value("白血球数"), "5600");
}

TEST(CompanionTest, TheQualifierBoundsOrSaysWhatWasDone) {
  const std::string map = described_map("QUALIFIER", 22);
  EXPECT_EQ(convert_described(map, "随時血糖", "20", "L").value("随時血糖"), "20未満");
  EXPECT_EQ(convert_described(map, "随時血糖", "600", "以上").value("随時血糖"), "600以上");
  EXPECT_EQ(convert_described(map, "随時血糖", "", "測定不能").value("随時血糖"), "測定不能");
  EXPECT_EQ(convert_described(map, "随時血糖", "", "未実施").value("随時血糖"), "");
  EXPECT_THAT(convert_described(map, "随時血糖", "90", "未実施").codes(),
              ElementsAre("E-NOTDONE-VALUE"));
  EXPECT_THAT(convert_described(map, "随時血糖", "90", "測定不能").codes(),
              ElementsAre("E-UNMEASURABLE-VALUE"));
  EXPECT_THAT(convert_described(map, "随時血糖", "", "実施").codes(), ElementsAre("E-DONE-EMPTY"));
  EXPECT_THAT(convert_described(map, "随時血糖", "90", "たぶん").codes(),
              ElementsAre("E-CODE-UNKNOWN"));
  EXPECT_THAT(convert_described(map, "随時血糖", "90", "").codes(), IsEmpty());
}

TEST(CompanionTest, TheMethodChoosesTheItem) {
  const std::string table =
      "[[value_table]]\nname = \"method\"\nentries = [[\"A法\", \"CRP\"], [\"B法\", \"PSA\"]]\n";
  std::string map = described_map("METHOD", 13, "table = \"method\"\n");
  map.insert(map.find("[[value_table]]"), table);
  EXPECT_EQ(convert_described(map, "CRP", "1.2", "Ｂ法").value("PSA"), "1.2");
  EXPECT_EQ(convert_described(map, "CRP", "1.2", "A法").value("CRP"), "1.2");
  EXPECT_EQ(convert_described(map, "CRP", "1.2", "").value("CRP"), "1.2");
  EXPECT_THAT(convert_described(map, "CRP", "1.2", "C法").codes(), ElementsAre("E-CODE-UNKNOWN"));
}

TEST(CompanionTest, MapsThatMakeNoSenseAreRefused) {
  const Definition definition = mini_definition();
  for (const std::string& text : {described_map("UNIT", 2), described_map("METHOD", 12),
                                  described_map("UNIT", 5), described_map("QUALIFIER", 18)}) {
    EXPECT_FALSE(load_map(text, definition, sha256).has_value());
  }
}

TEST(PlaceTest, PlaceAndFindingAreKnownApart) {
  auto files = mini_package();
  files["places.csv"] = "list,place,synonyms\necg,下壁,下壁誘導\necg,前壁,\n";
  files["findings.csv"] += "ecg,ST低下,ST下降\n";
  const Definition definition = mini_definition(files);
  const MapFile map = load_mini_map(definition);
  const auto standard = [&](const std::string& text) {
    const std::string file = mini_file({MiniRecord().set("心電図1", text)});
    const MiniResult result{convert_bytes(file, map, definition, mini_options(), sha256),
                            &definition};
    return result.value("心電図(所見)");
  };
  EXPECT_EQ(standard("下壁誘導ST下降"), "ST低下(下壁)");
  EXPECT_EQ(standard("前壁の ＳＴ下降、洞性徐脈"), "ST低下(前壁)、洞徐脈");
  EXPECT_EQ(standard("ST低下(前壁)"), "ST低下(前壁)");
  EXPECT_EQ(standard("後壁ST低下"), "");
  EXPECT_EQ(standard("前壁"), "");
}

TEST(ReserveTest, LabelsStandBehindTheItemsName) {
  std::string text = mini_map("[[reserve]]\nitem = \"予備001\"\nlabel = \"職場の質問\"\n");
  const Definition definition = mini_definition();
  const MapFile map = load_mini_map(definition, text);
  const std::uint32_t item = definition.by_name.find("予備001");
  EXPECT_EQ(map.item_name(definition, item), "予備001(職場の質問)");
  EXPECT_FALSE(
      load_map(mini_map("[[reserve]]\nitem = \"体重\"\nlabel = \"x\"\n"), definition, sha256));
}

}  // namespace
}  // namespace sekisho::converter::testing
