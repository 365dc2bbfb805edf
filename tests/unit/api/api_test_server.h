// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "node/api/service.h"
#include "node/core_thread.h"
#include "node/net/http_client.h"
#include "tests/support/solo_ledger.h"
#include "tests/support/test_blobs.h"
#include "tests/unit/net/test_identities.h"

namespace sekisho::api {

struct Answer {
  unsigned status = 0;
  Bytes body;
  boost::json::value json;  // null when the body is none
  [[nodiscard]] std::string code() const {
    return std::string(json.as_object().at("code").as_string());
  }
};

// The API of node 1 over TLS on the loopback, with a real ledger of one voter. Which member's key
// the one client has is for the test to say: become(). Build the ledger before serve().
class ApiTest : public ::testing::Test {
 protected:
  ApiTest();
  ~ApiTest() override;
  // Takes over the chain's operations and listens.
  void serve();
  void become(std::string_view member_id, v1::KeyRole role = v1::OPERATOR);
  Answer send(const std::string& method, const std::string& target, Bytes body = {});
  Answer get(const std::string& target) { return send("GET", target); }
  // 200 and JSON.
  boost::json::object ok(const std::string& target);
  void expect_refused(const std::string& target, unsigned status, const std::string& code);

  test::TestChain chain_{{.nodes = 3, .voters = 1, .policy = {}}};
  test::TestBlobs blobs_;
  test::SoloLedger solo_{chain_.consortium};
  net::TestAuthority authority_{"Sekisho Test"};
  net::TestAuthority::Leaf server_leaf_ = authority_.issue("server");
  net::TestAuthority::Leaf client_leaf_ = authority_.issue("client");
  MetricsRegistry metrics_;
  net::Runtime runtime_{net::RuntimeOptions{1, 2, 64, false}};
  blobs::Custodian custodian_{*blobs_, chain_.consortium.operation_key(1),
                              chain_.consortium.chain_id(), 1, solo_.clock};
  Uploads uploads_{solo_.clock, 4 * limits::kMiB};
  blobs::BlobFetcher fetcher_{[](std::uint64_t, const Bytes&) {}, solo_.clock};
  admission::Admission admission_;
  std::unique_ptr<admission::Gateway> gateway_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<net::HttpServer> server_;
  std::unique_ptr<net::HttpClient> client_;
  CoreThread core_;

 private:
  [[nodiscard]] Parts parts();

  std::mutex mutex_;
  Digest key_id_;
};

}  // namespace sekisho::api
