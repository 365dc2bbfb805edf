// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/http_server.h"

#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/net/problem.h"
#include "tests/unit/net/http_test.h"
#include "tests/unit/net/raw_client.h"

namespace sekisho::net {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

ClientRequest get(std::string target) {
  ClientRequest out;
  out.target = std::move(target);
  return out;
}

ClientRequest post(std::string target, Bytes body) {
  ClientRequest out;
  out.method = "POST";
  out.target = std::move(target);
  out.body = std::move(body);
  return out;
}

int count_of(const std::string& text, std::string_view mark) {
  int times = 0;
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) ++times;
  return times;
}

TEST_F(HttpTest, TellsTheHandlerWhoAsksForWhat) {
  serve(echo);
  auto client = good_client();
  const auto answer = client.send(post("/a%20b?x=1&y=%E9%96%A2", "hello"));
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_EQ(answer->status, 200U);
  EXPECT_EQ(answer->body, "POST /a b x=1 y=関 by client hello");
  EXPECT_EQ(answer->header("content-type"), "text/plain");
}

TEST_F(HttpTest, KeepsTheConnection) {
  serve(echo);
  auto client = good_client();
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(client.send(get("/" + std::to_string(i))));
  EXPECT_EQ(metrics_.counter("http_requests_total", "").value(), 50U);
  EXPECT_EQ(metrics_.gauge("http_connections", "").value(), 1);
}

TEST_F(HttpTest, ReconnectsWhenTheServerHasClosedAKeptConnection) {
  HttpServerOptions options;
  options.idle_ms = 200;
  serve(echo, options);
  auto client = good_client();
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.send(get("/"));
    ASSERT_TRUE(answer) << answer.error().to_string();
    while (metrics_.gauge("http_connections", "").value() != 0) std::this_thread::yield();
  }
}

TEST_F(HttpTest, AnswersPipelinedRequestsInOrder) {
  serve([this](Request request, Responder responder) {
    // From another thread, so that answers could overtake each other if the session let them.
    const Status posted =
        runtime_.workers().post([request, responder] { echo(request, responder); });
    ASSERT_TRUE(posted);
  });
  RawClient client(server_->port(), &client_.identity);
  std::string wire;
  for (int i = 0; i < 20; ++i) {
    wire += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
  }
  ASSERT_TRUE(client.write(wire));
  const std::string answers = client.read_until("client abc", 20);
  std::size_t at = 0;
  for (int i = 0; i < 20; ++i) {
    at = answers.find("POST /" + std::to_string(i) + " by client abc", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

TEST_F(HttpTest, ReadsChunkedBodies) {
  serve(echo);
  RawClient client(server_->port(), &client_.identity);
  ASSERT_TRUE(
      client.write("POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
  EXPECT_THAT(client.read_until("abcde"), HasSubstr("by client abcde"));
}

TEST_F(HttpTest, HasNoBodyInAnswerToHead) {
  serve(echo);
  RawClient client(server_->port(), &client_.identity);
  ASSERT_TRUE(client.write("HEAD /h HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  const std::string answer = client.read_to_end();
  EXPECT_THAT(answer, HasSubstr("Content-Length: "));
  EXPECT_THAT(answer, ::testing::EndsWith("\r\n\r\n"));
}

TEST_F(HttpTest, RefusesAClientWithoutCertificateInWords) {
  serve(echo);
  auto client = this->client(nullptr);
  const auto answer = client.send(get("/"));
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_EQ(answer->status, 401U);
  EXPECT_EQ(answer->header("content-type"), "application/problem+json");
  EXPECT_THAT(answer->body,
              AllOf(HasSubstr("UNAUTHENTICATED"), HasSubstr("certificate is needed")));
}

TEST_F(HttpTest, ServesAnonymousRoutesWithoutCertificate) {
  serve(echo);
  auto client = this->client(nullptr);
  const auto answer = client.send(get("/health"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "GET /health by anyone ");
}

TEST_F(HttpTest, RefusesAnExpiredCertificateInWords) {
  serve(echo);
  const auto expired = authority_.issue("late", -1);
  auto client = this->client(&expired.identity);
  const auto answer = client.send(get("/"));
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_EQ(answer->status, 401U);
  EXPECT_THAT(answer->body, HasSubstr("expired"));
}

TEST_F(HttpTest, RefusesAForeignCertificateInWords) {
  serve(echo);
  const TestAuthority stranger("Stranger");
  const auto foreign = stranger.issue("foreign");
  auto client = this->client(&foreign.identity);
  const auto answer = client.send(get("/"));
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_EQ(answer->status, 401U);
  EXPECT_THAT(answer->body, HasSubstr("UNAUTHENTICATED"));
}

TEST_F(HttpTest, TellsAPlainHttpClientToUseHttps) {
  serve(echo);
  RawClient client(server_->port(), nullptr, true);
  ASSERT_TRUE(client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_THAT(client.read_to_end(), AllOf(StartsWith("HTTP/1.1 400 "), HasSubstr("HTTPS only")));
}

TEST_F(HttpTest, GivesUpOnAClientThatTricklesItsHeader) {
  HttpServerOptions options;
  options.header_ms = 50;
  serve(echo, options);
  RawClient client(server_->port(), &client_.identity);
  ASSERT_TRUE(client.write("GET / HTTP/1.1\r\nHos"));
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(client.read_to_end(), "");  // ends because the server closes, and not at once
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(25));
}

TEST_F(HttpTest, GivesUpOnAClientThatTricklesItsBody) {
  HttpServerOptions options;
  options.progress_ms = 50;
  serve(echo, options);
  RawClient client(server_->port(), &client_.identity);
  ASSERT_TRUE(client.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc"));
  const auto before = std::chrono::steady_clock::now();
  static_cast<void>(client.read_to_end());
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(25));
}

TEST_F(HttpTest, GivesUpOnAClientThatNeverShakesHands) {
  HttpServerOptions options;
  options.handshake_ms = 50;
  serve(echo, options);
  RawClient client(server_->port(), nullptr, true);
  EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(HttpTest, RefusesAHeaderAboveTheBound) {
  serve(echo);
  RawClient client(server_->port(), &client_.identity);
  client.write("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + std::string(20'000, 'a') + "\r\n\r\n");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpTest, RefusesManySmallFieldsAboveTheBound) {
  serve(echo);
  RawClient client(server_->port(), &client_.identity);
  std::string wire = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 101; ++i) wire += "A: b\r\n";
  client.write(wire + "\r\n");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpTest, RefusesAnAnnouncedBodyAboveTheBoundUnread) {
  serve(echo);
  RawClient client(server_->port(), &client_.identity);
  client.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpTest, RefusesAChunkedBodyAboveTheBound) {
  serve(echo);
  RawClient client(server_->port(), &client_.identity);
  client.write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFF\r\nabc");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpTest, AClientLearnsOfARefusalWhileItIsUploading) {
  serve(echo);
  auto client = good_client();
  const auto answer = client.send(post("/", Bytes(8 * limits::kMiB, 'x')));
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_EQ(answer->status, 413U);
  EXPECT_EQ(client.send(get("/"))->status, 200U);
}

TEST_F(HttpTest, RefusesWhatIsNotHttp) {
  serve(echo);
  for (const char* wire :
       {"nonsense\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET /../etc HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n"}) {
    RawClient client(server_->port(), &client_.identity);
    client.write(wire);
    EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 400 ")) << wire;
  }
}

TEST_F(HttpTest, AnswersForAHandlerThatForgets) {
  serve([](Request, Responder) {});
  auto client = good_client();
  EXPECT_EQ(client.send(get("/"))->status, 500U);
}

TEST_F(HttpTest, AnswersForAHandlerThatIsLate) {
  HttpServerOptions options;
  options.response_ms = 30;
  std::vector<Responder> kept;
  serve([&](Request, Responder responder) { kept.push_back(std::move(responder)); }, options);
  auto client = good_client();
  EXPECT_EQ(client.send(get("/"))->status, 503U);
  ASSERT_EQ(kept.size(), 1U);
  kept[0].send({});  // too late, and harmless
}

TEST_F(HttpTest, AnswersForAHandlerThatThrows) {
  serve([](Request, Responder) { throw std::runtime_error("a library did it"); });
  auto client = good_client();
  EXPECT_EQ(client.send(get("/"))->status, 500U);
  EXPECT_EQ(client.send(get("/"))->status, 500U);
}

TEST_F(HttpTest, KnowsTheClientOfAResumedSession) {
  serve(echo);
  auto client = good_client();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.send(get("/"))->body, "GET / by client ");
    client.close();
  }
  EXPECT_EQ(metrics_.counter("http_resumed_total", "").value(), 2U);
}

TEST_F(HttpTest, AnswersHttp10AndCloses) {
  serve(echo);
  RawClient client(server_->port(), &client_.identity);
  client.write("GET /old HTTP/1.0\r\n\r\n");
  EXPECT_THAT(client.read_to_end(),
              AllOf(HasSubstr("Connection: close"), HasSubstr("GET /old by client")));
}

TEST_F(HttpTest, ClosesConnectionsAboveTheBound) {
  HttpServerOptions options;
  options.connections_max = 1;
  serve(echo, options);
  auto first = good_client();
  ASSERT_TRUE(first.send(get("/")));
  auto second = good_client();
  EXPECT_FALSE(second.send(get("/")));
  EXPECT_TRUE(first.send(get("/")));
}

TEST_F(HttpTest, StopLetsARunningRequestEnd) {
  std::promise<Responder> asked;
  serve([&](Request, Responder responder) { asked.set_value(std::move(responder)); });
  auto answer = std::async(std::launch::async, [this] { return good_client().send(get("/")); });
  const Responder responder = asked.get_future().get();
  auto stopped = std::async(std::launch::async, [this] { server_->stop(30'000); });
  Response response;
  response.body = "done";
  responder.send(std::move(response));
  const auto got = answer.get();
  ASSERT_TRUE(got) << got.error().to_string();
  EXPECT_EQ(got->body, "done");
  stopped.get();
}

TEST_F(HttpTest, StopCutsARequestThatDoesNotEnd) {
  std::promise<Responder> asked;
  serve([&](Request, Responder responder) { asked.set_value(std::move(responder)); });
  auto answer = std::async(std::launch::async, [this] { return good_client().send(get("/")); });
  const Responder responder = asked.get_future().get();
  server_->stop(10);
  EXPECT_FALSE(answer.get());
}

TEST_F(HttpTest, UsesARenewedCertificateForNewConnections) {
  serve(echo);
  ASSERT_TRUE(good_client().send(get("/")));
  const auto renewed = authority_.issue("server, renewed");
  ASSERT_TRUE(server_->replace_identity(renewed.identity));
  HttpClientOptions options;
  options.host = "127.0.0.1";
  options.port = server_->port();
  options.trust.key_id = renewed.key_id;
  auto client = HttpClient::make(std::move(options), &client_.identity);
  ASSERT_TRUE(client);
  EXPECT_TRUE(client->send(get("/")));
}

TEST_F(HttpTest, AsksTheAuthorizerAgainAfterAWhile) {
  std::atomic<bool> open{true};
  const Authorizer authorize = [&](const PeerCertificate& peer) -> Result<Principal> {
    if (!open) return fail(Code::kUnauthenticated, "revoked");
    return Principal{peer.key_id, "someone", nullptr};
  };
  HttpServerOptions options;
  options.reauthorize_ms = 0;
  auto started =
      HttpServer::start(runtime_, server_leaf_.identity, options, plan, authorize, echo, metrics_);
  ASSERT_TRUE(started);
  server_ = *std::move(started);
  auto client = good_client();
  EXPECT_EQ(client.send(get("/"))->status, 200U);
  open = false;
  unsigned status = 200;
  for (int i = 0; i < 10'000 && status == 200; ++i) status = client.send(get("/"))->status;
  EXPECT_EQ(status, 401U);
}

// A suspended member used to get 401 on a new connection and 403 on an old one.
TEST_F(HttpTest, WhoIsKnownAndNotEntitledIsForbidden) {
  const Authorizer authorize = [](const PeerCertificate&) -> Result<Principal> {
    return fail(Code::kPermissionDenied, "the member is suspended; ask the secretariat");
  };
  auto started =
      HttpServer::start(runtime_, server_leaf_.identity, {}, plan, authorize, echo, metrics_);
  ASSERT_TRUE(started);
  server_ = *std::move(started);
  const auto answer = good_client().send(get("/"));
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_EQ(answer->status, 403U);
  EXPECT_THAT(answer->body, AllOf(HasSubstr("PERMISSION_DENIED"), HasSubstr("MEMBER_SUSPENDED")));
}

TEST_F(HttpTest, SaysWhyItCannotListen) {
  serve(echo);
  HttpServerOptions options;
  options.port = server_->port();
  const auto second = HttpServer::start(runtime_, server_leaf_.identity, options, plan,
                                        authority_.authorizer(), echo, metrics_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kAlreadyExists);
}

TEST_F(HttpTest, HeaderValuesOfAHandlerCannotAddHeaders) {
  serve([](Request, Responder responder) {
    Response response;
    response.headers.push_back({"X-Name", "a\r\nX-Evil: b"});
    responder.send(std::move(response));
  });
  auto client = good_client();
  const auto answer = client.send(get("/"));
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->header("X-Evil"));
  EXPECT_EQ(count_of(*std::optional<std::string>(answer->header("X-Name")), "X-Evil"), 1);
}

}  // namespace
}  // namespace sekisho::net
