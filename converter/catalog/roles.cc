// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "converter/definition.h"

namespace sekisho::converter {
namespace {

constexpr std::array<std::pair<std::string_view, Role>, 69> kRoles = {{
    {"exam_date", Role::kExamDate},
    {"birth_date", Role::kBirthDate},
    {"sex", Role::kSex},
    {"name", Role::kName},
    {"kana", Role::kKana},
    {"insurer_number", Role::kInsurerNumber},
    {"institution_number", Role::kInstitutionNumber},
    {"voucher_number", Role::kVoucherNumber},
    {"insured_symbol", Role::kInsuredSymbol},
    {"insured_number", Role::kInsuredNumber},
    {"employee_number", Role::kEmployeeNumber},
    {"height", Role::kHeight},
    {"weight", Role::kWeight},
    {"bmi", Role::kBmi},
    {"waist", Role::kWaist},
    {"waist_self_reported", Role::kWaistSelfReported},
    {"sbp1", Role::kSbp1},
    {"dbp1", Role::kDbp1},
    {"sbp2", Role::kSbp2},
    {"dbp2", Role::kDbp2},
    {"sbp_other", Role::kSbpOther},
    {"dbp_other", Role::kDbpOther},
    {"pulse", Role::kPulse},
    {"tg_fasting", Role::kTgFasting},
    {"tg_casual", Role::kTgCasual},
    {"hdl", Role::kHdl},
    {"ldl", Role::kLdl},
    {"ldl_calculated", Role::kLdlCalculated},
    {"non_hdl", Role::kNonHdl},
    {"tc", Role::kTc},
    {"glucose_fasting", Role::kGlucoseFasting},
    {"glucose_casual", Role::kGlucoseCasual},
    {"hba1c", Role::kHba1c},
    {"hba1c_jds", Role::kHba1cJds},
    {"sampling_time", Role::kSamplingTime},
    {"alp_ifcc", Role::kAlpIfcc},
    {"alp_jscc", Role::kAlpJscc},
    {"hb", Role::kHb},
    {"ht", Role::kHt},
    {"rbc", Role::kRbc},
    {"mcv", Role::kMcv},
    {"mch", Role::kMch},
    {"mchc", Role::kMchc},
    {"neutro", Role::kNeutro},
    {"lympho", Role::kLympho},
    {"mono", Role::kMono},
    {"eosino", Role::kEosino},
    {"baso", Role::kBaso},
    {"tp", Role::kTp},
    {"alb", Role::kAlb},
    {"ag_ratio", Role::kAgRatio},
    {"tbil", Role::kTbil},
    {"dbil", Role::kDbil},
    {"creatinine", Role::kCreatinine},
    {"egfr", Role::kEgfr},
    {"fvc", Role::kFvc},
    {"fev1", Role::kFev1},
    {"fev1_percent", Role::kFev1Percent},
    {"drinking", Role::kDrinking},
    {"drinking_amount", Role::kDrinkingAmount},
    {"metabo", Role::kMetabo},
    {"guidance_level", Role::kGuidanceLevel},
    {"med_bp", Role::kMedBp},
    {"med_glucose", Role::kMedGlucose},
    {"med_lipid", Role::kMedLipid},
    {"fobt1", Role::kFobt1},
    {"fobt2", Role::kFobt2},
    {"", Role::kNone},
    {"none", Role::kNone},
}};
static_assert(static_cast<std::size_t>(Role::kCount) == 68);

}  // namespace

std::optional<Role> role_of(std::string_view word) {
  for (const auto& [known, role] : kRoles) {
    if (known == word) return role;
  }
  return {};
}

}  // namespace sekisho::converter
