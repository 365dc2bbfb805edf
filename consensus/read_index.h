// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "consensus/types.h"

namespace sekisho::consensus {

// Who wants a read index: this node (from == own id, id = the caller's context) or a follower.
struct ReadRequest {
  NodeId from = kNobody;
  std::uint64_t id = 0;
};

// The leader's side of ReadIndex (thesis 6.4): requests collect until a round starts; a round fixes
// the commit index, is stamped on heartbeats and is confirmed when a quorum has echoed its
// sequence. One round is under way at a time, so any number of reads costs at most one heartbeat
// exchange after the other. Sequences start anew with each term. Core thread only.
class ReadRounds {
 public:
  void add(ReadRequest request) { waiting_.push_back(request); }
  [[nodiscard]] bool can_start() const { return !round_ && !waiting_.empty(); }
  // Every waiting request joins a new round at `commit`; returns its sequence.
  std::uint64_t start(Index commit);
  // A quorum has echoed `sequence`. The requests of the round when that confirms it, else nothing.
  [[nodiscard]] std::vector<ReadRequest> confirm(std::uint64_t sequence);
  // Index of the round confirmed last.
  [[nodiscard]] Index confirmed_index() const { return confirmed_index_; }
  // What heartbeats carry: the newest sequence started, 0 before the first.
  [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
  [[nodiscard]] bool in_round() const { return round_.has_value(); }
  [[nodiscard]] std::size_t pending() const;
  // Part of Core::append_fingerprint.
  void append_fingerprint(Bytes& out) const;
  // Leadership ends: all requests, unanswered, and sequences start over.
  [[nodiscard]] std::vector<ReadRequest> reset();

 private:
  struct Round {
    Index commit;
    std::vector<ReadRequest> requests;
  };
  std::vector<ReadRequest> waiting_;
  std::optional<Round> round_;
  std::uint64_t sequence_ = 0;
  Index confirmed_index_ = 0;
};

// The follower's side: questions sent to the leader, by a random id so that an answer to a question
// from before a restart cannot pass for one of now. Core thread only.
class ForwardedReads {
 public:
  void add(std::uint64_t id, std::uint64_t context) { contexts_.emplace(id, context); }
  // The context of a question, once.
  [[nodiscard]] std::optional<std::uint64_t> take(std::uint64_t id);
  [[nodiscard]] std::vector<std::uint64_t> take_all();
  void forget(std::uint64_t context) {
    std::erase_if(contexts_, [context](const auto& one) { return one.second == context; });
  }
  [[nodiscard]] bool contains(std::uint64_t id) const { return contexts_.contains(id); }
  [[nodiscard]] std::size_t count() const { return contexts_.size(); }
  // Part of Core::append_fingerprint.
  void append_fingerprint(Bytes& out) const;

 private:
  std::map<std::uint64_t, std::uint64_t> contexts_;
};

}  // namespace sekisho::consensus
