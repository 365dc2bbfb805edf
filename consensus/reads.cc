// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// ReadIndex: thesis 6.4, without leases.
#include <algorithm>
#include <utility>

#include "consensus/core.h"
#include "consensus/detail/defects.h"
#include "node/base/check.h"
#include "node/base/probe.h"

namespace sekisho::consensus {

Status Core::read_index(std::uint64_t context) {
  TRY_STATUS(refuse_when_stopped());
  if (leader_ == kNobody) return fail(Code::kUnavailable, "no leader is known; try again");
  if (std::max(rounds_.pending(), forwarded_.count()) >= options_.max_pending_reads) {
    return fail(Code::kResourceExhausted, "too many reads wait for a quorum; try again");
  }
  if (role_ == Role::kLeader) {
    rounds_.add({options_.id, context});
    return settle();
  }
  std::uint64_t id = rng_->next_u64();
  while (forwarded_.contains(id)) id = rng_->next_u64();
  forwarded_.add(id, context);
  send(leader_, ReadIndexRequest{id});
  return settle();
}

// The commit index of a new leader may be behind what an earlier one has answered, until an entry
// of its own term is committed.
void Core::start_read_round() {
  if (role_ != Role::kLeader || !rounds_.can_start()) return;
  if (commit_ < term_start_ && !defects.answer_reads_before_term_commit) {
    PROBE("consensus_read_waits_for_term");
    return;
  }
  const std::uint64_t sequence = rounds_.start(commit_);
  const auto self = peers_.find(options_.id);
  if (self != peers_.end()) self->second.acked_read = sequence;
  send_heartbeats();
  confirm_reads();
}

void Core::confirm_reads() {
  if (role_ != Role::kLeader || !rounds_.in_round()) return;
  const std::uint64_t echoed = quorum_value(configuration_, [this](NodeId id) {
    const auto found = peers_.find(id);
    return found == peers_.end() ? std::uint64_t{0} : found->second.acked_read;
  });
  const std::vector<ReadRequest> confirmed =
      rounds_.confirm(defects.confirm_reads_without_quorum ? rounds_.sequence() : echoed);
  CHECK(rounds_.confirmed_index() <= commit_);
  for (const ReadRequest& request : confirmed) {
    if (request.from == options_.id) {
      reads_.push_back({request.id, rounds_.confirmed_index()});
    } else {
      send(request.from, ReadIndexReply{request.id, rounds_.confirmed_index()});
    }
  }
}

void Core::on_read_request(NodeId from, const ReadIndexRequest& request) {
  if (role_ != Role::kLeader) return;
  if (rounds_.pending() >= options_.max_pending_reads) {
    PROBE("consensus_read_dropped");
    return;
  }
  rounds_.add({from, request.id});
}

void Core::on_read_reply(const ReadIndexReply& reply) {
  const auto context = forwarded_.take(reply.id);
  if (context) reads_.push_back({*context, reply.index});
}

void Core::abort_reads() {
  for (const ReadRequest& request : rounds_.reset()) {
    if (request.from == options_.id) reads_aborted_.push_back(request.id);
  }
  for (const std::uint64_t context : forwarded_.take_all()) reads_aborted_.push_back(context);
}

}  // namespace sekisho::consensus
