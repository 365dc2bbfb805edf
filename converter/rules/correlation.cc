// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "converter/rules/correlation.h"

#include <array>

// The numbers are those of the table of correlation checks in docs/converter-checks.md, where the
// tolerances and their sources stand.
namespace sekisho::converter {
namespace {

using State = Slot::State;

// Values as whole hundredths, so that every comparison below is one of integers.
constexpr std::uint8_t kHundredths = 2;

Int128 absolute(Int128 value) { return value < 0 ? -value : value; }

void warn(Row& row, int check, Role role) {
  row.report_item(correlation_kind(check, 'W'),
                  static_cast<std::uint32_t>(row.definition.item_with(role)));
}

void refuse(Row& row, int check, Role role) {
  row.report_item(correlation_kind(check, 'E'),
                  static_cast<std::uint32_t>(row.definition.item_with(role)));
}

// Plain numbers of several roles in hundredths; false when one is missing.
template <std::size_t kCount>
bool hundredths(Row& row, const std::array<Role, kCount>& roles, std::array<Int128, kCount>& out) {
  for (std::size_t i = 0; i < kCount; ++i) {
    const Decimal* value = row.number(roles[i]);
    if (value == nullptr) return false;
    out[i] = scaled(*value, kHundredths);
  }
  return true;
}

bool has_value(Row& row, Role role) {
  const Slot* slot = row.slot(role);
  return slot != nullptr && slot->has_value();
}

std::string_view code_of(Row& row, Role role) {
  const Slot* slot = row.slot(role);
  return slot != nullptr && slot->has_value() ? slot->code : std::string_view{};
}

void check_pressure(Row& row) {  // 2
  constexpr std::array<std::pair<Role, Role>, 3> kPairs = {
      {{Role::kSbp1, Role::kDbp1}, {Role::kSbp2, Role::kDbp2}, {Role::kSbpOther, Role::kDbpOther}}};
  for (const auto& [high, low] : kPairs) {
    std::array<Int128, 2> v{};
    if (!hundredths<2>(row, {high, low}, v) || v[1] < v[0]) continue;
    refuse(row, 2, low);
    refuse(row, 2, high);
  }
  std::array<Int128, 1> pulse{};
  if (!hundredths<1>(row, {Role::kPulse}, pulse)) return;
  if (pulse[0] < 2'000 || pulse[0] > 25'000) refuse(row, 2, Role::kPulse);
}

void check_bmi(Row& row) {  // 3: |BMI - w / h^2| > 0.2, h in metres
  std::array<Int128, 3> v{};
  if (!hundredths<3>(row, {Role::kBmi, Role::kWeight, Role::kHeight}, v)) return;
  const auto& [bmi, weight, height] = v;
  const Int128 square = height * height;
  if (absolute(bmi * square - weight * 100'000'000) > 20 * square) warn(row, 3, Role::kBmi);
}

// 4: a casual value although blood was drawn fasting is not usable as such; the original stays.
void check_sampling(Row& row) {
  const std::string_view code = code_of(row, Role::kSamplingTime);
  if (code.empty()) return;
  const bool fasting = code == "2";
  for (const Role role : {Role::kGlucoseCasual, Role::kTgCasual}) {
    const bool too_early = code == "4" && role == Role::kGlucoseCasual;
    if (!has_value(row, role) || !(fasting || too_early)) continue;
    warn(row, 4, role);
    row.slot(role)->standard_hidden = true;
  }
  for (const Role role : {Role::kGlucoseFasting, Role::kTgFasting}) {
    if (has_value(row, role) && !fasting) warn(row, 4, role);
  }
}

void check_triglyceride(Row& row) {  // 5
  const bool ldl = has_value(row, Role::kLdl) || has_value(row, Role::kLdlCalculated);
  if (!ldl) return;
  for (const Role role : {Role::kTgFasting, Role::kTgCasual}) {
    const Slot* slot = row.slot(role);
    const bool high =
        slot != nullptr && slot->has_value() && slot->has_number && Decimal{400, 0} <= slot->number;
    if (high) warn(row, 5, role);
  }
  const std::string_view code = code_of(row, Role::kSamplingTime);
  const bool after_meal = code == "3" || code == "4";
  if (after_meal && !has_value(row, Role::kNonHdl)) {
    warn(row, 5, has_value(row, Role::kLdl) ? Role::kLdl : Role::kLdlCalculated);
  }
}

void check_cholesterol(Row& row) {  // 6
  std::array<Int128, 2> pair{};
  if (!hundredths<2>(row, {Role::kTc, Role::kHdl}, pair)) return;
  const auto& [tc, hdl] = pair;
  if (tc < hdl) warn(row, 6, Role::kTc);
  std::array<Int128, 1> non_hdl{};
  if (hundredths<1>(row, {Role::kNonHdl}, non_hdl) && absolute(tc - hdl - non_hdl[0]) > 200) {
    warn(row, 6, Role::kNonHdl);
  }
  std::array<Int128, 2> more{};
  if (!hundredths<2>(row, {Role::kLdlCalculated, Role::kTgFasting}, more)) return;
  const auto& [ldl, tg] = more;
  if (tg < 40'000 && absolute(5 * (tc - hdl - ldl) - tg) > 5 * 300) {
    warn(row, 6, Role::kLdlCalculated);
  }
}

void check_jds(Row& row) {  // 7
  constexpr Date kLastJds{20130331};
  if (has_value(row, Role::kHba1cJds) && row.exam_date > kLastJds) refuse(row, 7, Role::kHba1cJds);
}

void check_alp(Row& row) {  // 8
  std::array<Int128, 1> alp{};
  const bool ifcc = hundredths<1>(row, {Role::kAlpIfcc}, alp);
  if (ifcc && alp[0] > 15'000 && alp[0] <= 32'500) warn(row, 8, Role::kAlpIfcc);
  const bool jscc = hundredths<1>(row, {Role::kAlpJscc}, alp);
  if (jscc && alp[0] >= 3'800 && alp[0] < 10'000) warn(row, 8, Role::kAlpJscc);
}

// True when a and b differ by more than `percent` of b.
bool differ(Int128 a, Int128 b, int percent) { return absolute(a - b) * 100 > b * percent; }

void check_red_cells(Row& row) {  // 9: RBC in 10*4/mm3, Hb in g/dL, Ht in %
  std::array<Int128, 3> v{};
  if (!hundredths<3>(row, {Role::kHb, Role::kHt, Role::kRbc}, v)) return;
  const auto& [hb, ht, rbc] = v;
  std::array<Int128, 1> index{};
  if (hundredths<1>(row, {Role::kMcv}, index) && differ(index[0] * rbc, ht * 100'000, 3)) {
    warn(row, 9, Role::kMcv);
  }
  if (hundredths<1>(row, {Role::kMch}, index) && differ(index[0] * rbc, hb * 100'000, 3)) {
    warn(row, 9, Role::kMch);
  }
  if (hundredths<1>(row, {Role::kMchc}, index) && differ(index[0] * ht, hb * 10'000, 3)) {
    warn(row, 9, Role::kMchc);
  }
  if (differ(hb * 3, ht, 15)) warn(row, 9, Role::kHt);
}

void check_differential(Row& row) {  // 10
  std::array<Int128, 5> v{};
  if (!hundredths<5>(row, {Role::kNeutro, Role::kLympho, Role::kMono, Role::kEosino, Role::kBaso},
                     v)) {
    return;
  }
  const Int128 sum = v[0] + v[1] + v[2] + v[3] + v[4];
  if (sum < 9'700 || sum > 10'300) warn(row, 10, Role::kNeutro);
}

void check_protein(Row& row) {  // 11: |A/G - Alb / (TP - Alb)| > 0.15
  std::array<Int128, 2> v{};
  if (!hundredths<2>(row, {Role::kTp, Role::kAlb}, v)) return;
  const auto& [tp, alb] = v;
  if (alb > tp) return warn(row, 11, Role::kAlb);
  std::array<Int128, 1> ratio{};
  if (!hundredths<1>(row, {Role::kAgRatio}, ratio)) return;
  const Int128 globulin = tp - alb;
  if (absolute(ratio[0] * globulin - alb * 100) > 15 * globulin) warn(row, 11, Role::kAgRatio);
}

void check_bilirubin(Row& row) {  // 12
  std::array<Int128, 2> v{};
  if (hundredths<2>(row, {Role::kDbil, Role::kTbil}, v) && v[0] > v[1])
    refuse(row, 12, Role::kDbil);
}

void check_egfr(Row& row) {  // 13
  const Decimal* creatinine = row.number(Role::kCreatinine);
  std::array<Int128, 1> stated{};
  if (creatinine == nullptr || !hundredths<1>(row, {Role::kEgfr}, stated)) return;
  if (row.sex == 0 || !row.birth_date.is_set()) return;
  const std::int32_t age = age_at(row.birth_date, row.exam_date);
  const bool in_bounds = Decimal{1, 2} <= *creatinine && *creatinine <= Decimal{50, 0};
  if (!in_bounds || age < 18 || age > 120) return;
  const Int128 expected = egfr_hundredths(*creatinine, age, row.sex == 'F');
  if (absolute(stated[0] - expected) > 300) warn(row, 13, Role::kEgfr);
}

void check_sex(Row& row) {  // 14
  if (row.sex == 0) return;
  for (const std::uint32_t index : row.with_sex) {
    const Item& item = row.definition.items[index];
    if (item.sex == row.sex) continue;
    const State state = row.slot(index).state;
    if (state != State::kValue && state != State::kUnmapped) continue;
    const bool finding = item.type == ItemType::kFindings;
    row.report_item(correlation_kind(14, finding ? 'E' : 'W'), index);
  }
}

void check_guidance(Row& row) {  // 15: medication means no guidance
  const std::string_view level = code_of(row, Role::kGuidanceLevel);
  if (level != "1" && level != "2") return;
  for (const Role role : {Role::kMedBp, Role::kMedGlucose, Role::kMedLipid}) {
    if (code_of(row, role) == "1") return warn(row, 15, Role::kGuidanceLevel);
  }
}

void check_waist(Row& row) {  // 16
  std::array<Int128, 2> v{};
  if (hundredths<2>(row, {Role::kWaistSelfReported, Role::kBmi}, v) && v[1] >= 2'200) {
    warn(row, 16, Role::kWaistSelfReported);
  }
}

// One side blank though it is in the layout, the other filled.
void check_side(Row& row, std::uint32_t missing, std::uint32_t present) {
  const bool blank = row.slot(missing).state == State::kBlank;
  if (!blank || row.column_of(missing) == Slot::kNoColumn) return;
  if (row.slot(present).has_value()) row.report_item(correlation_kind(17, 'W'), missing);
}

void check_sides(Row& row) {  // 17
  for (const std::uint32_t index : row.with_pair) {
    const auto other = static_cast<std::uint32_t>(row.definition.items[index].pair);
    const bool both_pairs = row.definition.items[other].pair == static_cast<std::int32_t>(index);
    check_side(row, index, other);
    if (!both_pairs) check_side(row, other, index);
  }
}

void check_occult_blood(Row& row) {  // 18
  const Slot* first = row.slot(Role::kFobt1);
  const Slot* second = row.slot(Role::kFobt2);
  if (first == nullptr || second == nullptr) return;
  if (first->state == State::kBlank && second->has_value()) warn(row, 18, Role::kFobt2);
}

void check_lungs(Row& row) {  // 19
  std::array<Int128, 2> v{};
  if (!hundredths<2>(row, {Role::kFev1, Role::kFvc}, v)) return;
  const auto& [fev1, fvc] = v;
  if (fev1 > fvc) return warn(row, 19, Role::kFev1);
  std::array<Int128, 1> percent{};
  if (!hundredths<1>(row, {Role::kFev1Percent}, percent)) return;
  // The volumes are given to 0.01 L at best; half a step of each is no contradiction.
  if (absolute(fev1 * 10'000 - percent[0] * fvc) > 100 * fvc + 10'000) {
    warn(row, 19, Role::kFev1Percent);
  }
}

void check_drinking(Row& row) {  // 20: the lists changed on 2024-04-01
  const std::string_view code = code_of(row, Role::kDrinking);
  const bool new_list = row.exam_date >= Date{20240401};
  const bool drinks_not = new_list ? code == "7" || code == "8" : code == "3";
  if (drinks_not && has_value(row, Role::kDrinkingAmount)) warn(row, 20, Role::kDrinkingAmount);
}

struct Check {
  int number;
  void (*run)(Row&);
};

constexpr std::array<Check, 19> kChecks = {{
    {2, check_pressure},      {3, check_bmi},       {4, check_sampling},   {5, check_triglyceride},
    {6, check_cholesterol},   {7, check_jds},       {8, check_alp},        {9, check_red_cells},
    {10, check_differential}, {11, check_protein},  {12, check_bilirubin}, {13, check_egfr},
    {14, check_sex},          {15, check_guidance}, {16, check_waist},     {17, check_sides},
    {18, check_occult_blood}, {19, check_lungs},    {20, check_drinking},
}};

}  // namespace

void check_correlation(Row& row) {
  for (const Check& check : kChecks) {
    if (row.definition.check_enabled(check.number)) check.run(row);
  }
}

}  // namespace sekisho::converter
