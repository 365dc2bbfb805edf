// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/detail/listener.h"

#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>

#include "node/base/log.h"
#include "node/net/detail/runtime_access.h"

namespace sekisho::net::detail {
namespace {

using ErrorCode = boost::system::error_code;

constexpr std::uint64_t kPauseMs = 100;  // out of descriptors: let some close

Status listen_on(Tcp::acceptor& acceptor, const Tcp::endpoint& endpoint) {
  ErrorCode error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) return {};
  const std::string place = endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
  if (error == asio::error::address_in_use) {
    return fail(Code::kAlreadyExists,
                place + " is in use; stop the other process or choose another port");
  }
  if (error.value() == EADDRNOTAVAIL) {
    return fail(Code::kInvalidArgument, place + " is not an address of this machine");
  }
  return fail(Code::kIo, "cannot listen on " + place + ": " + error.message());
}

}  // namespace

Listener::Listener(Runtime& runtime, Tcp::acceptor acceptor)
    : runtime_(runtime),
      acceptor_(std::move(acceptor)),
      pause_(acceptor_.get_executor()),
      port_(acceptor_.local_endpoint().port()) {}

Result<std::unique_ptr<Listener>> Listener::open(Runtime& runtime, const std::string& host,
                                                 std::uint16_t port) {
  auto& context = RuntimeAccess::at(runtime, 0);
  Tcp::resolver resolver(context);
  ErrorCode error;
  const auto found = resolver.resolve(host, std::to_string(port), Tcp::resolver::passive, error);
  if (error || found.empty()) {
    return fail(Code::kInvalidArgument, "'" + host + "' is not an address to listen on");
  }
  Tcp::acceptor acceptor(context);
  TRY_STATUS(listen_on(acceptor, found.begin()->endpoint()));
  return std::unique_ptr<Listener>(new Listener(runtime, std::move(acceptor)));
}

Task<void> Listener::run(Taker take) {
  while (!closed_) {
    auto& home = RuntimeAccess::next(runtime_);
    auto [error, socket] = co_await acceptor_.async_accept(home, kTuple);
    if (closed_) break;
    if (error) {
      log::warning("accept_failed", {{"reason", error.message()}});
      co_await sleep_on(&pause_, kPauseMs);
      continue;
    }
    take(std::move(socket));
  }
}

void Listener::close() {
  asio::post(acceptor_.get_executor(), [this] {
    ErrorCode ignored;
    closed_ = true;
    acceptor_.close(ignored);
    pause_.cancel();
  });
}

}  // namespace sekisho::net::detail
