// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/rules/requirements.h"

#include "tests/unit/converter/mini.h"

namespace sekisho::converter::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::string_view kPolicy = "[policy]\nrequirements = [\"kenshin\"]\n";

// One record of the mini layout against rules of requirements.csv.
MiniResult convert_under(const std::string& rules, const MiniRecord& record,
                         std::string_view policy = kPolicy) {
  auto files = mini_package();
  files["requirements.csv"] = "set,title,kind,items,ages,age_on,unless\n" + rules;
  static Definition definition;
  definition = mini_definition(files);
  const MapFile map = load_mini_map(definition, mini_map(policy));
  return {convert_bytes(mini_file({record}), map, definition, mini_options(), sha256), &definition};
}

TEST(RequirementsTest, AnyOfSeveralItemsIsEnough) {
  const std::string rule = "kenshin,体格,any,BMI|体重&身長,,,\n";
  EXPECT_THAT(convert_under(rule, MiniRecord().set("体重", "60").set("身長", "170")).codes(),
              IsEmpty());
  EXPECT_THAT(convert_under(rule, MiniRecord().set("体重", "60")).codes(),
              ElementsAre("W-REQUIRED-ABSENT"));
}

TEST(RequirementsTest, NotDoneIsAbsentAndUnmeasurableIsNot) {
  const std::string rule = "kenshin,体重,any,体重,,,\n";
  EXPECT_THAT(convert_under(rule, MiniRecord().set("体重", "未実施")).codes(),
              Contains("W-REQUIRED-ABSENT"));
  EXPECT_THAT(convert_under(rule, MiniRecord().set("体重", "測定不能")).codes(),
              Not(Contains("W-REQUIRED-ABSENT")));
}

TEST(RequirementsTest, SetsThatNobodyNamesAreNotChecked) {
  const std::string rule = "kenshin,体重,any,体重,,,\n";
  EXPECT_THAT(convert_under(rule, MiniRecord(), "").codes(), IsEmpty());
}

TEST(RequirementsTest, AgesAreThoseOnTheDayOrAtTheYearsEnd) {
  // Born 1980-02-29, examined 2024-05-01: 44, and 45 on 31 March 2025.
  EXPECT_THAT(convert_under("kenshin,体重,any,体重,45-,exam,\n", MiniRecord()).codes(), IsEmpty());
  EXPECT_THAT(convert_under("kenshin,体重,any,体重,45-,year-end,\n", MiniRecord()).codes(),
              ElementsAre("W-REQUIRED-ABSENT"));
  EXPECT_THAT(convert_under("kenshin,体重,any,体重,\"35,44-46\",exam,\n", MiniRecord()).codes(),
              ElementsAre("W-REQUIRED-ABSENT"));
}

TEST(RequirementsTest, AgeOutsideTheProgrammeIsCheck21) {
  const std::string rule = "kenshin,年度末年齢,age,,40-74,year-end,\n";
  EXPECT_THAT(convert_under(rule, MiniRecord()).codes(), IsEmpty());
  EXPECT_THAT(convert_under(rule, MiniRecord().set("生年月日", "1985/04/01")).codes(),
              ElementsAre("W-CORRELATION#21"));
  EXPECT_THAT(convert_under(rule, MiniRecord().set("生年月日", "1985/03/31")).codes(), IsEmpty());
}

TEST(RequirementsTest, ConditionsOfAlternativesAndOfRules) {
  const std::string casual = "kenshin,血糖,any,随時血糖{採血時間=3/4},,,\n";
  EXPECT_THAT(
      convert_under(casual, MiniRecord().set("随時血糖", "90").set("採血時間", "3")).codes(),
      Not(Contains("W-REQUIRED-ABSENT")));
  EXPECT_THAT(
      convert_under(casual, MiniRecord().set("随時血糖", "90").set("採血時間", "2")).codes(),
      Contains("W-REQUIRED-ABSENT"));
  const std::string waist = "kenshin,体重,any,体重,,,BMI<20\n";
  EXPECT_THAT(convert_under(waist, MiniRecord().set("BMI", "19.9")).codes(), IsEmpty());
  EXPECT_THAT(convert_under(waist, MiniRecord().set("BMI", "20.0")).codes(),
              ElementsAre("W-REQUIRED-ABSENT"));
}

TEST(RequirementsTest, FindingsNeedTheirText) {
  const std::string rule = "kenshin,心電図,finding,心電図(有無),,,\n";
  EXPECT_THAT(convert_under(rule, MiniRecord().set("心電図1", "異常なし")).codes(), IsEmpty());
  EXPECT_THAT(convert_under(rule, MiniRecord().set("心電図1", "LAD")).codes(), IsEmpty());
  EXPECT_THAT(convert_under(rule, MiniRecord()).codes(), ElementsAre("W-REQUIRED-ABSENT"));
}

TEST(RequirementsTest, HalfAGroupHoldsThePersonBack) {
  const std::string rule = ",血圧,group,最高血圧&最低血圧,,,\n";
  EXPECT_THAT(convert_under(rule, MiniRecord(), "").codes(), IsEmpty());
  EXPECT_THAT(convert_under(rule, MiniRecord().set("最高", "120").set("最低", "80"), "").codes(),
              IsEmpty());
  const auto half = convert_under(rule, MiniRecord().set("最高", "120"), "");
  EXPECT_THAT(half.codes(), ElementsAre("E-GROUP-INCOMPLETE"));
  EXPECT_EQ(half.converted.outcome.counts.persons_held, 1u);
}

TEST(RequirementsTest, OneExaminationMayNeedAnother) {
  const std::string rule = "kenshin,喫煙本数,with,体重&身長,,,\n";
  EXPECT_THAT(convert_under(rule, MiniRecord()).codes(), IsEmpty());
  EXPECT_THAT(convert_under(rule, MiniRecord().set("体重", "60")).codes(),
              ElementsAre("W-REQUIRED-ABSENT"));
}

TEST(RequirementsTest, WhatTheLayoutLacksIsSaidOnce) {
  const std::string rule = "kenshin,予備,any,予備001,,,\n";
  const auto result = convert_under(rule, MiniRecord());
  ASSERT_THAT(result.codes(), ElementsAre("W-REQUIRED-ABSENT"));
  EXPECT_EQ(result.converted.outcome.report.messages[0].row, 0u);
}

TEST(RequirementsTest, MistakesInTheTableAreNamed) {
  const auto refuse = [](const std::string& rule) {
    auto files = mini_package();
    files["requirements.csv"] = "set,title,kind,items,ages,age_on,unless\n" + rule;
    const auto loaded = load_definition(files, sha256);
    EXPECT_FALSE(loaded.has_value()) << rule;
    return loaded ? std::string() : loaded.error().context;
  };
  EXPECT_THAT(refuse("a,b,any,無い項目,,,\n"), ::testing::HasSubstr("無い項目"));
  EXPECT_THAT(refuse("a,b,some,体重,,,\n"), ::testing::HasSubstr("kind"));
  EXPECT_THAT(refuse("a,b,any,体重,x,,\n"), ::testing::HasSubstr("ages"));
  EXPECT_THAT(refuse("a,b,any,体重{BMI},,,\n"), ::testing::HasSubstr("condition"));
  EXPECT_THAT(refuse("a,b,with,体重,,,\n"), ::testing::HasSubstr("&"));
}

}  // namespace
}  // namespace sekisho::converter::testing
