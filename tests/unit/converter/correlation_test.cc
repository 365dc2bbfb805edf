// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/rules/correlation.h"

#include <cmath>

#include "tests/unit/converter/mini.h"

namespace sekisho::converter::testing {
namespace {

// One person of a catalog of numbers, straight into slots.
class CorrelationTest : public ::testing::Test {
 protected:
  CorrelationTest() {
    const std::vector<std::pair<const char*, const char*>> roles = {
        {"sbp1", "NNN"},
        {"dbp1", "NNN"},
        {"pulse", "NNN"},
        {"height", "NNN.N"},
        {"weight", "NNN.N"},
        {"bmi", "NN.N"},
        {"tg_fasting", "NNN"},
        {"ldl", "NNN"},
        {"ldl_calculated", "NNN"},
        {"non_hdl", "NNN"},
        {"tc", "NNN"},
        {"hdl", "NNN"},
        {"hba1c_jds", "N.N"},
        {"alp_ifcc", "NNN"},
        {"alp_jscc", "NNN"},
        {"hb", "NN.N"},
        {"ht", "NN.N"},
        {"rbc", "NNN"},
        {"mcv", "NNN.N"},
        {"mch", "NN.N"},
        {"mchc", "NN.N"},
        {"neutro", "NN.N"},
        {"lympho", "NN.N"},
        {"mono", "NN.N"},
        {"eosino", "NN.N"},
        {"baso", "NN.N"},
        {"tp", "N.N"},
        {"alb", "N.N"},
        {"ag_ratio", "N.NN"},
        {"tbil", "N.N"},
        {"dbil", "N.N"},
        {"creatinine", "N.NN"},
        {"egfr", "NNN.N"},
        {"waist_self_reported", "NNN.N"},
        {"fvc", "N.NN"},
        {"fev1", "N.NN"},
        {"fev1_percent", "NN.N"},
        {"glucose_fasting", "NNN"},
        {"glucose_casual", "NNN"},
        {"fobt1", "NNN"},
        {"fobt2", "NNN"}};
    auto files = mini_package();
    files["items.csv"] = "number,name,code17,type,format,role\n";
    int number = 0;
    for (const auto& [role, format] : roles) {
      files["items.csv"] +=
          std::to_string(++number) + "," + role + ",,number," + format + "," + role + "\n";
    }
    definition_ = mini_definition(files);
    map_.targets.resize(definition_.items.size());
    for (std::uint32_t i = 0; i < map_.targets.size(); ++i) map_.targets[i] = i;
  }

  // Codes that the values draw.
  std::vector<std::string> run(const std::vector<std::pair<std::string, std::string>>& values) {
    Reporter reporter(100);
    Row row(map_, definition_, reporter);
    row.begin(1, Date{20240501});
    row.sex = sex_;
    row.birth_date = Date{19740501};
    for (const auto& [name, text] : values) {
      Slot& slot = row.touch(definition_.by_name.find(name));
      slot.state = Slot::State::kValue;
      slot.has_number = true;
      slot.number = *parse_decimal(text);
    }
    check_correlation(row);
    std::vector<std::string> codes;
    for (const Message& message : reporter.take_report().messages) {
      codes.push_back(message.code + " " + message.item);
    }
    return codes;
  }

  Definition definition_;
  MapFile map_;
  char sex_ = 'M';
};

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(CorrelationTest, Pressures) {
  EXPECT_THAT(run({{"sbp1", "120"}, {"dbp1", "80"}}), IsEmpty());
  EXPECT_THAT(run({{"sbp1", "80"}, {"dbp1", "80"}}),
              ElementsAre("E-CORRELATION#2 dbp1", "E-CORRELATION#2 sbp1"));
  EXPECT_THAT(run({{"pulse", "250"}}), IsEmpty());
  EXPECT_THAT(run({{"pulse", "251"}}), ElementsAre("E-CORRELATION#2 pulse"));
}

TEST_F(CorrelationTest, BmiFollowsFromHeightAndWeight) {
  EXPECT_THAT(run({{"height", "170.0"}, {"weight", "65.0"}, {"bmi", "22.5"}}), IsEmpty());
  EXPECT_THAT(run({{"height", "170.0"}, {"weight", "65.0"}, {"bmi", "22.6"}}), IsEmpty());
  EXPECT_THAT(run({{"height", "170.0"}, {"weight", "65.0"}, {"bmi", "22.8"}}),
              ElementsAre("W-CORRELATION#3 bmi"));
}

TEST_F(CorrelationTest, Lipids) {
  EXPECT_THAT(run({{"tg_fasting", "399"}, {"ldl", "120"}}), IsEmpty());
  EXPECT_THAT(run({{"tg_fasting", "400"}, {"ldl", "120"}}),
              ElementsAre("W-CORRELATION#5 tg_fasting"));
  EXPECT_THAT(run({{"tc", "200"}, {"hdl", "60"}, {"non_hdl", "142"}}), IsEmpty());
  EXPECT_THAT(run({{"tc", "200"}, {"hdl", "60"}, {"non_hdl", "143"}}),
              ElementsAre("W-CORRELATION#6 non_hdl"));
  EXPECT_THAT(run({{"tc", "50"}, {"hdl", "60"}}), ElementsAre("W-CORRELATION#6 tc"));
  EXPECT_THAT(run({{"tc", "200"}, {"hdl", "60"}, {"ldl_calculated", "123"}, {"tg_fasting", "100"}}),
              IsEmpty());
  EXPECT_THAT(run({{"tc", "200"}, {"hdl", "60"}, {"ldl_calculated", "124"}, {"tg_fasting", "100"}}),
              ElementsAre("W-CORRELATION#6 ldl_calculated"));
}

TEST_F(CorrelationTest, ObsoleteMethods) {
  EXPECT_THAT(run({{"hba1c_jds", "5.2"}}), ElementsAre("E-CORRELATION#7 hba1c_jds"));
  EXPECT_THAT(run({{"alp_ifcc", "90"}, {"alp_jscc", "220"}}), IsEmpty());
  EXPECT_THAT(run({{"alp_ifcc", "251"}}), ElementsAre("W-CORRELATION#8 alp_ifcc"));
  EXPECT_THAT(run({{"alp_jscc", "80"}}), ElementsAre("W-CORRELATION#8 alp_jscc"));
}

TEST_F(CorrelationTest, Blood) {
  EXPECT_THAT(run({{"hb", "15.0"},
                   {"ht", "45.0"},
                   {"rbc", "500"},
                   {"mcv", "90.0"},
                   {"mch", "30.0"},
                   {"mchc", "33.3"}}),
              IsEmpty());
  EXPECT_THAT(run({{"hb", "15.0"}, {"ht", "45.0"}, {"rbc", "500"}, {"mcv", "94.0"}}),
              ElementsAre("W-CORRELATION#9 mcv"));
  EXPECT_THAT(
      run({{"neutro", "50"}, {"lympho", "40"}, {"mono", "5"}, {"eosino", "1"}, {"baso", "1"}}),
      IsEmpty());
  EXPECT_THAT(
      run({{"neutro", "49.9"}, {"lympho", "40"}, {"mono", "5"}, {"eosino", "1"}, {"baso", "1"}}),
      ElementsAre("W-CORRELATION#10 neutro"));
}

TEST_F(CorrelationTest, LiverKidneyLungs) {
  EXPECT_THAT(run({{"tp", "7.0"}, {"alb", "4.2"}, {"ag_ratio", "1.50"}}), IsEmpty());
  EXPECT_THAT(run({{"tp", "7.0"}, {"alb", "4.2"}, {"ag_ratio", "1.70"}}),
              ElementsAre("W-CORRELATION#11 ag_ratio"));
  EXPECT_THAT(run({{"tp", "4.0"}, {"alb", "4.2"}}), ElementsAre("W-CORRELATION#11 alb"));
  EXPECT_THAT(run({{"tbil", "1.0"}, {"dbil", "1.1"}}), ElementsAre("E-CORRELATION#12 dbil"));
  EXPECT_THAT(run({{"fvc", "4.00"}, {"fev1", "3.20"}, {"fev1_percent", "80.0"}}), IsEmpty());
  EXPECT_THAT(run({{"fvc", "4.00"}, {"fev1", "3.20"}, {"fev1_percent", "83.0"}}),
              ElementsAre("W-CORRELATION#19 fev1_percent"));
  EXPECT_THAT(run({{"fvc", "3.00"}, {"fev1", "3.20"}}), ElementsAre("W-CORRELATION#19 fev1"));
  EXPECT_THAT(run({{"waist_self_reported", "80"}, {"bmi", "22.0"}}),
              ElementsAre("W-CORRELATION#16 waist_self_reported"));
  EXPECT_THAT(run({{"fobt2", "1"}}), ElementsAre("W-CORRELATION#18 fobt2"));
}

TEST_F(CorrelationTest, EgfrFollowsFromAgeSexAndCreatinine) {
  // Age 50, creatinine 0.80: 80.6 for a man, 59.5 for a woman.
  EXPECT_THAT(run({{"creatinine", "0.80"}, {"egfr", "80.6"}}), IsEmpty());
  EXPECT_THAT(run({{"creatinine", "0.80"}, {"egfr", "59.5"}}),
              ElementsAre("W-CORRELATION#13 egfr"));
  sex_ = 'F';
  EXPECT_THAT(run({{"creatinine", "0.80"}, {"egfr", "59.5"}}), IsEmpty());
}

TEST_F(CorrelationTest, DisabledChecksStaySilent) {
  definition_.checks_disabled = 1u << 2 | 1u << 3;
  EXPECT_THAT(
      run({{"sbp1", "80"}, {"dbp1", "90"}, {"height", "170"}, {"weight", "65"}, {"bmi", "30"}}),
      IsEmpty());
}

TEST(EgfrTest, FixedPointAgreesWithTheFormula) {
  // The test may use floating point; the engine may not.
  for (int hundredths = 20; hundredths <= 1500; hundredths += 7) {
    for (int age = 18; age <= 110; age += 4) {
      for (const bool woman : {false, true}) {
        const double exact = 19'400.0 * std::pow(hundredths / 100.0, -1.094) *
                             std::pow(age, -0.287) * (woman ? 0.739 : 1.0);
        const auto ours = static_cast<double>(egfr_hundredths(Decimal{hundredths, 2}, age, woman));
        EXPECT_NEAR(ours, exact, 1.0) << hundredths << " " << age;
      }
    }
  }
}

}  // namespace
}  // namespace sekisho::converter::testing
