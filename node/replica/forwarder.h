// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <vector>

#include "node/base/bytes.h"
#include "node/replica/codec.h"
#include "node/replica/types.h"

namespace sekisho::replica {

// One call of Replica::submit on its way to a leader. `done` may be empty (operations that this
// node took over when it lost leadership).
struct Submission {
  std::vector<AdmittedOperation> operations;
  SubmitDone done;
  std::uint64_t deadline_ms = 0;  // monotonic
  bool sent = false;              // some leader may have it
};

// A follower's operations on their way to the leader of the day: gathered into frames, sent again
// after silence or a change of leader (the leader and the ledger know an operation by its id, so
// repetition is harmless), answered once. Core thread only.
class Forwarder {
 public:
  using Send = std::function<void(std::uint64_t to_node, const ForwardFrame& frame)>;

  Forwarder(const Options& options, Send send) : options_(options), send_(std::move(send)) {}

  // kResourceExhausted (through `done`) when too much waits already.
  void add(Submission submission, std::uint64_t now_ms);
  // 0: unknown. Everything unanswered goes to the new leader.
  void set_leader(std::uint64_t leader, std::uint64_t now_ms);
  void on_reply(std::uint64_t from, const ForwardReplyFrame& reply, std::uint64_t now_ms);
  // Retries and deadlines.
  void tick(std::uint64_t now_ms);
  // Everything unanswered: this node leads now, or stops.
  [[nodiscard]] std::vector<Submission> take_all();

  [[nodiscard]] bool contains(const Id16& id) const { return ids_.contains(id); }
  [[nodiscard]] std::size_t operations() const { return operations_; }

 private:
  static constexpr std::size_t kRequestsMax = 4;  // frames without an answer
  static constexpr std::size_t kFrameBytesMax = 1024 * 1024;

  struct Request {
    std::vector<Submission> submissions;
    std::uint64_t sent_ms = 0;
  };

  void flush(std::uint64_t now_ms);
  [[nodiscard]] Request next_request();
  void transmit(std::uint64_t id, Request& request, std::uint64_t now_ms);
  void requeue(Request request);
  void finish(Submission& submission, const Status& status);
  void expire(std::vector<Submission>& submissions, std::uint64_t now_ms);

  Options options_;
  Send send_;
  std::uint64_t leader_ = 0;
  std::uint64_t next_id_ = 1;
  std::uint64_t not_before_ms_ = 0;  // a leader refused: ask again then
  std::deque<Submission> queue_;
  std::map<std::uint64_t, Request> requests_;
  std::map<Id16, std::size_t> ids_;
  std::size_t operations_ = 0;
};

}  // namespace sekisho::replica
