// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "node/base/limits.h"
#include "node/base/metrics.h"
#include "node/base/result.h"
#include "node/net/http_types.h"
#include "node/net/runtime.h"
#include "node/net/tls.h"

namespace sekisho::net {

// What the server must know about a route before it reads the body.
struct RoutePlan {
  std::size_t body_size_max = 0;  // a longer body is answered with 413, unread
  bool streamed = false;          // the handler reads the body itself, through Request::stream
  bool anonymous = false;         // served without a certificate too: health checks
};

// The plan of a method and decoded path. Any io thread; must not block. Unknown routes get the
// default plan, and the handler answers them with 404.
using RoutePlanner = std::function<RoutePlan(std::string_view method, std::string_view path)>;

struct HttpServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one, see HttpServer::port()
  std::size_t connections_max = limits::kHttpConnectionsMax;  // more are closed at once
  std::uint64_t handshake_ms = 10'000;
  std::uint64_t header_ms = 10'000;     // from the first byte of a request to the end of its header
  std::uint64_t idle_ms = 75'000;       // between requests
  std::uint64_t progress_ms = 30'000;   // without a byte of body moving, either way
  std::uint64_t response_ms = 120'000;  // from handler call to answer; then 503
  std::uint64_t reauthorize_ms = 60'000;
};

// HTTPS/1.1 with keep-alive; pipelined requests are answered one after another. A client without a
// certificate, or whose certificate the authorizer refuses, gets 401 as problem details. No log
// line per request. Metrics: http_requests_total, http_connections, http_refused_total,
// http_resumed_total.
class HttpServer {
 public:
  // Listens and serves on the runtime's io threads. `plan`, `authorize` and `handle` are called on
  // io threads. kIo or kAlreadyExists when the address cannot be had, kInvalidArgument for a bad
  // identity. `runtime` and `metrics` outlive the server.
  static Result<std::unique_ptr<HttpServer>> start(Runtime& runtime, const TlsIdentity& identity,
                                                   HttpServerOptions options, RoutePlanner plan,
                                                   Authorizer authorize, Handler handle,
                                                   MetricsRegistry& metrics);
  // stop(0).
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  // New connections use the renewed certificate; running ones go on. Any thread.
  Status replace_identity(const TlsIdentity& identity);
  // Accepts no more, closes idle connections, lets running requests end for at most `grace_ms`,
  // then cuts. Returns when nothing of it runs any more. Not from an io thread.
  void stop(std::uint64_t grace_ms);

 private:
  struct Impl;
  explicit HttpServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace sekisho::net
