// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "node/base/result.h"
#include "node/net/detail/tls_connection.h"
#include "node/net/runtime.h"
#include "node/net/task.h"

namespace sekisho::net::detail {

// Accepts TCP connections on the first io thread and hands each over with the io_context it was
// made for, in turn.
class Listener {
 public:
  using Taker = std::function<void(Tcp::socket)>;

  // Binds and listens. kAlreadyExists when the address is in use, kInvalidArgument when it is none
  // of ours, kIo.
  static Result<std::unique_ptr<Listener>> open(Runtime& runtime, const std::string& host,
                                                std::uint16_t port);

  [[nodiscard]] std::uint16_t port() const { return port_; }
  // Accepts until close(); `take` runs on the first io thread.
  Task<void> run(Taker take);
  // Any thread; run() ends soon after.
  void close();
  [[nodiscard]] asio::any_io_executor executor() { return acceptor_.get_executor(); }

 private:
  Listener(Runtime& runtime, Tcp::acceptor acceptor);

  Runtime& runtime_;
  Tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::uint16_t port_;
  bool closed_ = false;
};

}  // namespace sekisho::net::detail
