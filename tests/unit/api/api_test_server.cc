// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/api/api_test_server.h"

#include <utility>

namespace sekisho::api {

ApiTest::ApiTest()
    : admission_(chain_.consortium.chain_id(), 1, solo_.clock,
                 [this](const Digest& id) { return blobs_.holds(id); }) {
  admission::Gateway::Threads threads;
  threads.to_worker = [this](std::function<void()> task) {
    return runtime_.workers().post(std::move(task)).has_value();
  };
  threads.to_core = [this](std::function<void()> task) { solo_.post(std::move(task)); };
  gateway_ = std::make_unique<admission::Gateway>(admission_, *solo_.store, *solo_.replica,
                                                  std::move(threads));
  service_ = std::make_unique<Service>(parts());
  become("hoken-a");
}

ApiTest::~ApiTest() {
  fetcher_.stop();
  if (server_) server_->stop(0);
  core_.stop();
  runtime_.stop();
}

Parts ApiTest::parts() {
  return Parts{*gateway_,
               *solo_.store,
               custodian_,
               fetcher_,
               uploads_,
               runtime_,
               solo_.clock,
               metrics_,
               chain_.consortium.chain_id(),
               1,
               "node-1",
               chain_.consortium.genesis_bytes(),
               [this](std::function<void(replica::ReplicaStatus)> done) {
                 solo_.post([this, done = std::move(done)] { done(solo_.replica->status()); });
               },
               [this](replica::ReadDone done) {
                 solo_.post([this, done = std::move(done)]() mutable {
                   solo_.replica->read_index(std::move(done));
                 });
               }};
}

void ApiTest::serve() {
  solo_.follow(chain_);
  core_.start(1, [this] { solo_.step(); });
  auto started = net::HttpServer::start(
      runtime_, server_leaf_.identity, {}, Service::plan,
      [this](const net::PeerCertificate&) -> Result<net::Principal> {
        const std::lock_guard lock(mutex_);
        return net::Principal{key_id_, "test", nullptr};
      },
      [this](net::Request request, net::Responder responder) {
        service_->handle(std::move(request), std::move(responder));
      },
      metrics_);
  ASSERT_TRUE(started) << started.error().to_string();
  server_ = std::move(*started);
}

void ApiTest::become(std::string_view member_id, v1::KeyRole role) {
  const std::lock_guard lock(mutex_);
  key_id_ = chain_.consortium.key(member_id, role).public_key().key_id();
  client_.reset();
}

Answer ApiTest::send(const std::string& method, const std::string& target, Bytes body) {
  if (!client_) {
    net::HttpClientOptions options;
    options.host = "127.0.0.1";
    options.port = server_->port();
    options.trust.ca_pem = authority_.pem();
    auto made = net::HttpClient::make(std::move(options), &client_leaf_.identity);
    EXPECT_TRUE(made);
    client_ = std::make_unique<net::HttpClient>(std::move(*made));
  }
  net::ClientRequest request;
  request.method = method;
  request.target = target;
  request.body = std::move(body);
  auto response = client_->send(request);
  EXPECT_TRUE(response) << response.error().to_string();
  Answer answer;
  if (!response) return answer;
  answer.status = response->status;
  answer.body = std::move(response->body);
  boost::system::error_code error;
  answer.json = boost::json::parse(answer.body, error);
  if (error) answer.json = nullptr;
  return answer;
}

boost::json::object ApiTest::ok(const std::string& target) {
  const Answer answer = get(target);
  EXPECT_EQ(answer.status, 200u) << target << ": " << answer.body;
  const auto* object = answer.json.if_object();
  EXPECT_NE(object, nullptr) << target;
  return object == nullptr ? boost::json::object() : *object;
}

void ApiTest::expect_refused(const std::string& target, unsigned status, const std::string& code) {
  const Answer answer = get(target);
  EXPECT_EQ(answer.status, status) << target << ": " << answer.body;
  ASSERT_TRUE(answer.json.is_object()) << target;
  EXPECT_EQ(answer.code(), code) << target;
  EXPECT_FALSE(answer.json.at("detail_ja").as_string().empty());
}

}  // namespace sekisho::api
