// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// How a core takes on a new configuration: thesis 4, with configurations in force once applied.
#include <utility>

#include "consensus/core.h"
#include "consensus/detail/defects.h"
#include "consensus/membership.h"
#include "node/base/check.h"
#include "node/base/probe.h"

namespace sekisho::consensus {

bool Core::may_change_membership() const {
  const bool own_term = commit_ >= term_start_ || defects.change_before_term_commit;
  return role_ == Role::kLeader && own_term && applied_ == commit_;
}

Status Core::set_configuration(Configuration configuration) {
  TRY_STATUS(refuse_when_stopped());
  TRY_STATUS(validate(configuration));
  if (configuration == configuration_) return {};
  configuration_ = std::move(configuration);
  if (defects.single_voter_leads_at_once && role_ == Role::kFollower &&
      configuration_ == Configuration{{options_.id}, {}, configuration_.learners}) {
    voted_for_ = options_.id;
    role_ = Role::kCandidate;
    become_leader();
  } else if (role_ == Role::kLeader) {
    lead_new_configuration();
  } else if (role_ != Role::kFollower) {
    // Ballots asked for under the old configuration say nothing under the new one.
    become_follower(term_, kNobody);
  }
  return settle();
}

void Core::lead_new_configuration() {
  // Everybody of the old configuration is told of the commit that ends it, once. If that is lost,
  // who has left stays a follower nobody listens to, and who remains learns it from a refused vote.
  for (auto& [id, progress] : peers_) flush_peer(id, progress);
  if (!configuration_.is_voter(options_.id)) {
    PROBE("consensus_leader_removed");
    become_follower(term_, kNobody);
    return;
  }
  const auto members = members_of(configuration_);
  std::erase_if(peers_, [&](const auto& peer) { return !members.contains(peer.first); });
  for (const NodeId id : members) {
    if (peers_.contains(id)) continue;
    add_peer(id);
    // A newcomer gets one election timeout to be heard before CheckQuorum counts it.
    peers_[id].recently_active = true;
  }
  if (!configuration_.is_voter(transferee_)) transferee_ = kNobody;
  all_due_ = true;
  advance_commit();
  confirm_reads();
}

}  // namespace sekisho::consensus
