// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/net/http_test.h"

#include <utility>

namespace sekisho::net {

HttpTest::HttpTest() = default;
HttpTest::~HttpTest() {
  if (server_) server_->stop(0);
  runtime_.stop();
}

RoutePlan HttpTest::plan(std::string_view /*method*/, std::string_view path) {
  RoutePlan out;
  out.streamed = path.substr(0, 7) == "/stream";
  out.anonymous = path == "/health";
  out.body_size_max = out.streamed ? 256 * limits::kMiB : 1 * limits::kMiB;
  return out;
}

void HttpTest::serve(Handler handle, HttpServerOptions options) {
  auto started = HttpServer::start(runtime_, server_leaf_.identity, std::move(options), plan,
                                   authority_.authorizer(), std::move(handle), metrics_);
  ASSERT_TRUE(started) << started.error().to_string();
  server_ = *std::move(started);
}

HttpClient HttpTest::client(const TlsIdentity* identity) {
  HttpClientOptions options;
  options.host = "127.0.0.1";
  options.port = server_->port();
  options.trust.ca_pem = authority_.pem();
  auto made = HttpClient::make(std::move(options), identity);
  EXPECT_TRUE(made) << made.error().to_string();
  return *std::move(made);
}

void echo(Request request, Responder responder) {
  Response response;
  response.content_type = "text/plain";
  response.body = request.method + " " + request.path;
  for (const auto& [name, value] : request.query) response.body += " " + name + "=" + value;
  response.body += " by " + (request.principal ? request.principal->name : "anyone");
  response.body += " " + request.body;
  responder.send(std::move(response));
}

}  // namespace sekisho::net
