// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/net/detail/tls_context.h"
#include "node/net/task.h"

namespace sekisho::net::detail {

namespace ssl = boost::asio::ssl;
using Tcp = boost::asio::ip::tcp;

// One TCP connection under TLS, each wait under a deadline. One thread: that of the socket's
// executor; reads and writes may overlap, two of a kind may not. After an error the connection is
// of no more use. Errors: kDeadline, kUnavailable (broken or cut), and those of
// describe_handshake_error().
class TlsConnection {
 public:
  TlsConnection(Tcp::socket socket, TlsContext context);

  Task<Status> accept(std::uint64_t deadline_ms);
  Task<Status> connect(std::uint64_t deadline_ms);
  // Some bytes; 0 when the other side has closed, properly or not.
  Task<Result<std::size_t>> read_some(std::span<char> into, std::uint64_t deadline_ms);
  // All bytes, or an error; the deadline moves with every record that leaves.
  Task<Status> write(BytesView bytes, std::uint64_t deadline_ms);
  // Says goodbye, waits shortly for the other side to have read it all, closes.
  Task<void> close();
  // Keep-alive probes and a bound on unacknowledged data, so that a vanished machine is noticed.
  void watch_liveness(std::uint64_t unacknowledged_max_ms);
  // Breaks whatever is being waited for. Safe at any time on the connection's thread.
  void cut();

  [[nodiscard]] bool is_open() const { return stream_.next_layer().is_open(); }
  [[nodiscard]] SSL* ssl() { return stream_.native_handle(); }
  [[nodiscard]] asio::any_io_executor executor() { return stream_.get_executor(); }
  [[nodiscard]] const std::string& remote_address() const { return remote_address_; }
  // The last handshake failed because the client spoke plain HTTP.
  [[nodiscard]] bool saw_plain_http() const { return saw_plain_http_; }
  // Bytes outside TLS, for the one answer a plain HTTP client understands.
  Task<void> write_plain(BytesView bytes);

 private:
  Task<Status> handshake(ssl::stream_base::handshake_type role, std::uint64_t deadline_ms);
  Task<void> linger();

  TlsContext context_;
  ssl::stream<Tcp::socket> stream_;
  Watchdog read_watchdog_;
  Watchdog write_watchdog_;
  std::string remote_address_;
  bool saw_plain_http_ = false;
};

// How to end a wait from outside; empty when there is none.
using CancelSlot = std::function<void()>;

// Resolves and connects, trying each address. While it waits, `*cancel` ends it; same thread.
// kUnavailable when nobody answers, kDeadline, kInvalidArgument when the name does not resolve.
Task<Result<Tcp::socket>> connect_tcp(std::string host, std::uint16_t port,
                                      std::uint64_t deadline_ms, CancelSlot* cancel);

}  // namespace sekisho::net::detail
