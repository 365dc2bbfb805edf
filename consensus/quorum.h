// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "consensus/types.h"
#include "node/base/check.h"
#include "node/base/limits.h"

// Majority arithmetic over plain and joint configurations (thesis 4.3). Pure.
namespace sekisho::consensus {

[[nodiscard]] constexpr std::size_t majority_of(std::size_t voters) { return voters / 2 + 1; }

// The highest value that a majority of `voters` has reached, `value_of(id)` giving each one's
// value. The neutral element (all ones) for an empty list.
template <typename ValueOf>
[[nodiscard]] std::uint64_t majority_value(const std::vector<NodeId>& voters, ValueOf&& value_of) {
  if (voters.empty()) return ~std::uint64_t{0};
  CHECK(voters.size() <= limits::kVotersMax);
  std::array<std::uint64_t, limits::kVotersMax> values{};
  for (std::size_t i = 0; i < voters.size(); ++i) values[i] = value_of(voters[i]);
  const auto end = values.begin() + static_cast<std::ptrdiff_t>(voters.size());
  const auto rank = values.begin() + static_cast<std::ptrdiff_t>(majority_of(voters.size()) - 1);
  std::nth_element(values.begin(), rank, end, std::greater<>());
  return *rank;
}

// The highest value that a quorum has reached: both majorities while joint. 0 without voters.
template <typename ValueOf>
[[nodiscard]] std::uint64_t quorum_value(const Configuration& configuration, ValueOf&& value_of) {
  if (configuration.voters.empty()) return 0;
  return std::min(majority_value(configuration.voters, value_of),
                  majority_value(configuration.outgoing, value_of));
}

enum class VoteResult : std::uint8_t { kPending, kWon, kLost };

// Ballots by voter; true is a granted vote. Ballots of non-voters are ignored. Lost as soon as the
// missing ballots cannot win any more, and always without voters.
[[nodiscard]] VoteResult tally(const Configuration& configuration,
                               const std::map<NodeId, bool>& ballots);

}  // namespace sekisho::consensus
