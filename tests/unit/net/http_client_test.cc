// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/http_client.h"

#include <array>
#include <atomic>
#include <fstream>
#include <future>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/net/http_test.h"

namespace sekisho::net {
namespace {

using ::testing::HasSubstr;
namespace asio = boost::asio;

HttpClientOptions options_for(std::uint16_t port, const std::string& ca_pem) {
  HttpClientOptions out;
  out.host = "127.0.0.1";
  out.port = port;
  out.trust.ca_pem = ca_pem;
  return out;
}

// A port on which something listens but never speaks.
class SilentPort {
 public:
  SilentPort() : acceptor_(io_, {asio::ip::address_v4::loopback(), 0}) {}
  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void close() { acceptor_.close(); }

 private:
  asio::io_context io_;
  asio::ip::tcp::acceptor acceptor_;
};

class HttpClientTest : public HttpTest {
 protected:
  Error failure_of(HttpClientOptions options) {
    auto made = HttpClient::make(std::move(options), &client_.identity);
    EXPECT_TRUE(made);
    const auto answer = made->send(ClientRequest());
    EXPECT_FALSE(answer);
    return answer ? Error{} : answer.error();
  }
};

TEST_F(HttpClientTest, SaysThatNobodyListens) {
  SilentPort silent;
  const std::uint16_t port = silent.port();
  silent.close();
  const Error error = failure_of(options_for(port, authority_.pem()));
  EXPECT_EQ(error.code, Code::kUnavailable);
  EXPECT_THAT(error.context, HasSubstr("is the node running"));
}

TEST_F(HttpClientTest, GivesUpOnASilentServer) {
  const SilentPort silent;
  auto options = options_for(silent.port(), authority_.pem());
  options.connect_ms = 50;
  EXPECT_EQ(failure_of(std::move(options)).code, Code::kDeadline);
}

TEST_F(HttpClientTest, SaysThatTheServerHasAnotherAuthority) {
  serve(echo);
  const TestAuthority other("Other");
  const Error error = failure_of(options_for(server_->port(), other.pem()));
  EXPECT_EQ(error.code, Code::kUnauthenticated);
  EXPECT_THAT(error.context, HasSubstr("CA"));
}

TEST_F(HttpClientTest, SaysThatTheServersCertificateHasExpired) {
  server_leaf_ = authority_.issue("server", -1);
  serve(echo);
  const Error error = failure_of(options_for(server_->port(), authority_.pem()));
  EXPECT_EQ(error.code, Code::kUnauthenticated);
  EXPECT_THAT(error.context, HasSubstr("expired"));
}

TEST_F(HttpClientTest, SaysThatTheNameIsAnother) {
  serve(echo);
  auto options = options_for(server_->port(), authority_.pem());
  options.trust.expected_name = "node9.example";
  const Error error = failure_of(std::move(options));
  EXPECT_EQ(error.code, Code::kUnauthenticated);
  EXPECT_THAT(error.context, HasSubstr("another name"));
}

TEST_F(HttpClientTest, KnowsAServerByItsKey) {
  serve(echo);
  auto options = options_for(server_->port(), {});
  options.trust.key_id = server_leaf_.key_id;
  auto client = HttpClient::make(options, &client_.identity);
  ASSERT_TRUE(client);
  EXPECT_TRUE(client->send(ClientRequest()));
  options.trust.key_id = client_.key_id;
  const Error error = failure_of(std::move(options));
  EXPECT_EQ(error.code, Code::kUnauthenticated);
  EXPECT_THAT(error.context, HasSubstr("another key"));
}

TEST_F(HttpClientTest, SaysThatTheOtherSideDoesNotSpeakTls) {
  asio::io_context io;
  asio::ip::tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
  const auto served = std::async(std::launch::async, [&] {
    auto socket = acceptor.accept();
    std::array<char, 1024> scratch;
    boost::system::error_code error;
    socket.read_some(asio::buffer(scratch), error);
    asio::write(socket, asio::buffer("HTTP/1.1 400 Bad Request\r\n\r\n", 28), error);
  });
  const Error error = failure_of(options_for(acceptor.local_endpoint().port(), authority_.pem()));
  EXPECT_EQ(error.code, Code::kInvalidArgument);
  EXPECT_THAT(error.context, HasSubstr("does not speak TLS"));
}

TEST_F(HttpClientTest, RefusesAnIdentityWhoseKeyBelongsToAnother) {
  TlsIdentity mixed = copy_of(client_.identity);
  mixed.private_key_pem = Secret(server_leaf_.identity.private_key_pem.view());
  const auto made = HttpClient::make(options_for(1, authority_.pem()), &mixed);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Code::kInvalidArgument);
  EXPECT_FALSE(check_identity(mixed));
  EXPECT_TRUE(check_identity(client_.identity));
}

TEST_F(HttpClientTest, RefusesAnAnswerAboveItsBound) {
  serve([](Request, Responder responder) {
    Response response;
    response.body.assign(100'000, 'x');
    responder.send(std::move(response));
  });
  auto client = good_client();
  const auto answer = client.send(ClientRequest(), std::size_t{1000});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kResourceExhausted);
  EXPECT_EQ(client.send(ClientRequest())->body.size(), 100'000U);
}

TEST_F(HttpClientTest, SendsAFile) {
  const std::string path = ::testing::TempDir() + "http_client_test_body";
  std::ofstream(path) << std::string(300'000, 'y');
  serve(echo);
  auto file = open_file_body(path);
  ASSERT_TRUE(file);
  ClientRequest request;
  request.method = "POST";
  request.give = file->give;
  request.give_size = file->size;
  auto client = good_client();
  const auto answer = client.send(request);
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_EQ(answer->body, "POST / by client " + std::string(300'000, 'y'));
  EXPECT_EQ(open_file_body(path + ".none").error().code, Code::kNotFound);
}

TEST_F(HttpClientTest, ManyConnectionsNeedNoThreads) {
  serve(echo);
  constexpr int kClients = 50;
  constexpr int kRequests = 20;
  std::atomic<int> right{0};
  std::atomic<int> open{kClients};
  std::promise<void> all_done;
  std::function<void(AsyncHttpClient*, int)> ask = [&](AsyncHttpClient* client, int left) {
    if (left == 0) {
      if (--open == 0) all_done.set_value();
      return;
    }
    client->send(ClientRequest(), [&, client, left](Result<ClientResponse> answer) {
      if (answer && answer->body == "GET / by client ") ++right;
      ask(client, left - 1);
    });
  };
  std::vector<std::unique_ptr<AsyncHttpClient>> clients;
  for (int i = 0; i < kClients; ++i) {
    auto made = AsyncHttpClient::make(runtime_, options_for(server_->port(), authority_.pem()),
                                      &client_.identity);
    ASSERT_TRUE(made);
    clients.push_back(*std::move(made));
  }
  for (const auto& client : clients) ask(client.get(), kRequests);
  all_done.get_future().get();
  EXPECT_EQ(right, kClients * kRequests);
}

TEST_F(HttpClientTest, ARunningRequestEndsWithItsClient) {
  std::promise<Responder> asked;
  serve([&](Request, Responder responder) { asked.set_value(std::move(responder)); });
  auto client = AsyncHttpClient::make(runtime_, options_for(server_->port(), authority_.pem()),
                                      &client_.identity);
  ASSERT_TRUE(client);
  std::promise<bool> answered;
  (*client)->send(ClientRequest(),
                  [&](Result<ClientResponse> answer) { answered.set_value(answer.has_value()); });
  const Responder responder = asked.get_future().get();
  client->reset();
  EXPECT_FALSE(answered.get_future().get());
}

TEST_F(HttpClientTest, ASinkMayEndTheRequest) {
  serve([](Request, Responder responder) {
    StreamedResponse response;
    response.source = [](ChunkCallback sink) { sink(Bytes(1000, 'z')); };  // without end
    responder.stream(std::move(response));
  });
  std::size_t taken = 0;
  const auto answer = good_client().send(ClientRequest(), [&](BytesView piece) -> Status {
    taken += piece.size();
    if (taken > 10'000) return fail(Code::kCancelled, "enough");
    return {};
  });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kCancelled);
}

}  // namespace
}  // namespace sekisho::net
