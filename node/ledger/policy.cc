// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/policy.h"

namespace sekisho::ledger {
namespace {

constexpr std::uint64_t kSecondMs = 1000;
constexpr std::uint64_t kYearMs = 366ull * 24 * 3600 * kSecondMs;
constexpr std::uint32_t kDenominatorMax = 100;

Status check_range(std::string_view field, std::uint64_t value, std::uint64_t low,
                   std::uint64_t high) {
  if (value >= low && value <= high) return {};
  return fail(Code::kInvalidArgument, "policy: " + std::string(field) + " must be between " +
                                          std::to_string(low) + " and " + std::to_string(high));
}

// One spelling for each meaning, so that equal policies have equal bytes.
Status check_threshold(std::string_view field, const Threshold& threshold) {
  const std::string name(field);
  if (threshold.secretariat) {
    if (threshold.numerator == 0 && threshold.denominator == 1) return {};
    return fail(Code::kInvalidArgument, "policy: " + name + " is the secretariat's and needs 0/1");
  }
  if (threshold.denominator == 0 || threshold.denominator > kDenominatorMax ||
      threshold.numerator >= threshold.denominator) {
    return fail(Code::kInvalidArgument, "policy: " + name +
                                            " must be a fraction below 1 with a "
                                            "denominator of at most 100");
  }
  return {};
}

Threshold threshold_from_proto(const v1::Threshold& proto) {
  return {proto.secretariat(), proto.numerator(), proto.denominator()};
}

void threshold_to_proto(const Threshold& threshold, v1::Threshold& proto) {
  proto.set_secretariat(threshold.secretariat);
  proto.set_numerator(threshold.numerator);
  proto.set_denominator(threshold.denominator);
}

}  // namespace

std::string Threshold::to_string() const {
  if (secretariat) return "secretariat";
  return "more than " + std::to_string(numerator) + "/" + std::to_string(denominator);
}

Status check_policy(const Policy& policy) {
  TRY_STATUS(check_range("clock_skew_max_ms", policy.clock_skew_max_ms, 100, 600 * kSecondMs));
  TRY_STATUS(check_range("proposal_lifetime_ms", policy.proposal_lifetime_ms, kSecondMs, kYearMs));
  TRY_STATUS(check_threshold("routine", policy.routine));
  TRY_STATUS(check_threshold("sensitive", policy.sensitive));
  TRY_STATUS(check_threshold("constitutional", policy.constitutional));
  TRY_STATUS(check_range("dwell_offered_ms", policy.dwell_offered_ms, kSecondMs, kYearMs));
  TRY_STATUS(check_range("dwell_converted_ms", policy.dwell_converted_ms, kSecondMs, kYearMs));
  TRY_STATUS(check_range("dwell_fetched_ms", policy.dwell_fetched_ms, kSecondMs, kYearMs));
  if (policy.expire_overdue_ms != 0) {
    TRY_STATUS(check_range("expire_overdue_ms", policy.expire_overdue_ms, kSecondMs, kYearMs));
  }
  if (policy.receipts_required == 1) return {};
  return fail(
      Code::kInvalidArgument,
      "policy: receipts_required must be 1; this version stores each file at one holder, so "
      "with more no file could be sent or converted any more");
}

Policy policy_from_proto(const v1::Policy& proto) {
  Policy policy;
  policy.clock_skew_max_ms = proto.clock_skew_max_ms();
  policy.proposal_lifetime_ms = proto.proposal_lifetime_ms();
  policy.routine = threshold_from_proto(proto.routine());
  policy.sensitive = threshold_from_proto(proto.sensitive());
  policy.constitutional = threshold_from_proto(proto.constitutional());
  policy.dwell_offered_ms = proto.dwell_offered_ms();
  policy.dwell_converted_ms = proto.dwell_converted_ms();
  policy.dwell_fetched_ms = proto.dwell_fetched_ms();
  policy.receipts_required = proto.receipts_required();
  policy.expire_overdue_ms = proto.expire_overdue_ms();
  return policy;
}

v1::Policy policy_to_proto(const Policy& policy) {
  v1::Policy proto;
  proto.set_clock_skew_max_ms(policy.clock_skew_max_ms);
  proto.set_proposal_lifetime_ms(policy.proposal_lifetime_ms);
  threshold_to_proto(policy.routine, *proto.mutable_routine());
  threshold_to_proto(policy.sensitive, *proto.mutable_sensitive());
  threshold_to_proto(policy.constitutional, *proto.mutable_constitutional());
  proto.set_dwell_offered_ms(policy.dwell_offered_ms);
  proto.set_dwell_converted_ms(policy.dwell_converted_ms);
  proto.set_dwell_fetched_ms(policy.dwell_fetched_ms);
  proto.set_receipts_required(policy.receipts_required);
  proto.set_expire_overdue_ms(policy.expire_overdue_ms);
  return proto;
}

}  // namespace sekisho::ledger
