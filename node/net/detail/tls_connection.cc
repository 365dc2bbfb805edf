// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/detail/tls_connection.h"

#include <array>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace sekisho::net::detail {
namespace {

using ErrorCode = boost::system::error_code;

constexpr std::uint64_t kGoodbyeMs = 1'000;
constexpr std::uint64_t kLingerMs = 2'000;
constexpr std::size_t kLingerBytesMax = 8 * 1024 * 1024;

Error broken(const Watchdog& watchdog, const ErrorCode& error, const char* doing) {
  if (watchdog.expired()) {
    return {Code::kDeadline, std::string("timed out while ") + doing};
  }
  // With TLS 1.3 a refusal of our certificate arrives after the handshake, on the first read.
  if (error.category() == asio::error::get_ssl_category()) {
    return describe_handshake_error(error, nullptr);
  }
  return {Code::kUnavailable,
          std::string("connection lost while ") + doing + ": " + error.message()};
}

std::string address_of(const Tcp::socket& socket) {
  ErrorCode error;
  const auto endpoint = socket.remote_endpoint(error);
  return error ? std::string() : endpoint.address().to_string();
}

bool is_end(const ErrorCode& error) {
  return error == asio::error::eof || error == asio::ssl::error::stream_truncated ||
         error == asio::error::connection_reset;
}

}  // namespace

TlsConnection::TlsConnection(Tcp::socket socket, TlsContext context)
    : context_(std::move(context)),
      stream_(std::move(socket), *context_),
      read_watchdog_(stream_.get_executor(), [this] { cut(); }),
      write_watchdog_(stream_.get_executor(), [this] { cut(); }),
      remote_address_(address_of(stream_.next_layer())) {
  ErrorCode ignored;
  stream_.next_layer().set_option(Tcp::no_delay(true), ignored);
}

Task<Status> TlsConnection::accept(std::uint64_t deadline_ms) {
  return handshake(ssl::stream_base::server, deadline_ms);
}

Task<Status> TlsConnection::connect(std::uint64_t deadline_ms) {
  return handshake(ssl::stream_base::client, deadline_ms);
}

Task<Status> TlsConnection::handshake(ssl::stream_base::handshake_type role,
                                      std::uint64_t deadline_ms) {
  read_watchdog_.arm(deadline_ms);
  const auto [error] = co_await stream_.async_handshake(role, kTuple);
  read_watchdog_.disarm();
  if (!error) co_return Status();
  saw_plain_http_ = is_plain_http(error);
  if (read_watchdog_.expired()) {
    co_return fail(Code::kDeadline, "the TLS handshake took too long");
  }
  co_return fail(describe_handshake_error(error, ssl()));
}

Task<Result<std::size_t>> TlsConnection::read_some(std::span<char> into,
                                                   std::uint64_t deadline_ms) {
  read_watchdog_.arm(deadline_ms);
  const auto buffer = asio::buffer(into.data(), into.size());
  const auto [error, size] = co_await stream_.async_read_some(buffer, kTuple);
  read_watchdog_.disarm();
  if (!error) co_return size;
  if (is_end(error)) co_return std::size_t{0};
  co_return fail(broken(read_watchdog_, error, "reading"));
}

Task<Status> TlsConnection::write(BytesView bytes, std::uint64_t deadline_ms) {
  while (!bytes.empty()) {
    write_watchdog_.arm(deadline_ms);
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    const auto [error, size] = co_await stream_.async_write_some(buffer, kTuple);
    write_watchdog_.disarm();
    if (error) co_return fail(broken(write_watchdog_, error, "writing"));
    bytes.remove_prefix(size);
  }
  co_return Status();
}

Task<void> TlsConnection::close() {
  if (!stream_.next_layer().is_open()) co_return;
  read_watchdog_.arm(kGoodbyeMs);
  co_await stream_.async_shutdown(kTuple);
  read_watchdog_.disarm();
  co_await linger();
  cut();
}

// Bytes that arrive at a closed socket make the kernel send a reset, and a reset destroys an answer
// that the client has not read yet. So what is still coming is read and dropped, for a while.
Task<void> TlsConnection::linger() {
  ErrorCode ignored;
  stream_.next_layer().shutdown(Tcp::socket::shutdown_send, ignored);
  read_watchdog_.arm(kLingerMs);
  std::array<char, 16 * 1024> scratch;
  for (std::size_t dropped = 0; dropped < kLingerBytesMax;) {
    const auto buffer = asio::buffer(scratch);
    const auto [error, size] = co_await stream_.next_layer().async_read_some(buffer, kTuple);
    if (error) break;
    dropped += size;
  }
  read_watchdog_.disarm();
}

void TlsConnection::cut() {
  ErrorCode ignored;
  stream_.next_layer().close(ignored);
}

Task<void> TlsConnection::write_plain(BytesView bytes) {
  write_watchdog_.arm(kGoodbyeMs);
  const auto buffer = asio::buffer(bytes.data(), bytes.size());
  co_await asio::async_write(stream_.next_layer(), buffer, kTuple);
  write_watchdog_.disarm();
  co_await linger();
  cut();
}

namespace {

Task<Result<std::vector<Tcp::endpoint>>> resolve(Tcp::resolver* resolver, std::string host,
                                                 std::uint16_t port) {
  std::vector<Tcp::endpoint> out;
  ErrorCode not_address;
  const auto address = asio::ip::make_address(host, not_address);
  if (!not_address) {
    out.emplace_back(address, port);
    co_return out;
  }
  const std::string service = std::to_string(port);
  const auto [error, found] = co_await resolver->async_resolve(host, service, kTuple);
  if (error) co_return fail(Code::kInvalidArgument, "the host name " + host + " cannot be found");
  for (const auto& entry : found) out.push_back(entry.endpoint());
  co_return out;
}

Error describe_connect_error(const ErrorCode& error, const std::string& place) {
  if (error == asio::error::connection_refused) {
    return {Code::kUnavailable,
            "nobody listens at " + place + "; is the node running, and is this its address?"};
  }
  return {Code::kUnavailable, place + ": " + error.message()};
}

}  // namespace

Task<Result<Tcp::socket>> connect_tcp(std::string host, std::uint16_t port,
                                      std::uint64_t deadline_ms, CancelSlot* cancel) {
  const auto executor = co_await asio::this_coro::executor;
  Tcp::resolver resolver(executor);
  Tcp::socket socket(executor);
  const auto give_up = [&resolver, &socket] {
    ErrorCode ignored;
    resolver.cancel();
    socket.close(ignored);
  };
  Watchdog watchdog(executor, give_up);
  const std::string place = host + ":" + std::to_string(port);
  const Error late{Code::kDeadline, place + " did not answer in time; is it the right address?"};
  *cancel = give_up;
  watchdog.arm(deadline_ms);
  const auto endpoints = co_await resolve(&resolver, host, port);
  if (!endpoints) {
    *cancel = nullptr;
    co_return watchdog.expired() ? fail(late) : fail(endpoints.error());
  }
  const auto [error, endpoint] = co_await asio::async_connect(socket, *endpoints, kTuple);
  watchdog.disarm();
  *cancel = nullptr;
  if (watchdog.expired()) co_return fail(late);
  if (error) co_return fail(describe_connect_error(error, place));
  co_return std::move(socket);
}

void TlsConnection::watch_liveness(std::uint64_t unacknowledged_max_ms) {
  ErrorCode ignored;
  auto& socket = stream_.next_layer();
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  const auto value = static_cast<unsigned>(unacknowledged_max_ms);
  setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &value, sizeof value);
}

}  // namespace sekisho::net::detail
