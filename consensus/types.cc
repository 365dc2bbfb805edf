// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "consensus/types.h"

#include <algorithm>
#include <utility>

#include "node/base/check.h"

namespace sekisho::consensus {
namespace {

bool has(const std::vector<NodeId>& sorted, NodeId id) {
  return std::binary_search(sorted.begin(), sorted.end(), id);
}

}  // namespace

Payload make_payload(Bytes bytes) { return std::make_shared<const Bytes>(std::move(bytes)); }

bool operator==(const Entry& a, const Entry& b) {
  return a.term == b.term && a.index == b.index && a.kind == b.kind &&
         (a.data == b.data || a.view() == b.view());
}

bool Configuration::is_voter(NodeId id) const { return has(voters, id) || has(outgoing, id); }

bool Configuration::contains(NodeId id) const { return is_voter(id) || has(learners, id); }

const char* role_name(Role role) {
  switch (role) {
    case Role::kFollower:
      return "follower";
    case Role::kPreCandidate:
      return "pre-candidate";
    case Role::kCandidate:
      return "candidate";
    case Role::kLeader:
      return "leader";
  }
  CHECK(false);
  return "";
}

}  // namespace sekisho::consensus
