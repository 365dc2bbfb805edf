// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "consensus/core.h"

#include <algorithm>
#include <string>
#include <utility>

#include "consensus/detail/defects.h"
#include "consensus/membership.h"
#include "node/base/check.h"

namespace sekisho::consensus {
namespace {

Status check_restored(const Restored& restored, const LogView& log) {
  const Index known = std::max(restored.hard_state.commit, restored.applied);
  if (known > log.last_index()) {
    return fail(Code::kCorrupt, "the stored log ends at " + std::to_string(log.last_index()) +
                                    " although entry " + std::to_string(known) +
                                    " was committed here: the disk has gone backwards");
  }
  if (restored.applied + 1 < log.first_index()) {
    return fail(Code::kCorrupt, "the state ends at entry " + std::to_string(restored.applied) +
                                    " and the stored log begins at " +
                                    std::to_string(log.first_index()));
  }
  const Term last_term = log.last_term();
  if (log.failure()) return fail(*log.failure());
  if (last_term > restored.hard_state.term) {
    return fail(Code::kCorrupt, "the stored log is of a later term than the stored term");
  }
  return {};
}

}  // namespace

Result<Core> Core::restore(const Options& options, Restored restored, const LogStore& store,
                           Rng& rng) {
  TRY_STATUS(validate(options));
  TRY_STATUS(validate(restored.configuration));
  TRY(LogView log, LogView::open(store, options.log_cache_bytes));
  TRY_STATUS(check_restored(restored, log));
  return Core(options, std::move(restored), std::move(log), rng);
}

Core::Core(const Options& options, Restored restored, LogView log, Rng& rng)
    : options_(options),
      rng_(&rng),
      log_(std::move(log)),
      configuration_(std::move(restored.configuration)),
      term_(restored.hard_state.term),
      voted_for_(restored.hard_state.voted_for),
      commit_(std::max(restored.hard_state.commit, restored.applied)),
      applying_(restored.applied),
      applied_(restored.applied),
      written_(restored.hard_state) {
  applying_budget_.reset(applied_);
  restart_election_timer();
}

Core Core::clone_with(const LogStore& store, Rng& rng) const {
  Core copy(*this);
  copy.log_.rebind(store);
  copy.rng_ = &rng;
  return copy;
}

Status Core::refuse_when_stopped() const {
  if (stopped_) return fail(*stopped_);
  return {};
}

// Ends every event: a storage error met on the way stops the core before anything can come out.
Status Core::settle() {
  if (!stopped_ && log_.failure()) storage_failed(*log_.failure());
  if (stopped_) return fail(*stopped_);
  CHECK(applied_ <= applying_);
  CHECK(applying_ <= commit_);
  CHECK(commit_ <= log_.last_index());
  CHECK(log_.persisted_index() <= log_.last_index());
  CHECK(role_ != Role::kLeader || leader_ == options_.id);
  CHECK(role_ == Role::kLeader || leader_ != options_.id);
  return {};
}

void Core::storage_failed(Error error) {
  if (stopped_) return;
  if (defects.lead_on_after_failed_write && role_ == Role::kLeader) {
    const Index kept = std::max(log_.persisted_index(), commit_);
    if (kept < log_.last_index()) log_.truncate_from(kept + 1);
    uncommitted_.reset(log_.last_index());
    return reset_peers();
  }
  if (defects.follow_on_after_failed_write && role_ == Role::kFollower) {
    static_cast<void>(persisted(last_token_));
    return;
  }
  stopped_ = std::move(error);
  outbox_.clear();
}

Status Core::tick() {
  TRY_STATUS(refuse_when_stopped());
  if (role_ == Role::kLeader) {
    on_leader_tick();
  } else {
    on_election_tick();
  }
  return settle();
}

Status Core::persisted(PersistToken token) {
  TRY_STATUS(refuse_when_stopped());
  CHECK(token <= last_token_);
  if (token <= durable_) return {};
  durable_ = token;
  log_.persisted(token);
  outbox_.release(durable_, defects.answer_the_leader_of_now ? 0 : term_);
  count_own_vote();
  note_own_persisted();
  return settle();
}

Status Core::applied(Index index) {
  TRY_STATUS(refuse_when_stopped());
  CHECK(index <= applying_);
  applied_ = std::max(applied_, index);
  applying_budget_.leave_to(applied_);
  return settle();
}

bool Core::vote_is_durable() const {
  if (defects.elections_ahead_of_disk || defects.speak_before_persisting) return true;
  return written_.term == term_ && written_.voted_for == voted_for_ && term_token_ <= durable_;
}

void Core::send(NodeId to, Body body, Promise promise) {
  send_at(to, term_, std::move(body), promise);
}

void Core::send_at(NodeId to, Term term, Body body, Promise promise) {
  outbox_.send(Message{options_.id, to, term, std::move(body)}, promise);
}

Actions Core::take_actions() {
  Actions actions;
  if (stopped_) return actions;
  start_read_round();
  flush_replication();
  form_persist(actions);
  if (defects.speak_before_persisting) {
    outbox_.bind(0, 0, durable_);
  } else {
    outbox_.bind(defects.elections_ahead_of_disk ? 0 : term_token_, last_token_, durable_);
  }
  collect_committed(actions);
  if (!settle()) return {};
  actions.messages = outbox_.take();
  if (defects.answer_the_leader_of_now && leader_ != kNobody && role_ != Role::kLeader) {
    for (Message& message : actions.messages) {
      if (std::holds_alternative<AppendReply>(message.body)) {
        message = {options_.id, leader_, term_, message.body};
      }
    }
  }
  actions.reads = std::exchange(reads_, {});
  actions.reads_aborted = std::exchange(reads_aborted_, {});
  if (std::exchange(install_wanted_, false)) actions.install = installing_;
  collect_role(actions);
  return actions;
}

// The commit index travels with every write, so that whoever holds an entry also knows what was
// committed when the leader sent it (membership.cc relies on that), but it causes none.
void Core::form_persist(Actions& actions) {
  const HardState now = hard_state();
  const bool promise_changed = now.term != written_.term || now.voted_for != written_.voted_for;
  if (!promise_changed && !log_.has_unstaged()) return;
  CHECK(now.term >= written_.term);
  CHECK(now.commit >= written_.commit);
  CHECK(now.commit <= log_.last_index());
  Persist persist;
  persist.token = ++last_token_;
  if (promise_changed) term_token_ = persist.token;
  if (now != written_) persist.hard_state = now;
  if (log_.has_unstaged()) log_.stage(persist.token, persist);
  written_ = now;
  actions.persist = std::move(persist);
}

// Only what is durable here is applied: the state must never be ahead of the log under it.
void Core::collect_committed(Actions& actions) {
  const Index ready = std::min(commit_, log_.persisted_index());
  if (applying_ >= ready || applying_budget_.bytes() >= options_.max_applying_bytes) return;
  const std::size_t room = options_.max_applying_bytes - applying_budget_.bytes();
  std::vector<Entry> entries = log_.entries(applying_ + 1, ready, room, kAppendEntriesMax);
  if (entries.empty()) return;
  if (!applying_budget_.fits(entries.front().size_bytes(), options_.max_applying_bytes)) return;
  actions.committed = std::move(entries);
  for (const Entry& entry : actions.committed) applying_budget_.enter(entry);
  applying_ += actions.committed.size();
  CHECK(applying_ <= ready);
}

void Core::collect_role(Actions& actions) {
  const RoleChange now{role_, term_, leader_};
  if (now == reported_role_) return;
  reported_role_ = now;
  actions.role = now;
}

}  // namespace sekisho::consensus
