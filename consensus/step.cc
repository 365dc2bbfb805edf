// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// How a message meets the core: bounds, then terms (thesis 3.3), then its handler.
#include <string>
#include <utility>

#include "consensus/core.h"
#include "node/base/check.h"
#include "node/base/probe.h"

namespace sekisho::consensus {
namespace {

// A term takes an election; no node sleeps through that many.
constexpr Term kTermJumpMax = Term{1} << 32;

bool is_from_leader(const Body& body) {
  return std::holds_alternative<Append>(body) || std::holds_alternative<Heartbeat>(body) ||
         std::holds_alternative<SnapshotOffer>(body);
}

// Pre-votes and their grants name a term that nobody holds yet.
bool is_prospective(const Body& body) {
  if (const auto* request = std::get_if<VoteRequest>(&body)) return request->pre;
  if (const auto* reply = std::get_if<VoteReply>(&body)) return reply->pre && reply->granted;
  return false;
}

}  // namespace

// No message takes the term so far that the next election would find no room above it.
Status Core::check_term(const Message& message) const {
  if (message.term <= term_ || message.term - term_ <= kTermJumpMax) return {};
  PROBE("consensus_term_leap");
  return fail(Code::kInvalidArgument, "the term is too far ahead of this node's");
}

Status Core::step(Message message) {
  TRY_STATUS(refuse_when_stopped());
  TRY_STATUS(validate(message));
  TRY_STATUS(check_term(message));
  if (message.to != options_.id) {
    return fail(Code::kInvalidArgument,
                "consensus message is for node " + std::to_string(message.to));
  }
  if (message.term < term_) {
    answer_old_term(message);
    return settle();
  }
  if (ignored_in_lease(message)) return {};
  if (message.term > term_ && !is_prospective(message.body)) adopt_term(message);
  const Status handled = dispatch(message);
  TRY_STATUS(settle());
  return handled;
}

// Leader stickiness (thesis 4.2.3): while a leader is heard, nobody is helped to depose it.
bool Core::ignored_in_lease(const Message& message) const {
  const auto* request = std::get_if<VoteRequest>(&message.body);
  return request != nullptr && message.term > term_ && !request->transfer && in_lease();
}

void Core::adopt_term(const Message& message) {
  become_follower(message.term, is_from_leader(message.body) ? message.from : kNobody);
}

// A sender that is behind learns the term from the answer; without one, a deposed leader or a
// pre-candidate with the newest log would stay behind for ever.
void Core::answer_old_term(const Message& message) {
  if (is_from_leader(message.body)) {
    PROBE("consensus_old_leader_told");
    send(message.from, AppendReply{});
  } else if (const auto* request = std::get_if<VoteRequest>(&message.body)) {
    PROBE("consensus_old_candidate_told");
    refuse_vote(message.from, message.term, request->pre);
  }
}

Status Core::dispatch(Message& message) {
  const NodeId from = message.from;
  Body& body = message.body;
  if (is_from_leader(body)) TRY_STATUS(follow(from));
  if (auto* append = std::get_if<Append>(&body)) return on_append(from, *append);
  if (auto* reply = std::get_if<AppendReply>(&body)) return on_append_reply(from, *reply);
  if (auto* heartbeat = std::get_if<Heartbeat>(&body)) return on_heartbeat(from, *heartbeat);
  if (auto* offer = std::get_if<SnapshotOffer>(&body)) return on_snapshot_offer(from, *offer);
  if (auto* reply = std::get_if<HeartbeatReply>(&body)) on_heartbeat_reply(from, *reply);
  if (auto* request = std::get_if<VoteRequest>(&body))
    on_vote_request(from, message.term, *request);
  if (auto* reply = std::get_if<VoteReply>(&body)) on_vote_reply(from, message.term, *reply);
  if (auto* request = std::get_if<ReadIndexRequest>(&body)) on_read_request(from, *request);
  if (auto* reply = std::get_if<ReadIndexReply>(&body)) on_read_reply(*reply);
  if (std::holds_alternative<TimeoutNow>(body)) on_timeout_now(from);
  return {};
}

// `leader` speaks as the leader of this core's own term.
Status Core::follow(NodeId leader) {
  if (role_ == Role::kLeader || (leader_ != kNobody && leader_ != leader)) {
    return fail(Code::kCorrupt, "nodes " + std::to_string(leader_) + " and " +
                                    std::to_string(leader) + " both lead term " +
                                    std::to_string(term_));
  }
  if (role_ != Role::kFollower || leader_ == kNobody) become_follower(term_, leader);
  election_elapsed_ = 0;
  return {};
}

}  // namespace sekisho::consensus
