// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "consensus/types.h"
#include "node/base/result.h"

// What cores say to each other. Plain values; the replica turns them into wire bytes and back.
namespace sekisho::consensus {

// Bounds on foreign messages. A sender of ours stays below them (Options is checked against them).
inline constexpr std::size_t kAppendEntriesMax = 4096;
inline constexpr Index kIndexMax = Index{1} << 62;  // leaves room for arithmetic without overflow
inline constexpr Term kTermMax = Term{1} << 62;

// Asks for a vote, or with `pre` whether a vote would be given (thesis 9.6). The message's term is
// the term the candidate wants to win, which in a pre-vote it does not hold yet.
struct VoteRequest {
  bool pre = false;
  bool transfer =
      false;  // the old leader asked for this election, so its lease does not protect it
  Index last_index = 0;
  Term last_term = 0;
};

// A granted reply carries the term asked for; a refusal carries the voter's own term, so that a
// candidate that is behind learns it, and the voter's commit index: a candidate may be behind in
// its configuration too, asking nodes that have left and will never elect it.
struct VoteReply {
  bool pre = false;
  bool granted = false;
  Index commit = 0;  // refusals only
  Term commit_term = 0;
};

// Entries directly after (prev_index, prev_term). An empty one probes, or tells of the commit
// index.
struct Append {
  Index prev_index = 0;
  Term prev_term = 0;
  Index commit = 0;
  std::vector<Entry> entries;
};

// Accepted: everything up to `match` equals the leader's log and is durable here.
// Rejected: there is no (prev_index, prev_term) here; the hint is the last place of this log, at or
// below prev_index, whose term is not above prev_term.
struct AppendReply {
  bool rejected = false;
  Index match = 0;
  Index rejected_prev = 0;
  Index hint_index = 0;
  Term hint_term = 0;
};

// Keeps followers quiet, tells of the commit index (never above what that follower has
// acknowledged) and asks whether the sender still leads: the reply echoes `read_sequence`
// (thesis 6.4).
struct Heartbeat {
  Index commit = 0;
  std::uint64_t read_sequence = 0;
};

struct HeartbeatReply {
  std::uint64_t read_sequence = 0;
};

// The follower is behind the start of the leader's log: fetch this. Answered by an AppendReply
// whose match is the snapshot's index, once installed.
struct SnapshotOffer {
  SnapshotRef snapshot;
};

// Leadership transfer: start an election at once (thesis 3.10).
struct TimeoutNow {};

// A follower's question for a read index, and the answer. `id` is the asker's and comes back as is.
struct ReadIndexRequest {
  std::uint64_t id = 0;
};
struct ReadIndexReply {
  std::uint64_t id = 0;
  Index index = 0;
};

using Body = std::variant<VoteRequest, VoteReply, Append, AppendReply, Heartbeat, HeartbeatReply,
                          SnapshotOffer, TimeoutNow, ReadIndexRequest, ReadIndexReply>;

struct Message {
  NodeId from = kNobody;
  NodeId to = kNobody;
  Term term = 0;  // the sender's, except in pre-votes and their grants
  Body body;
};

// Rejects what no correct core sends: kInvalidArgument with the field at fault. Everything from a
// peer passes here (Core::step calls it) before it can touch state. Bounded by the message's size.
[[nodiscard]] Status validate(const Message& message);

// One line for people and scenario files: "1>2 append t3 prev=4/2 commit=4 [5/3 6/3]".
[[nodiscard]] std::string to_string(const Message& message);

// Bytes that are equal for equal messages, payloads included. For exploration; not a wire format.
void append_fingerprint(const Message& message, Bytes& out);
void append_fingerprint(const Entry& entry, Bytes& out);

// Bytes the message counts for in queues: entries plus a fixed overhead.
[[nodiscard]] std::size_t size_bytes(const Message& message);

}  // namespace sekisho::consensus
