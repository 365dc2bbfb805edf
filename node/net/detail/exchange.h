// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <variant>

#include "node/net/detail/mailbox.h"
#include "node/net/http_types.h"

// What passes between a handler, on any thread, and the session that serves its connection.
namespace sekisho::net::detail {

// An answer, or the wish for the next piece of the request's body.
using HandlerMessage = std::variant<Response, StreamedResponse, ChunkCallback>;
using HandlerMailbox = Mailbox<HandlerMessage>;

// The right to answer once. Dying unanswered is an answer too: 500. Any thread.
class Exchange {
 public:
  explicit Exchange(std::shared_ptr<HandlerMailbox> session) : session_(std::move(session)) {}
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // CHECKs that it is the first.
  void answer(HandlerMessage answer);

 private:
  std::shared_ptr<HandlerMailbox> session_;
  std::atomic<bool> answered_{false};
};

// The handler's end of a streamed request body. Any thread.
class BodyPipe {
 public:
  explicit BodyPipe(std::shared_ptr<HandlerMailbox> session) : session_(std::move(session)) {}
  void next(ChunkCallback done) { session_->put(std::move(done)); }

 private:
  std::shared_ptr<HandlerMailbox> session_;
};

}  // namespace sekisho::net::detail
