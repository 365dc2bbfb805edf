// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/http_server.h"

#include <utility>

#include "node/base/check.h"
#include "node/base/log.h"
#include "node/net/detail/connection_set.h"
#include "node/net/detail/http_session.h"
#include "node/net/detail/listener.h"
#include "node/net/detail/tls_holder.h"
#include "node/net/task.h"

namespace sekisho::net {
namespace {

constexpr std::uint64_t kCutAgainMs = 200;
constexpr std::uint64_t kCutMs = 60'000;  // longer than any callback may take

}  // namespace

struct HttpServer::Impl : std::enable_shared_from_this<Impl> {
  Impl(detail::TlsContext context, std::shared_ptr<const detail::HttpService> shared,
       std::unique_ptr<detail::Listener> open_listener)
      : tls(std::move(context)), service(std::move(shared)), listener(std::move(open_listener)) {}

  // First io thread.
  void take(detail::Tcp::socket socket) {
    if (sessions.size() >= service->options.connections_max) {
      service->refused->add();
      return;  // closes it
    }
    const auto executor = socket.get_executor();
    auto session = std::make_shared<detail::HttpSession>(service, std::move(socket), tls.get());
    sessions.add(session);
    group.spawn(executor, serve(shared_from_this(), std::move(session)));
  }

  static Task<void> serve(std::shared_ptr<Impl> self,
                          std::shared_ptr<detail::HttpSession> session) {
    self->service->connections->add(1);
    co_await session->run();
    self->service->connections->add(-1);
    self->sessions.remove(session);
  }

  detail::TlsHolder tls;
  std::shared_ptr<const detail::HttpService> service;
  std::unique_ptr<detail::Listener> listener;
  detail::ConnectionSet<detail::HttpSession> sessions;
  TaskGroup group;
  bool stopped = false;  // the owner's thread
};

HttpServer::HttpServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() { stop(0); }

Result<std::unique_ptr<HttpServer>> HttpServer::start(Runtime& runtime, const TlsIdentity& identity,
                                                      HttpServerOptions options, RoutePlanner plan,
                                                      Authorizer authorize, Handler handle,
                                                      MetricsRegistry& metrics) {
  TRY(auto context, detail::make_server_context(identity));
  TRY(auto listener, detail::Listener::open(runtime, options.host, options.port));
  auto service = std::make_shared<detail::HttpService>();
  service->options = std::move(options);
  service->plan = std::move(plan);
  service->authorize = std::move(authorize);
  service->handle = std::move(handle);
  service->requests = &metrics.counter("http_requests_total", "Requests whose header was read.");
  service->refused =
      &metrics.counter("http_refused_total", "Connections and requests refused before a handler.");
  service->resumed = &metrics.counter("http_resumed_total", "TLS sessions that were resumed.");
  service->connections = &metrics.gauge("http_connections", "Open connections of clients.");
  auto impl = std::make_shared<Impl>(std::move(context), std::move(service), std::move(listener));
  auto& acceptor = *impl->listener;
  impl->group.spawn(acceptor.executor(),
                    acceptor.run([raw = impl.get()](detail::Tcp::socket socket) {
                      raw->take(std::move(socket));
                    }));
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

std::uint16_t HttpServer::port() const { return impl_->listener->port(); }

Status HttpServer::replace_identity(const TlsIdentity& identity) {
  TRY(auto context, detail::make_server_context(identity));
  impl_->tls.set(std::move(context));
  return {};
}

void HttpServer::stop(std::uint64_t grace_ms) {
  if (std::exchange(impl_->stopped, true)) return;
  impl_->listener->close();
  impl_->sessions.for_each([](detail::HttpSession& session) { session.finish_soon(); });
  if (impl_->group.join(grace_ms)) return;
  std::uint64_t waited_ms = 0;
  do {
    impl_->sessions.for_each([](detail::HttpSession& session) { session.cut(); });
    CHECK(waited_ms < kCutMs);
    waited_ms += kCutAgainMs;
  } while (!impl_->group.join(kCutAgainMs));
}

}  // namespace sekisho::net
