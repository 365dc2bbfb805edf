// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "consensus/actions.h"
#include "consensus/budget.h"
#include "consensus/log_store.h"
#include "consensus/log_view.h"
#include "consensus/message.h"
#include "consensus/options.h"
#include "consensus/outbox.h"
#include "consensus/progress.h"
#include "consensus/quorum.h"
#include "consensus/read_index.h"
#include "consensus/types.h"
#include "node/base/result.h"
#include "node/base/rng.h"

namespace sekisho::consensus {

// What a node finds on its disk when it starts.
struct Restored {
  HardState hard_state;         // all zero on a fresh node
  Index applied = 0;            // last entry whose effects are durable in the state
  Configuration configuration;  // of the state at `applied`
};

// Raft (Ongaro's thesis of 2014; sections are cited as "thesis 3.6") as a pure state machine:
// events go in, take_actions() says what they want done. No clock, thread, socket or disk; chance
// comes from `rng`. Core thread only; no call blocks except for reads of LogStore.
//
// The caller's loop: any events, then take_actions(), then carry the actions out in any order and
// in parallel, reporting writes with persisted() and applied entries with applied(). Taking actions
// after several events batches them into one write and one append per peer.
//
// Errors. step() refuses a bad message and leaves the state as it was; the caller counts it and
// goes on. Once storage has failed (a LogStore read, or storage_failed()) the core is stopped for
// good: every event returns that error, take_actions() returns nothing, and the node must end.
class Core {
 public:
  // kInvalidArgument for options or configuration, kCorrupt when the stored parts contradict each
  // other (a log shorter than what was committed or applied: the disk has gone backwards).
  // `store` and `rng` outlive the core. The core starts as a follower that knows no leader.
  static Result<Core> restore(const Options& options, Restored restored, const LogStore& store,
                              Rng& rng);

  Core(Core&&) = default;
  Core& operator=(Core&&) = default;
  // The same core over copies of its surroundings. For tests and exploration.
  [[nodiscard]] Core clone_with(const LogStore& store, Rng& rng) const;
  // Bytes that are equal for two cores of equal options when the same events make them do the same
  // (and, the budgets of bytes aside, only then). Costs as much as the log in memory is long. For
  // exploration.
  void append_fingerprint(Bytes& out) const;

  // ---- Events ----

  // One unit of logical time has passed.
  Status tick();
  // A message from a peer, which the caller has authenticated as message.from. kInvalidArgument for
  // one that breaks a bound or is not for this node, kCorrupt for one that contradicts what is
  // committed here (a broken peer, or a disk here that lost its end).
  Status step(Message message);
  // Appends payloads to the log, in order, on the leader. kUnavailable elsewhere (leader() may name
  // who to ask) and during a transfer; kResourceExhausted when too much is uncommitted;
  // kInvalidArgument for none, or one over limits::kBlockSizeMax. All or none.
  Result<Proposed> propose(std::vector<Bytes> payloads);
  // Asks for a read index; the answer comes as ReadReady or in reads_aborted with this `context`.
  // The answer may be lost with a message: the caller keeps a deadline. kUnavailable without a
  // leader, kResourceExhausted when too many wait.
  Status read_index(std::uint64_t context);
  // Nobody waits for this read any more: its place is free for another.
  void forget_read(std::uint64_t context) { forwarded_.forget(context); }
  // The write `token`, and every one before it, is durable.
  Status persisted(PersistToken token);
  // The effects of entries up to `index` are durable in the state. Call set_configuration first
  // when one of them changed the membership.
  Status applied(Index index);
  // A write failed. Stops the core for good.
  void storage_failed(Error error);

  // The membership that applying an entry brought about, before applied() of that entry. Two
  // successive ones must have overlapping quorums: joint steps, or changes of one voter.
  Status set_configuration(Configuration configuration);
  // True when this leader may propose a change of membership: an entry of its own term is committed
  // and everything committed is applied (thesis 4.1 with the correction of 2015). The caller also
  // holds back a second change until the first one is applied.
  [[nodiscard]] bool may_change_membership() const;
  // Hands leadership to a voter that has, or gets within an election timeout, the whole log.
  // Proposals are refused meanwhile. kUnavailable unless leading, kInvalidArgument for a non-voter.
  Status transfer_leadership(NodeId to);
  // The connection to `peer` broke: sends one append at a time until it answers.
  Status report_unreachable(NodeId peer);

  // The newest snapshot that peers could fetch here; offered to those behind the log's start.
  // Repeated after restore: the core forgets it. Precedes compact(), or peers behind wait for it.
  Status offer_snapshot(const SnapshotRef& snapshot);
  // `snapshot` (from Actions::install) is installed and durable, and the stored log now starts
  // behind it. Every write taken before is done. set_configuration must follow.
  Status snapshot_installed(const SnapshotRef& snapshot);
  // Installing failed or was given up; the leader will offer again.
  Status snapshot_abandoned();
  // Entries up to `index` (at most the applied index) will be removed from the store after this
  // returns; the core does not read them again.
  Status compact(Index index);

  // ---- Output ----

  // Everything wanted since the last call. Empty once stopped.
  [[nodiscard]] Actions take_actions();

  // ---- What can be seen (all cheap) ----

  [[nodiscard]] NodeId id() const { return options_.id; }
  [[nodiscard]] Role role() const { return role_; }
  [[nodiscard]] Term term() const { return term_; }
  [[nodiscard]] NodeId voted_for() const { return voted_for_; }
  [[nodiscard]] NodeId leader() const { return leader_; }
  [[nodiscard]] Index commit() const { return commit_; }
  [[nodiscard]] Index applied_index() const { return applied_; }
  [[nodiscard]] Index applying_index() const { return applying_; }
  [[nodiscard]] Index term_start_index() const { return term_start_; }
  [[nodiscard]] const LogView& log() const { return log_; }
  [[nodiscard]] const Configuration& configuration() const { return configuration_; }
  [[nodiscard]] const std::map<NodeId, Progress>& peers() const { return peers_; }
  [[nodiscard]] const std::optional<Error>& stopped() const { return stopped_; }
  [[nodiscard]] NodeId transferee() const { return transferee_; }
  [[nodiscard]] std::size_t held_messages() const { return outbox_.held(); }
  [[nodiscard]] std::size_t uncommitted_bytes() const { return uncommitted_.bytes(); }
  [[nodiscard]] PersistToken durable_token() const { return durable_; }
  [[nodiscard]] PersistToken last_token() const { return last_token_; }
  [[nodiscard]] HardState hard_state() const { return {term_, voted_for_, commit_}; }
  [[nodiscard]] const Options& options() const { return options_; }

 private:
  Core(const Options& options, Restored restored, LogView log, Rng& rng);
  Core(const Core&) = default;

  // core.cc
  [[nodiscard]] Status refuse_when_stopped() const;
  Status settle();
  void send(NodeId to, Body body, Promise promise = Promise::kTerm);
  void send_at(NodeId to, Term term, Body body, Promise promise = Promise::kTerm);
  void form_persist(Actions& actions);
  void collect_committed(Actions& actions);
  void collect_role(Actions& actions);
  [[nodiscard]] bool vote_is_durable() const;

  // election.cc
  void become_follower(Term term, NodeId leader);
  void become_leader();
  void reset_for_term(Term term);
  void restart_election_timer();
  void campaign(bool transfer);
  void start_pre_vote();
  void start_vote(bool transfer);
  void ask_for_votes(bool pre, bool transfer, Term term);
  void count_own_vote();
  void count_votes();
  void on_election_tick();
  void on_leader_tick();
  void check_quorum();
  [[nodiscard]] bool may_campaign() const;
  [[nodiscard]] bool in_lease() const;
  [[nodiscard]] bool may_vote_for(NodeId candidate, Term term, const VoteRequest& request) const;
  void on_vote_request(NodeId from, Term term, const VoteRequest& request);
  void refuse_vote(NodeId to, Term term, bool pre);
  [[nodiscard]] bool learn_commit(const VoteReply& reply);
  void on_vote_reply(NodeId from, Term term, const VoteReply& reply);
  void on_timeout_now(NodeId from);

  // step.cc
  [[nodiscard]] Status check_term(const Message& message) const;
  [[nodiscard]] bool ignored_in_lease(const Message& message) const;
  void adopt_term(const Message& message);
  void answer_old_term(const Message& message);
  Status dispatch(Message& message);
  Status follow(NodeId leader);

  // follower.cc
  Status on_append(NodeId from, Append& append);
  Status drop_committed_part(Append& append) const;
  void store_new_part(Append& append);
  void reject_append(NodeId to, const Append& append);
  void acknowledge(NodeId to, Index match);
  Status on_heartbeat(NodeId from, const Heartbeat& heartbeat);
  Status on_snapshot_offer(NodeId from, const SnapshotOffer& offer);
  void commit_to(Index index);

  // replication.cc
  void reset_peers();
  void add_peer(NodeId id);
  void make_due(NodeId id, Progress& progress);
  void flush_replication();
  void flush_peer(NodeId to, Progress& progress);
  [[nodiscard]] bool may_send(const Progress& progress) const;
  bool send_append(NodeId to, Progress& progress);
  void send_snapshot_offer(NodeId to, Progress& progress);
  void offer_again(NodeId to, Progress& progress);
  void send_heartbeats();
  Status on_append_reply(NodeId from, const AppendReply& reply);
  void on_accepted(NodeId from, Progress& progress, Index match);
  void on_rejected(NodeId from, Progress& progress, const AppendReply& reply);
  void on_heartbeat_reply(NodeId from, const HeartbeatReply& reply);
  void append_own(std::vector<Entry> entries);
  void note_own_persisted();
  void advance_commit();
  void continue_transfer(NodeId to, const Progress& progress);

  // membership_change.cc
  void lead_new_configuration();

  // reads.cc
  void start_read_round();
  void confirm_reads();
  void on_read_request(NodeId from, const ReadIndexRequest& request);
  void on_read_reply(const ReadIndexReply& reply);
  void abort_reads();

  Options options_;
  Rng* rng_;
  LogView log_;
  Configuration configuration_;
  std::optional<Error> stopped_;

  Term term_ = 0;
  NodeId voted_for_ = kNobody;
  Index commit_ = 0;
  Index applying_ = 0;  // handed out to apply
  Index applied_ = 0;   // reported applied
  EntryBudget applying_budget_;

  Role role_ = Role::kFollower;
  NodeId leader_ = kNobody;
  RoleChange reported_role_;
  std::uint32_t election_elapsed_ = 0;
  std::uint32_t heartbeat_elapsed_ = 0;
  std::uint32_t election_timeout_ = 0;
  std::map<NodeId, bool> ballots_;
  Index acknowledged_ = 0;  // follower: newest match told, or waiting to be told, to this leader

  Index term_start_ = 0;  // leader: index of its no-op
  std::map<NodeId, Progress> peers_;
  std::vector<NodeId> due_peers_;  // peers whose `due` is set
  bool all_due_ = false;           // the log grew or the commit index moved
  EntryBudget uncommitted_;
  NodeId transferee_ = kNobody;

  ReadRounds rounds_;
  ForwardedReads forwarded_;
  std::vector<ReadReady> reads_;
  std::vector<std::uint64_t> reads_aborted_;

  std::optional<SnapshotRef> offered_;     // what this node can give
  std::optional<SnapshotRef> installing_;  // what this node is fetching
  bool install_wanted_ = false;

  HardState written_;            // as of the newest write taken
  PersistToken last_token_ = 0;  // newest write taken
  PersistToken term_token_ = 0;  // newest write that changed term or vote
  PersistToken durable_ = 0;
  Outbox outbox_;
};

}  // namespace sekisho::consensus
