// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// The receiving side of replication: thesis 3.5, 5.3 (snapshots).
#include <algorithm>
#include <string>
#include <utility>

#include "consensus/core.h"
#include "consensus/detail/defects.h"
#include "node/base/check.h"
#include "node/base/probe.h"

namespace sekisho::consensus {

Status Core::on_append(NodeId from, Append& append) {
  // The log is about to be replaced as a whole; the leader asks again.
  if (installing_) return {};
  const bool only_tells_commit = append.entries.empty() && append.commit > commit_;
  TRY_STATUS(drop_committed_part(append));
  if (!log_.matches(append.prev_index, append.prev_term)) {
    reject_append(from, append);
    return {};
  }
  // What this append vouches for. The log may be longer, with entries the leader does not have.
  const Index match = append.prev_index + append.entries.size();
  store_new_part(append);
  const Index vouched = defects.commit_beyond_vouched ? log_.last_index() : match;
  commit_to(std::min(append.commit, vouched));
  // Half of all messages would be answers to news of commits. Should the acknowledgement have been
  // lost, the leader knocks after a heartbeat, with a commit index that is no news.
  if (only_tells_commit && match <= acknowledged_) return {};
  const bool empty = append.prev_index == match;
  acknowledge(from, empty && defects.acknowledge_last_stored_index ? log_.last_index() : match);
  return {};
}

// Moves the start of the append up to the commit index: below it the logs agree already. A peer
// that says otherwise is broken, or this disk is.
Status Core::drop_committed_part(Append& append) const {
  if (append.prev_index >= commit_) return {};
  const std::size_t known = std::min(commit_ - append.prev_index, append.entries.size());
  const Index last_known = append.prev_index + known;
  if (known > 0 && last_known + 1 >= log_.first_index() &&
      append.entries[known - 1].term != log_.term(last_known)) {
    return fail(Code::kCorrupt, "a leader's entry " + std::to_string(last_known) +
                                    " contradicts what is committed here");
  }
  append.entries.erase(append.entries.begin(),
                       append.entries.begin() + static_cast<std::ptrdiff_t>(known));
  append.prev_index = commit_;
  append.prev_term = log_.term(commit_);
  CHECK(append.entries.empty() || append.entries.front().index == commit_ + 1);
  return {};
}

// Skips what is here already; replaces from the first difference on (thesis figure 3.1, Append
// 3-4).
void Core::store_new_part(Append& append) {
  const Index match = append.prev_index + append.entries.size();
  auto fresh = append.entries.begin();
  while (fresh != append.entries.end() && fresh->index <= log_.last_index() &&
         log_.term(fresh->index) == fresh->term) {
    ++fresh;
  }
  if (defects.truncate_without_conflict && match < log_.last_index() && match >= commit_) {
    log_.truncate_from(match + 1);
  }
  if (fresh == append.entries.end()) return;
  if (fresh->index <= log_.last_index()) {
    PROBE("consensus_log_truncated");
    CHECK(fresh->index > commit_);
    log_.truncate_from(fresh->index);
  }
  append.entries.erase(append.entries.begin(), fresh);
  log_.append(std::move(append.entries));
}

// The hint skips whole terms (thesis 3.5, last part), from the follower's side of the search.
void Core::reject_append(NodeId to, const Append& append) {
  PROBE("consensus_append_rejected");
  const Index hint =
      log_.last_index_with_term_at_most(append.prev_index, append.prev_term, commit_);
  CHECK(hint <= append.prev_index);
  AppendReply reply;
  reply.rejected = true;
  reply.rejected_prev = append.prev_index;
  reply.hint_index = hint;
  reply.hint_term = log_.term(hint);
  send(to, reply);
}

void Core::acknowledge(NodeId to, Index match) {
  CHECK(match <= log_.last_index());
  acknowledged_ = std::max(acknowledged_, match);
  AppendReply reply;
  reply.match = match;
  send(to, reply, match > log_.persisted_index() ? Promise::kLog : Promise::kTerm);
}

Status Core::on_heartbeat(NodeId from, const Heartbeat& heartbeat) {
  if (!installing_) {
    if (heartbeat.commit > log_.last_index()) {
      return fail(Code::kCorrupt, "the leader counts on entry " + std::to_string(heartbeat.commit) +
                                      " here, but the log ends at " +
                                      std::to_string(log_.last_index()));
    }
    commit_to(heartbeat.commit);
  }
  send(from, HeartbeatReply{heartbeat.read_sequence});
  return {};
}

Status Core::on_snapshot_offer(NodeId from, const SnapshotOffer& offer) {
  const SnapshotRef& snapshot = offer.snapshot;
  if (installing_) return {};
  if (snapshot.index > commit_ && log_.matches(snapshot.index, snapshot.term)) {
    PROBE("consensus_snapshot_not_needed");
    commit_to(snapshot.index);
  }
  if (snapshot.index <= commit_) {
    acknowledge(from, commit_);
    return {};
  }
  installing_ = snapshot;
  install_wanted_ = true;
  return {};
}

Status Core::snapshot_installed(const SnapshotRef& snapshot) {
  TRY_STATUS(refuse_when_stopped());
  CHECK(installing_.has_value());
  CHECK(*installing_ == snapshot);
  CHECK(snapshot.index > commit_);
  CHECK(durable_ == last_token_);
  log_.restart_after(snapshot.index, snapshot.term);
  commit_ = snapshot.index;
  applying_ = snapshot.index;
  applied_ = snapshot.index;
  applying_budget_.reset(snapshot.index);
  installing_.reset();
  if (leader_ != kNobody) acknowledge(leader_, snapshot.index);
  return settle();
}

Status Core::snapshot_abandoned() {
  TRY_STATUS(refuse_when_stopped());
  installing_.reset();
  install_wanted_ = false;
  return settle();
}

void Core::commit_to(Index index) {
  if (index <= commit_) return;
  CHECK(index <= log_.last_index());
  commit_ = index;
}

}  // namespace sekisho::consensus
