// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "node/crypto/hash.h"
#include "tests/unit/net/http_test.h"
#include "tests/unit/net/raw_client.h"

namespace sekisho::net {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t kBigSize = 64 * limits::kMiB;

// The process's resident memory now.
std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

// How much of it came since then. Sanitizers keep freed memory: nothing to see there.
std::uint64_t growth_since(std::uint64_t before) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return before * 0;
#else
  const std::uint64_t now = resident_bytes();
  return now - std::min(before, now);
#endif
}

// Reads a streamed body to its end, then answers with its digest and size. Keeps itself alive.
class Swallower : public std::enable_shared_from_this<Swallower> {
 public:
  Swallower(BodyReader body, Responder responder)
      : body_(std::move(body)), responder_(std::move(responder)) {}

  void next() {
    body_.next([self = shared_from_this()](Result<Bytes> chunk) { self->take(std::move(chunk)); });
  }

 private:
  void take(Result<Bytes> chunk) {
    Response response;
    if (!chunk) {
      response.status = 400;
      response.body = chunk.error().to_string();
      return responder_.send(std::move(response));
    }
    largest_ = std::max(largest_, chunk->size());
    size_ += chunk->size();
    hash_.update(*chunk);
    if (!chunk->empty()) return next();
    response.body = hash_.finish().hex() + " " + std::to_string(size_) +
                    (largest_ <= 64 * limits::kKiB ? "" : " in too large pieces");
    responder_.send(std::move(response));
  }

  BodyReader body_;
  Responder responder_;
  crypto::Sha256 hash_;
  std::uint64_t size_ = 0;
  std::size_t largest_ = 0;
};

Bytes pattern(std::uint64_t offset, std::size_t size) {
  Bytes out(size, '\0');
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>((offset + i) * 31 % 251);
  return out;
}

class HttpStreamTest : public HttpTest {};

TEST_F(HttpStreamTest, StreamsALargeUploadInBoundedMemory) {
  serve([](Request request, Responder responder) {
    std::make_shared<Swallower>(request.stream, std::move(responder))->next();
  });
  crypto::Sha256 expected;
  std::uint64_t given = 0;
  std::uint64_t reported = 0;
  ClientRequest request;
  request.method = "PUT";
  request.target = "/stream/up";
  request.give_size = kBigSize;
  request.give = [&](std::size_t size_max) -> Result<Bytes> {
    Bytes piece = pattern(given, size_max);
    given += piece.size();
    expected.update(piece);
    return piece;
  };
  request.on_upload = [&](std::uint64_t done, std::uint64_t total) {
    EXPECT_EQ(total, kBigSize);
    reported = done;
  };
  auto client = good_client();
  const std::uint64_t before = resident_bytes();
  const auto answer = client.send(request);
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_EQ(answer->body, expected.finish().hex() + " " + std::to_string(kBigSize));
  EXPECT_EQ(reported, kBigSize);
  EXPECT_LT(growth_since(before), kBigSize / 2);
}

// Both framings: with a length, and chunked.
class HttpDownloadTest : public HttpTest, public ::testing::WithParamInterface<bool> {};
INSTANTIATE_TEST_SUITE_P(Framing, HttpDownloadTest, ::testing::Bool());

TEST_P(HttpDownloadTest, StreamsALargeDownloadInBoundedMemory) {
  serve([this](Request, Responder responder) {
    StreamedResponse response;
    if (GetParam()) response.content_length = kBigSize;
    auto offset = std::make_shared<std::uint64_t>(0);
    response.source = [this, offset](ChunkCallback sink) {
      const Status posted = runtime_.workers().post([offset, sink] {
        const auto size = std::min<std::uint64_t>(limits::kMiB, kBigSize - *offset);
        Bytes piece = pattern(*offset, static_cast<std::size_t>(size));
        *offset += size;
        sink(std::move(piece));
      });
      ASSERT_TRUE(posted);
    };
    responder.stream(std::move(response));
  });
  crypto::Sha256 got;
  std::uint64_t size = 0;
  auto client = good_client();
  ClientRequest request;
  const std::uint64_t before = resident_bytes();
  const auto answer = client.send(request, [&](BytesView piece) -> Status {
    got.update(piece);
    size += piece.size();
    return {};
  });
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_EQ(size, kBigSize);
  crypto::Sha256 expected;
  for (std::uint64_t at = 0; at < kBigSize; at += limits::kMiB) {
    expected.update(pattern(at, limits::kMiB));
  }
  EXPECT_EQ(got.finish(), expected.finish());
  EXPECT_LT(growth_since(before), kBigSize / 2);
}

TEST_F(HttpStreamTest, KeepsTheConnectionAfterAStream) {
  serve([](Request, Responder responder) {
    StreamedResponse response;
    auto left = std::make_shared<int>(3);
    response.source = [left](ChunkCallback sink) { sink(--*left >= 0 ? Bytes("ab") : Bytes()); };
    responder.stream(std::move(response));
  });
  auto client = good_client();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.send(ClientRequest())->body, "ababab");
  EXPECT_EQ(metrics_.gauge("http_connections", "").value(), 1);
}

TEST_F(HttpStreamTest, HasNoChunksForHttp10) {
  serve([](Request, Responder responder) {
    responder.stream(event_stream([](ChunkCallback sink) { sink(Bytes()); }));
  });
  RawClient client(server_->port(), &client_.identity);
  client.write("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(client.read_to_end(), ::testing::StartsWith("HTTP/1.1 505 "));
}

TEST_F(HttpStreamTest, ABrokenSourceShowsAsABrokenAnswer) {
  serve([](Request, Responder responder) {
    StreamedResponse response;
    auto calls = std::make_shared<int>(0);
    response.source = [calls](ChunkCallback sink) {
      if (++*calls == 1) return sink(Bytes("begin"));
      sink(fail(Code::kIo, "disk"));
    };
    responder.stream(std::move(response));
  });
  auto client = good_client();
  const auto answer = client.send(ClientRequest());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kUnavailable);
}

TEST_F(HttpStreamTest, AnAnswerBeforeTheBodyIsReadEndsTheConnection) {
  serve([](Request request, Responder responder) {
    if (request.path == "/after") return echo(std::move(request), std::move(responder));
    Response response;
    response.status = 409;
    responder.send(std::move(response));
  });
  ClientRequest request;
  request.method = "PUT";
  request.target = "/stream/x";
  request.body = Bytes(4 * limits::kMiB, 'x');
  auto client = good_client();
  const auto answer = client.send(request);
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_EQ(answer->status, 409U);
  ClientRequest after;
  after.target = "/after";
  EXPECT_EQ(client.send(after)->status, 200U);
}

TEST_F(HttpStreamTest, AReaderLearnsThatTheClientHasGone) {
  std::promise<std::string> seen;
  serve([&](Request request, Responder responder) {
    auto body = request.stream;
    body.next([&seen, body, responder](Result<Bytes> first) mutable {
      EXPECT_EQ(*first, "abc");
      body.next([&seen, responder](Result<Bytes> second) {
        seen.set_value(second ? "bytes" : std::string(code_name(second.error().code)));
      });
    });
  });
  {
    RawClient client(server_->port(), &client_.identity);
    client.write("PUT /stream HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  }
  EXPECT_EQ(seen.get_future().get(), "UNAVAILABLE");
}

TEST_F(HttpStreamTest, AReaderThatAsksTooLateIsTold) {
  std::promise<BodyReader> reader;
  serve([&](Request request, Responder responder) {
    reader.set_value(request.stream);
    responder.send({});
  });
  ClientRequest request;
  request.method = "PUT";
  request.target = "/stream";
  request.body = "abc";
  ASSERT_TRUE(good_client().send(request));
  std::promise<Result<Bytes>> late;
  reader.get_future().get().next([&](Result<Bytes> chunk) { late.set_value(std::move(chunk)); });
  const auto chunk = late.get_future().get();
  ASSERT_FALSE(chunk);
  EXPECT_EQ(chunk.error().code, Code::kCancelled);
}

// Events as they come, heartbeats in silence, and an end at stop().
TEST_F(HttpStreamTest, SendsEventsAndHeartbeats) {
  std::promise<ChunkCallback> second_pull;
  serve([&](Request, Responder responder) {
    auto pulls = std::make_shared<int>(0);
    StreamedResponse response = event_stream([&second_pull, pulls](ChunkCallback sink) {
      if (++*pulls == 1) return sink(format_event("7", "block", "a\nb"));
      if (*pulls == 2) second_pull.set_value(std::move(sink));
    });
    response.heartbeat_ms = 20;
    responder.stream(std::move(response));
  });
  RawClient client(server_->port(), &client_.identity);
  ASSERT_TRUE(client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  const std::string first = client.read_until(": still here", 2);
  EXPECT_THAT(first, HasSubstr("text/event-stream"));
  EXPECT_THAT(first, HasSubstr("id: 7\nevent: block\ndata: a\ndata: b\n\n"));
  second_pull.get_future().get()(format_event("8", "", "c"));
  EXPECT_THAT(client.read_until("data: c"), HasSubstr("id: 8\n"));
  server_->stop(30'000);  // would take the grace, if the stream did not end
  EXPECT_THAT(client.read_to_end(), HasSubstr("0\r\n\r\n"));
}

}  // namespace
}  // namespace sekisho::net
