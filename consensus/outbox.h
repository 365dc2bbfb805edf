// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "consensus/message.h"
#include "consensus/types.h"

namespace sekisho::consensus {

// What a message promises, and so what must be durable before it leaves.
enum class Promise : std::uint8_t {
  kTerm,  // the term and vote of this node at the time of sending
  kLog,   // those, and the log as it was at the time of sending
};

// Where "persist, then speak" lives. Messages are staged during events, get the token of the write
// they depend on when that write is formed, and come out once it is durable. Core thread only.
class Outbox {
 public:
  void send(Message message, Promise promise);

  // The staged messages now depend on `term_token` or `log_token`; what is at or below `durable` is
  // ready at once.
  void bind(PersistToken term_token, PersistToken log_token, PersistToken durable);
  // Writes up to `durable` are done. Messages of terms below `term` are dropped: a newer term began
  // while they waited, and nobody needs them.
  void release(PersistToken durable, Term term);
  // What may be sent now, in order.
  [[nodiscard]] std::vector<Message> take();

  [[nodiscard]] bool has_staged() const { return !staged_.empty(); }
  [[nodiscard]] bool has_ready() const { return !ready_.empty(); }
  [[nodiscard]] std::size_t held() const;
  void clear();
  // Part of Core::append_fingerprint; tokens count from `durable`.
  void append_fingerprint(PersistToken durable, Bytes& out) const;

 private:
  struct Staged {
    Message message;
    Promise promise;
  };
  std::vector<Staged> staged_;
  std::map<PersistToken, std::vector<Message>> held_;
  std::vector<Message> ready_;
};

}  // namespace sekisho::consensus
