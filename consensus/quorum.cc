// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "consensus/quorum.h"

namespace sekisho::consensus {
namespace {

VoteResult tally_half(const std::vector<NodeId>& voters, const std::map<NodeId, bool>& ballots) {
  if (voters.empty()) return VoteResult::kWon;
  std::size_t granted = 0;
  std::size_t missing = 0;
  for (const NodeId id : voters) {
    const auto ballot = ballots.find(id);
    if (ballot == ballots.end()) {
      ++missing;
    } else if (ballot->second) {
      ++granted;
    }
  }
  CHECK(granted + missing <= voters.size());
  const std::size_t needed = majority_of(voters.size());
  if (granted >= needed) return VoteResult::kWon;
  return granted + missing >= needed ? VoteResult::kPending : VoteResult::kLost;
}

}  // namespace

VoteResult tally(const Configuration& configuration, const std::map<NodeId, bool>& ballots) {
  if (configuration.voters.empty()) return VoteResult::kLost;
  const VoteResult incoming = tally_half(configuration.voters, ballots);
  const VoteResult outgoing = tally_half(configuration.outgoing, ballots);
  if (incoming == VoteResult::kLost || outgoing == VoteResult::kLost) return VoteResult::kLost;
  if (incoming == VoteResult::kWon && outgoing == VoteResult::kWon) return VoteResult::kWon;
  return VoteResult::kPending;
}

}  // namespace sekisho::consensus
