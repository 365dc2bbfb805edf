// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "node/base/result.h"
#include "proto/v1/operation.pb.h"

namespace sekisho::ledger {

// How many approvals decide a proposal: one of an active secretariat member, or more than
// numerator/denominator of the voting members.
struct Threshold {
  bool secretariat = false;
  std::uint32_t numerator = 1;
  std::uint32_t denominator = 2;
  bool operator==(const Threshold&) const = default;

  // "secretariat" or "more than 1/2", as the genesis document and people spell it.
  [[nodiscard]] std::string to_string() const;
};

// The settings every node computes with; on the ledger, never in a node's own file.
struct Policy {
  std::uint64_t clock_skew_max_ms = 30'000;
  std::uint64_t proposal_lifetime_ms = 30ull * 24 * 3600 * 1000;
  Threshold routine{.secretariat = true, .numerator = 0, .denominator = 1};
  Threshold sensitive{.secretariat = false, .numerator = 1, .denominator = 2};
  Threshold constitutional{.secretariat = false, .numerator = 2, .denominator = 3};
  std::uint64_t dwell_offered_ms = 24ull * 3600 * 1000;
  std::uint64_t dwell_converted_ms = 14ull * 24 * 3600 * 1000;
  std::uint64_t dwell_fetched_ms = 7ull * 24 * 3600 * 1000;
  std::uint32_t receipts_required = 1;
  std::uint64_t expire_overdue_ms = 0;  // after the dwell limit; 0: nothing expires
  bool operator==(const Policy&) const = default;
};

// kInvalidArgument with the field that is out of bounds.
[[nodiscard]] Status check_policy(const Policy& policy);

[[nodiscard]] Policy policy_from_proto(const v1::Policy& proto);
[[nodiscard]] v1::Policy policy_to_proto(const Policy& policy);

}  // namespace sekisho::ledger
