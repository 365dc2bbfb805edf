// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "consensus/membership.h"

#include <algorithm>
#include <string>
#include <utility>

#include "consensus/quorum.h"
#include "node/base/check.h"
#include "node/base/limits.h"

namespace sekisho::consensus {
namespace {

auto invalid(const std::string& what) {
  return fail(Code::kInvalidArgument, "configuration refused: " + what);
}

Status check_list(const std::vector<NodeId>& ids, std::size_t count_max, const std::string& name) {
  if (ids.size() > count_max) return invalid("too many " + name);
  if (!ids.empty() && ids.front() == kNobody) return invalid("0 among " + name);
  for (std::size_t i = 1; i < ids.size(); ++i) {
    if (ids[i - 1] >= ids[i]) return invalid(name + " are not sorted and unique");
  }
  return {};
}

bool disjoint(const std::vector<NodeId>& a, const std::vector<NodeId>& b) {
  return std::none_of(a.begin(), a.end(),
                      [&](NodeId id) { return std::binary_search(b.begin(), b.end(), id); });
}

void sort_unique(std::vector<NodeId>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

bool is_quorum(const Configuration& configuration, const std::map<NodeId, bool>& ballots) {
  return tally(configuration, ballots) == VoteResult::kWon;
}

}  // namespace

Status validate(const Configuration& configuration) {
  TRY_STATUS(check_list(configuration.voters, limits::kVotersMax, "voters"));
  TRY_STATUS(check_list(configuration.outgoing, limits::kVotersMax, "outgoing voters"));
  TRY_STATUS(check_list(configuration.learners, limits::kNodesMax, "learners"));
  if (configuration.voters.empty() && configuration.is_joint()) {
    return invalid("an outgoing half without an incoming one");
  }
  if (!disjoint(configuration.voters, configuration.learners)) {
    return invalid("a node is voter and learner at once");
  }
  return {};
}

Configuration normalized(Configuration configuration) {
  sort_unique(configuration.voters);
  sort_unique(configuration.outgoing);
  sort_unique(configuration.learners);
  return configuration;
}

Result<Configuration> enter_joint(const Configuration& now, const Configuration& next) {
  if (now.is_joint()) {
    return fail(Code::kFailedPrecondition, "a membership change is under way; finish it first");
  }
  if (next.is_joint()) return invalid("the target of a change is itself joint");
  Configuration joint{next.voters, now.voters, next.learners};
  TRY_STATUS(validate(joint));
  return joint;
}

Result<Configuration> leave_joint(const Configuration& now) {
  if (!now.is_joint()) {
    return fail(Code::kFailedPrecondition, "no membership change is under way");
  }
  Configuration next{now.voters, {}, now.learners};
  TRY_STATUS(validate(next));
  return next;
}

std::set<NodeId> members_of(const Configuration& configuration) {
  std::set<NodeId> members(configuration.voters.begin(), configuration.voters.end());
  members.insert(configuration.outgoing.begin(), configuration.outgoing.end());
  members.insert(configuration.learners.begin(), configuration.learners.end());
  return members;
}

bool quorums_overlap(const Configuration& a, const Configuration& b) {
  std::set<NodeId> all = members_of(a);
  all.merge(members_of(b));
  const std::vector<NodeId> ids(all.begin(), all.end());
  CHECK(ids.size() <= 4 * limits::kVotersMax);
  // If some set of nodes is a quorum of `a` and the rest is one of `b`, they do not overlap.
  for (std::uint64_t set = 0; set < (std::uint64_t{1} << ids.size()); ++set) {
    std::map<NodeId, bool> inside;
    std::map<NodeId, bool> outside;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const bool in = (set >> i & 1) != 0;
      inside[ids[i]] = in;
      outside[ids[i]] = !in;
    }
    if (is_quorum(a, inside) && is_quorum(b, outside)) return false;
  }
  return true;
}

}  // namespace sekisho::consensus
