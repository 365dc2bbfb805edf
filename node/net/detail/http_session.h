// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "node/net/detail/exchange.h"
#include "node/net/detail/message_parser.h"
#include "node/net/detail/response_writer.h"
#include "node/net/detail/tls_connection.h"
#include "node/net/http_server.h"

namespace sekisho::net::detail {

// What all sessions of a server share. Immutable but for the counters.
struct HttpService {
  HttpServerOptions options;
  RoutePlanner plan;
  Authorizer authorize;
  Handler handle;
  Counter* requests = nullptr;
  Counter* refused = nullptr;
  Counter* resumed = nullptr;
  Gauge* connections = nullptr;
};

// One connection of a client: handshake, then requests one after another, each read within its
// route's bounds, handed to the handler, and answered before the next is looked at. One thread: the
// connection's.
class HttpSession {
 public:
  HttpSession(std::shared_ptr<const HttpService> service, Tcp::socket socket, TlsContext context);

  // Serves until the client goes, something breaks or the server stops.
  Task<void> run();
  // Ends after the running request; now, when there is none or it is a stream of events.
  void finish_soon();
  void cut();
  [[nodiscard]] asio::any_io_executor executor() { return connection_.executor(); }

 private:
  Task<bool> greet();
  void authorize();
  Task<bool> serve_one();
  Task<bool> serve(Request request);
  void call_handler(Request request, Responder responder);
  // False when the client has gone between two requests.
  Task<Result<bool>> read_head();
  Task<Status> receive(std::uint64_t deadline_ms);
  Result<Request> take_request();
  [[nodiscard]] std::optional<Response> objection(const Request& request, const RoutePlan& plan);
  Task<Status> continue_if_asked(bool asked);
  Task<Status> read_body(Bytes* out, std::uint64_t deadline_ms);
  Task<bool> converse(Request request, bool streamed);
  Task<HandlerMessage> await_answer(std::shared_ptr<HandlerMailbox> mailbox);
  Task<Result<Bytes>> next_chunk();
  Task<bool> answer(HandlerMessage message);
  Task<bool> send_whole(Response response, bool keep);
  Task<bool> send_stream(StreamedResponse response, bool keep);
  Task<Status> pump(const StreamedResponse* response);
  Task<Status> send_piece(const StreamedResponse* response, BytesView piece);
  Task<bool> refuse(Response response);

  std::shared_ptr<const HttpService> service_;
  TlsConnection connection_;
  MessageParser parser_;
  ResponseWriter writer_;
  Bytes out_;
  std::optional<PeerCertificate> certificate_;
  std::shared_ptr<const Principal> principal_;
  std::optional<Error> refusal_;  // why there is no principal
  std::uint64_t authorized_at_ms_ = 0;
  std::function<void()> wake_;  // ends the wait for a handler or a source
  bool head_request_ = false;
  bool body_broken_ = false;
  bool idle_ = true;
  bool streaming_events_ = false;
  bool finishing_ = false;
  bool cut_ = false;
};

}  // namespace sekisho::net::detail
