// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "node/net/http_client.h"
#include "node/net/http_server.h"
#include "tests/unit/net/test_identities.h"

namespace sekisho::net {

// A server on the loopback with one CA, one good client, and handlers given by the test.
class HttpTest : public ::testing::Test {
 protected:
  HttpTest();
  ~HttpTest() override;

  // Starts with `handle`; routes: /stream… is streamed up to 256 MiB, /health is anonymous, every
  // other body may have 1 MiB.
  void serve(Handler handle, HttpServerOptions options = {});
  [[nodiscard]] HttpClient client(const TlsIdentity* identity);
  [[nodiscard]] HttpClient good_client() { return client(&client_.identity); }
  static RoutePlan plan(std::string_view method, std::string_view path);

  TestAuthority authority_{"Sekisho Test"};
  TestAuthority::Leaf server_leaf_ = authority_.issue("server");
  TestAuthority::Leaf client_ = authority_.issue("client");
  MetricsRegistry metrics_;
  Runtime runtime_{RuntimeOptions{2, 2, 64, false}};
  std::unique_ptr<HttpServer> server_;
};

// Answers with the method, path, query, principal and body it was given.
void echo(Request request, Responder responder);

}  // namespace sekisho::net
