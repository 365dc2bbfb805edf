// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// The leader's side of replication: thesis 3.5, 3.6.2, 10.2.1 (own disk in parallel), 10.2.2
// (pipelining).
#include <algorithm>
#include <string>
#include <utility>

#include "consensus/core.h"
#include "consensus/detail/defects.h"
#include "consensus/membership.h"
#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/base/probe.h"

namespace sekisho::consensus {
namespace {

Result<std::size_t> proposal_size(const std::vector<Bytes>& payloads) {
  if (payloads.empty()) return fail(Code::kInvalidArgument, "a proposal of no entries");
  std::size_t size = 0;
  for (const Bytes& payload : payloads) {
    if (payload.size() > limits::kBlockSizeMax) {
      return fail(Code::kInvalidArgument, "a proposal of " + std::to_string(payload.size()) +
                                              " bytes is above the size of a block");
    }
    size += payload.size() + Entry::kOverheadBytes;
  }
  return size;
}

}  // namespace

Result<Proposed> Core::propose(std::vector<Bytes> payloads) {
  TRY_STATUS(refuse_when_stopped());
  TRY(const std::size_t size, proposal_size(payloads));
  if (role_ != Role::kLeader)
    return fail(Code::kUnavailable, "this node does not lead; ask the leader");
  if (transferee_ != kNobody) {
    return fail(Code::kUnavailable, "leadership is being handed over; try again");
  }
  if (!uncommitted_.fits(size, options_.max_uncommitted_bytes)) {
    PROBE("consensus_proposal_bounded");
    return fail(Code::kResourceExhausted, "too much is proposed and not yet committed; try again");
  }
  const Index first = log_.last_index() + 1;
  std::vector<Entry> entries;
  entries.reserve(payloads.size());
  for (Bytes& payload : payloads) {
    entries.push_back(
        {term_, first + entries.size(), EntryKind::kNormal, make_payload(std::move(payload))});
  }
  append_own(std::move(entries));
  TRY_STATUS(settle());
  return Proposed{term_, first, log_.last_index()};
}

void Core::append_own(std::vector<Entry> entries) {
  CHECK(role_ == Role::kLeader);
  for (const Entry& entry : entries) uncommitted_.enter(entry);
  log_.append(std::move(entries));
  all_due_ = true;
  if (defects.count_unpersisted_on_leader) {
    peers_[options_.id].acknowledge(log_.last_index());
    advance_commit();
  }
}

void Core::note_own_persisted() {
  if (role_ != Role::kLeader) return;
  const auto self = peers_.find(options_.id);
  if (self == peers_.end()) return;
  if (self->second.acknowledge(log_.persisted_index())) advance_commit();
}

void Core::reset_peers() {
  peers_.clear();
  due_peers_.clear();
  for (const NodeId id : members_of(configuration_)) add_peer(id);
  note_own_persisted();
}

void Core::add_peer(NodeId id) {
  Progress& progress = peers_[id];
  progress.next = log_.last_index() + 1;
  if (id == options_.id) progress.become_replicate();
}

// Entries below the term's first one are committed by being below it, never by counting
// (figure 3.7).
void Core::advance_commit() {
  CHECK(role_ == Role::kLeader);
  const Index agreed = quorum_value(configuration_, [this](NodeId id) {
    const auto found = peers_.find(id);
    return found == peers_.end() ? Index{0} : found->second.match;
  });
  if (agreed <= commit_) return;
  if (agreed < term_start_ && !defects.count_replicas_of_older_terms) {
    PROBE("consensus_older_term_not_counted");
    return;
  }
  CHECK(term_start_ > 0);
  CHECK(agreed < term_start_ || log_.term(agreed) == term_ || log_.failure());
  commit_to(agreed);
  uncommitted_.leave_to(commit_);
  all_due_ = true;
}

void Core::make_due(NodeId id, Progress& progress) {
  if (!progress.due) due_peers_.push_back(id);
  progress.due = true;
}

void Core::flush_replication() {
  if (role_ != Role::kLeader) return;
  const std::vector<NodeId> due = std::exchange(due_peers_, {});
  if (std::exchange(all_due_, false)) {
    for (auto& [id, progress] : peers_) flush_peer(id, progress);
    return;
  }
  for (const NodeId id : due) {
    const auto found = peers_.find(id);
    if (found != peers_.end()) flush_peer(id, found->second);
  }
}

void Core::flush_peer(NodeId to, Progress& progress) {
  const bool even_empty = std::exchange(progress.due, false);
  if (to == options_.id) return;
  bool sent = false;
  while (may_send(progress) && progress.next <= log_.last_index()) {
    if (!send_append(to, progress)) return;
    sent = true;
  }
  const bool tell_commit = progress.sent_commit < commit_;
  if (!sent && may_send(progress) && (even_empty || tell_commit)) send_append(to, progress);
}

bool Core::may_send(const Progress& progress) const {
  switch (progress.state) {
    case ReplicationState::kProbe:
      return !progress.paused;
    case ReplicationState::kReplicate:
      return !progress.inflights.full(options_.max_inflight, options_.max_inflight_bytes);
    case ReplicationState::kSnapshot:
      return false;
  }
  return false;
}

// False when the entries needed are no longer in the log, or cannot be read.
bool Core::send_append(NodeId to, Progress& progress) {
  CHECK(progress.next > progress.match);
  if (progress.next < log_.first_index()) {
    send_snapshot_offer(to, progress);
    return false;
  }
  Append append;
  append.prev_index = progress.next - 1;
  append.prev_term = log_.term(append.prev_index);
  append.commit = commit_;
  const bool probes_empty = defects.probe_with_empty_appends && progress.sent_commit == 0 &&
                            progress.state == ReplicationState::kProbe;
  if (progress.next <= log_.last_index() && !probes_empty) {
    const bool bounded = !defects.append_without_bound;
    append.entries = log_.entries(progress.next, log_.last_index(),
                                  bounded ? options_.max_append_bytes : limits::kBlockSizeMax,
                                  bounded ? options_.max_append_entries : kAppendEntriesMax);
  }
  if (log_.failure()) return false;
  std::size_t size = 0;
  for (const Entry& entry : append.entries) size += entry.size_bytes();
  progress.sent(append.prev_index + append.entries.size(), size);
  progress.sent_commit = commit_;
  send(to, std::move(append));
  return true;
}

void Core::send_snapshot_offer(NodeId to, Progress& progress) {
  PROBE("consensus_snapshot_needed");
  if (!offered_ || offered_->index + 1 < log_.first_index()) {
    progress.become_probe();
    progress.paused = true;
    return;
  }
  progress.become_snapshot(offered_->index);
  send(to, SnapshotOffer{*offered_});
}

// Once per election timeout, in case the offer was lost or the peer gave up.
void Core::offer_again(NodeId to, Progress& progress) {
  CHECK(progress.state == ReplicationState::kSnapshot);
  send_snapshot_offer(to, progress);
}

Status Core::offer_snapshot(const SnapshotRef& snapshot) {
  TRY_STATUS(refuse_when_stopped());
  if (snapshot.index == 0 || snapshot.index > applied_) {
    return fail(Code::kInvalidArgument, "a snapshot can be offered up to the applied index");
  }
  if (!offered_ || offered_->index < snapshot.index) offered_ = snapshot;
  return settle();
}

Status Core::compact(Index index) {
  TRY_STATUS(refuse_when_stopped());
  if (index > applied_) {
    return fail(Code::kInvalidArgument, "the log can be compacted up to the applied index");
  }
  log_.compact(index);
  return settle();
}

Status Core::report_unreachable(NodeId peer) {
  TRY_STATUS(refuse_when_stopped());
  const auto found = peers_.find(peer);
  if (found != peers_.end() && found->second.state == ReplicationState::kReplicate &&
      peer != options_.id) {
    found->second.become_probe();
    found->second.paused = true;
  }
  return settle();
}

void Core::send_heartbeats() {
  for (const auto& [id, progress] : peers_) {
    if (id == options_.id) continue;
    send(id, Heartbeat{std::min(progress.match, commit_), rounds_.sequence()});
  }
}

Status Core::on_append_reply(NodeId from, const AppendReply& reply) {
  if (role_ != Role::kLeader) return {};
  const auto found = peers_.find(from);
  if (found == peers_.end()) return {};
  Progress& progress = found->second;
  if (reply.match > log_.last_index()) {
    return fail(Code::kCorrupt, "node " + std::to_string(from) + " acknowledges entry " +
                                    std::to_string(reply.match) + ", which was never sent");
  }
  progress.recently_active = true;
  if (reply.rejected) {
    on_rejected(from, progress, reply);
  } else {
    on_accepted(from, progress, reply.match);
  }
  return {};
}

void Core::on_accepted(NodeId from, Progress& progress, Index match) {
  const bool was_full = !may_send(progress);
  const bool news = progress.acknowledge(match);
  if (progress.state == ReplicationState::kSnapshot) {
    if (progress.match < progress.pending_snapshot) return;
    progress.become_replicate();
  } else if (progress.state == ReplicationState::kProbe && match == progress.match) {
    progress.become_replicate();
  }
  if (news) advance_commit();
  if (progress.next <= log_.last_index() || (was_full && progress.sent_commit < commit_)) {
    make_due(from, progress);
  }
  continue_transfer(from, progress);
}

void Core::on_rejected(NodeId from, Progress& progress, const AppendReply& reply) {
  const Index hint =
      defects.back_up_too_far
          ? progress.match
          : log_.last_index_with_term_at_most(reply.hint_index, reply.hint_term, progress.match);
  if (!progress.back_up(reply.rejected_prev, hint)) {
    PROBE("consensus_stale_rejection");
    return;
  }
  make_due(from, progress);
}

// A peer that answers heartbeats but lacks entries may have lost an append: knock again.
void Core::on_heartbeat_reply(NodeId from, const HeartbeatReply& reply) {
  if (role_ != Role::kLeader) return;
  const auto found = peers_.find(from);
  if (found == peers_.end() || reply.read_sequence > rounds_.sequence()) return;
  Progress& progress = found->second;
  progress.recently_active = true;
  progress.paused = false;
  progress.acked_read = std::max(progress.acked_read, reply.read_sequence);
  if (progress.match < log_.last_index()) {
    if (!may_send(progress)) progress.inflights.free_first();
    make_due(from, progress);
  }
  continue_transfer(from, progress);
  confirm_reads();
}

Status Core::transfer_leadership(NodeId to) {
  TRY_STATUS(refuse_when_stopped());
  if (role_ != Role::kLeader) return fail(Code::kUnavailable, "this node does not lead");
  const auto found = peers_.find(to);
  if (to == options_.id || !configuration_.is_voter(to) || found == peers_.end()) {
    return fail(Code::kInvalidArgument, "leadership goes to another voter only");
  }
  transferee_ = to;
  election_elapsed_ = 0;
  make_due(to, found->second);
  continue_transfer(to, found->second);
  return settle();
}

void Core::continue_transfer(NodeId to, const Progress& progress) {
  if (to != transferee_ || progress.match != log_.last_index()) return;
  send(to, TimeoutNow{});
}

}  // namespace sekisho::consensus
