// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// Terms, votes and leases: thesis 3.4, 3.6.1, 3.10 (transfer), 4.2.3 (stickiness), 6.2
// (CheckQuorum), 9.6 (pre-vote).
#include <algorithm>
#include <utility>

#include "consensus/core.h"
#include "consensus/detail/defects.h"
#include "node/base/check.h"
#include "node/base/probe.h"

namespace sekisho::consensus {

void Core::become_follower(Term term, NodeId leader) {
  CHECK(term >= term_);
  CHECK(leader != options_.id);
  abort_reads();
  if (term > term_) reset_for_term(term);
  if (defects.forget_vote_within_term) voted_for_ = kNobody;
  role_ = Role::kFollower;
  leader_ = leader;
  term_start_ = 0;
  acknowledged_ = 0;
  transferee_ = kNobody;
  ballots_.clear();
  peers_.clear();
  due_peers_.clear();
  restart_election_timer();
}

// The only place where a vote is forgotten.
void Core::reset_for_term(Term term) {
  CHECK(term > term_);
  term_ = term;
  voted_for_ = kNobody;
}

void Core::restart_election_timer() {
  election_elapsed_ = 0;
  const std::uint64_t ticks = options_.election_ticks;
  election_timeout_ = static_cast<std::uint32_t>(rng_->between(ticks, 2 * ticks - 1));
}

void Core::on_election_tick() {
  ++election_elapsed_;
  if (election_elapsed_ < election_timeout_) return;
  restart_election_timer();
  campaign(false);
}

// A node applies what it knows to be committed before it asks for votes: its configuration is then
// at most one step behind what any other node may be using, and successive ones overlap.
bool Core::may_campaign() const {
  const bool current = applied_ == commit_ || defects.campaign_before_applying;
  if (term_ >= kTermMax) return false;  // nobody would listen: validate() refuses such a term
  return configuration_.is_voter(options_.id) && current && !installing_;
}

void Core::campaign(bool transfer) {
  if (!may_campaign()) {
    PROBE("consensus_campaign_withheld");
    // Who cannot stand must not shield a silent leader from those who can.
    if (!transfer && leader_ != kNobody) become_follower(term_, kNobody);
    return;
  }
  if (transfer) {
    start_vote(true);
  } else {
    start_pre_vote();
  }
}

void Core::start_pre_vote() {
  CHECK(role_ != Role::kLeader);
  abort_reads();
  role_ = Role::kPreCandidate;
  leader_ = kNobody;
  ballots_.clear();
  ballots_[options_.id] = true;
  ask_for_votes(true, false, term_ + 1);
  count_votes();
}

void Core::start_vote(bool transfer) {
  CHECK(role_ != Role::kLeader);
  abort_reads();
  reset_for_term(term_ + 1);
  voted_for_ = options_.id;
  role_ = Role::kCandidate;
  leader_ = kNobody;
  ballots_.clear();
  restart_election_timer();
  ask_for_votes(false, transfer, term_);
  if (defects.elections_ahead_of_disk) count_own_vote();
}

// The request boasts of the log, so it leaves when that log is durable.
void Core::ask_for_votes(bool pre, bool transfer, Term term) {
  const VoteRequest request{pre, transfer, log_.last_index(), log_.last_term()};
  CHECK(request.last_term < term);
  const Promise promise = defects.elections_ahead_of_disk ? Promise::kTerm : Promise::kLog;
  std::vector<NodeId> asked = configuration_.voters;
  asked.insert(asked.end(), configuration_.outgoing.begin(), configuration_.outgoing.end());
  std::sort(asked.begin(), asked.end());
  asked.erase(std::unique(asked.begin(), asked.end()), asked.end());
  for (const NodeId id : asked) {
    if (id != options_.id) send_at(id, term, request, promise);
  }
}

// A candidate's own vote is a vote like any other: it counts once it is durable.
void Core::count_own_vote() {
  if (role_ != Role::kCandidate || !vote_is_durable()) return;
  if (ballots_.contains(options_.id)) return;
  CHECK(voted_for_ == options_.id);
  ballots_[options_.id] = true;
  count_votes();
}

void Core::count_votes() {
  const VoteResult result =
      defects.incoming_half_elects
          ? tally(Configuration{configuration_.voters, {}, configuration_.learners}, ballots_)
          : tally(configuration_, ballots_);
  if (result == VoteResult::kPending) return;
  if (result == VoteResult::kLost) {
    PROBE("consensus_election_lost");
    become_follower(term_, kNobody);
  } else if (role_ == Role::kPreCandidate) {
    start_vote(false);
  } else if (vote_is_durable()) {
    become_leader();
  }
}

// Waiting for the own vote even when others suffice keeps a leader's term durable, so that nothing
// a leader says ever waits for that.
void Core::become_leader() {
  CHECK(role_ == Role::kCandidate);
  CHECK(voted_for_ == options_.id);
  role_ = Role::kLeader;
  leader_ = options_.id;
  election_elapsed_ = 0;
  heartbeat_elapsed_ = 0;
  transferee_ = kNobody;
  ballots_.clear();
  // Before anything is counted: nothing below this is committed by counting.
  term_start_ = log_.last_index() + 1;
  uncommitted_.reset(log_.last_index());
  reset_peers();
  append_own({Entry{term_, term_start_, EntryKind::kNoop, nullptr}});
}

bool Core::in_lease() const {
  return leader_ != kNobody && election_elapsed_ < options_.election_ticks;
}

// One vote a term, to the first whose log is at least as new (thesis 3.4, 3.6.1). A pre-vote binds
// nobody, so any number of them may be granted for a term still to come.
bool Core::may_vote_for(NodeId candidate, Term term, const VoteRequest& request) const {
  const bool newer = log_.is_up_to_date(request.last_index, request.last_term);
  if (!newer && !defects.vote_for_older_logs) return false;
  if (request.pre) return term > term_;
  if (defects.overwrite_vote_on_transfer && request.transfer) return true;
  return voted_for_ == candidate || (voted_for_ == kNobody && leader_ == kNobody);
}

void Core::on_vote_request(NodeId from, Term term, const VoteRequest& request) {
  if (!may_vote_for(from, term, request)) {
    refuse_vote(from, term, request.pre);
    return;
  }
  VoteReply reply;
  reply.pre = request.pre;
  reply.granted = true;
  if (!request.pre) {
    CHECK(term == term_);
    CHECK(voted_for_ == kNobody || voted_for_ == from || defects.overwrite_vote_on_transfer);
    voted_for_ = from;
    election_elapsed_ = 0;
  }
  send_at(from, term, reply);
}

void Core::refuse_vote(NodeId to, Term term, bool pre) {
  const bool echo = defects.echo_term_in_pre_vote_refusal && pre;
  send_at(to, echo ? term : term_, VoteReply{pre, false, commit_, log_.term(commit_)});
}

void Core::on_vote_reply(NodeId from, Term term, const VoteReply& reply) {
  if (learn_commit(reply)) return;
  if (role_ != (reply.pre ? Role::kPreCandidate : Role::kCandidate)) return;
  const bool is_grant_of_now = term == (reply.pre ? term_ + 1 : term_);
  if (reply.granted && !is_grant_of_now) return;
  ballots_.emplace(from, reply.granted);
  count_votes();
}

// What the voter knows to be committed is committed here too when the logs agree there. It may be
// the membership without the voter, so the candidate applies it before it asks again.
bool Core::learn_commit(const VoteReply& reply) {
  if (role_ == Role::kLeader || role_ == Role::kFollower || reply.commit <= commit_) return false;
  CHECK(!installing_);
  if (!log_.matches(reply.commit, reply.commit_term)) return false;
  PROBE("consensus_commit_learned_from_refusal");
  commit_to(reply.commit);
  become_follower(term_, kNobody);
  return true;
}

void Core::on_timeout_now(NodeId from) {
  if (role_ != Role::kFollower || from != leader_) return;
  PROBE("consensus_timeout_now");
  campaign(true);
}

void Core::on_leader_tick() {
  ++heartbeat_elapsed_;
  ++election_elapsed_;
  if (election_elapsed_ >= options_.election_ticks) {
    election_elapsed_ = 0;
    transferee_ = kNobody;
    check_quorum();
  }
  if (role_ != Role::kLeader || heartbeat_elapsed_ < options_.heartbeat_ticks) return;
  heartbeat_elapsed_ = 0;
  send_heartbeats();
}

void Core::check_quorum() {
  std::map<NodeId, bool> heard;
  for (auto& [id, progress] : peers_) {
    heard[id] = id == options_.id || std::exchange(progress.recently_active, false);
    if (progress.state == ReplicationState::kSnapshot) offer_again(id, progress);
  }
  if (tally(configuration_, heard) == VoteResult::kWon) return;
  PROBE("consensus_quorum_lost");
  become_follower(term_, kNobody);
}

}  // namespace sekisho::consensus
