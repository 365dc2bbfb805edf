// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/net/tls.h"

// The values of HTTP/1.1 (RFC 9112) that handlers see. No Asio here.
namespace sekisho::net {

struct Header {
  std::string name;
  std::string value;
};

// What a body reader hands out: the next bytes, an empty string at the end, or why there are none
// (kCancelled when the connection is gone, kDeadline, kInvalidArgument for broken framing,
// kResourceExhausted past the route's bound).
using ChunkCallback = std::function<void(Result<Bytes>)>;

namespace detail {
class Exchange;
class BodyPipe;
}  // namespace detail

// The body of a request whose route asked for streaming. Copies share one stream. Any thread; one
// next() at a time. Nothing is read from the socket before it is asked for, so memory stays at one
// chunk (at most 64 KiB).
class BodyReader {
 public:
  BodyReader() = default;
  explicit BodyReader(std::shared_ptr<detail::BodyPipe> pipe) : pipe_(std::move(pipe)) {}
  // Calls `done` once, on an io thread.
  void next(ChunkCallback done);
  [[nodiscard]] bool valid() const { return pipe_ != nullptr; }

 private:
  std::shared_ptr<detail::BodyPipe> pipe_;
};

struct Request {
  std::string method;  // upper case
  std::string path;    // percent-decoded, starts with '/', no '.' or '..' segment, valid UTF-8
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
  std::vector<Header> headers;
  Bytes body;                                   // whole, unless the route is streamed
  BodyReader stream;                            // valid when the route is streamed
  std::optional<std::uint64_t> content_length;  // as announced
  // Null only on routes that allow anonymous clients. Re-decided every minute of a long connection;
  // standing on the ledger is for the handler to check per request.
  std::shared_ptr<const Principal> principal;
  std::string remote_address;

  // Case-insensitive; the first of its name.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  [[nodiscard]] std::optional<std::string_view> query_value(std::string_view name) const;
};

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::vector<Header> headers;
  Bytes body;
};

// Gives the next piece of a streamed response: called with the sink for one piece when the
// connection can take it (io thread, must not block); the sink is called once, from any thread,
// with bytes, with nothing at the end, or with an Error, which cuts the connection so that the
// client sees the break. Destroyed when the response has ended or the client has gone.
using BodySource = std::function<void(ChunkCallback sink)>;

struct StreamedResponse {
  unsigned status = 200;
  std::string content_type = "application/octet-stream";
  std::vector<Header> headers;
  std::optional<std::uint64_t> content_length;  // chunked transfer coding when absent
  BodySource source;
  // Sent whenever the source is silent for `heartbeat_ms`, so that both sides notice a dead link.
  // For server-sent events; needs chunked coding.
  Bytes heartbeat;
  std::uint64_t heartbeat_ms = 0;
};

// A stream of server-sent events (WHATWG HTML, 9.2): text/event-stream, no caching, a comment every
// 15 s of silence. The source gives pieces made by format_event().
[[nodiscard]] StreamedResponse event_stream(BodySource source);
// "id: …\nevent: …\ndata: …\n\n"; data may have several lines. `id` and `event` have none.
[[nodiscard]] Bytes format_event(std::string_view id, std::string_view event,
                                 std::string_view data);

// The one answer to a request. Copies share it. Any thread; the first of send() and stream() is the
// answer, a second one CHECKs. When the last copy dies unanswered the client gets 500; when the
// server's response deadline has passed it has got 503, and the late answer is dropped.
class Responder {
 public:
  explicit Responder(std::shared_ptr<detail::Exchange> exchange) : exchange_(std::move(exchange)) {}
  void send(Response response) const;
  void stream(StreamedResponse response) const;

 private:
  std::shared_ptr<detail::Exchange> exchange_;
};

using Handler = std::function<void(Request, Responder)>;

}  // namespace sekisho::net
