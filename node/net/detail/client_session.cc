// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/detail/client_session.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "node/base/limits.h"

namespace sekisho::net::detail {
namespace {

constexpr std::size_t kPieceSize = 64 * limits::kKiB;
constexpr std::uint64_t kAskFirstAbove = 1 * limits::kMiB;  // 100-continue (RFC 9110, 10.1.1)

bool is_success(unsigned status) { return status >= 200 && status < 300; }

Error cancelled() { return {Code::kCancelled, "the client is being closed"}; }

void put_field(Bytes& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

}  // namespace

ClientSession::ClientSession(HttpClientOptions options, TlsContext context)
    : options_(std::move(options)), context_(std::move(context)) {}

ClientSession::~ClientSession() = default;

Result<ClientSession> make_client_session(HttpClientOptions options, const TlsIdentity* identity) {
  if (options.trust.ca_pem.empty() && !options.trust.key_id) {
    return fail(Code::kInvalidArgument,
                "give the CA certificates or the key by which to know the server");
  }
  const std::string ca_pem = options.trust.key_id ? std::string() : options.trust.ca_pem;
  TRY(auto context, make_client_context(identity, ca_pem));
  return ClientSession(std::move(options), std::move(context));
}

Task<Result<ClientResponse>> ClientSession::exchange(const ClientRequest* request,
                                                     const AnswerDestination* destination) {
  if (cut_) co_return fail(cancelled());
  const bool reused = connection_ != nullptr;
  answer_begun_ = false;
  auto answer = co_await attempt(request, destination);
  const bool again = !answer && !cut_ && reused && !answer_begun_ && !request->give &&
                     answer.error().code == Code::kUnavailable;
  if (!answer) close();
  if (again) answer = co_await attempt(request, destination);
  if (!answer) close();
  co_return answer;
}

Task<Result<ClientResponse>> ClientSession::attempt(const ClientRequest* request,
                                                    const AnswerDestination* destination) {
  if (connection_ == nullptr) CO_TRY_STATUS(co_await connect());
  parser_.restart();
  if (request->method == "HEAD") parser_.skip_body();
  bool answered = false;
  const Status written = co_await send_request(request, &answered);
  if (!answered) {
    // A server that refuses early answers, then stops reading.
    const Status headed = co_await read_head();
    if (!headed) co_return fail(written ? headed.error() : written.error());
  }
  auto answer = co_await read_answer(destination);
  if (!written || !parser_.done() || !parser_.head().keep_alive) close();
  co_return answer;
}

Task<Status> ClientSession::connect() {
  auto socket =
      co_await connect_tcp(options_.host, options_.port, options_.connect_ms, &cancel_connect_);
  if (!socket) co_return fail(std::move(socket).error());
  connection_ = std::make_unique<TlsConnection>(*std::move(socket), context_);
  SSL* const ssl = connection_->ssl();
  if (!options_.trust.key_id) {
    const std::string& name = options_.trust.expected_name;
    CO_TRY_STATUS(expect_name(ssl, name.empty() ? options_.host : name));
  }
  if (session_) SSL_set_session(ssl, session_.get());
  if (cut_) co_return fail(cancelled());
  CO_TRY_STATUS(co_await connection_->connect(options_.connect_ms));
  CO_TRY_STATUS(check_key(ssl));
  parser_ = MessageParser(MessageParser::Kind::kResponse, kAnswerHeaderMax);
  co_return Status();
}

Status ClientSession::check_key(SSL* ssl) const {
  if (!options_.trust.key_id) return {};
  TRY(const PeerCertificate certificate, peer_certificate(ssl));
  if (certificate.key_id == *options_.trust.key_id) return {};
  return fail(Code::kUnauthenticated, "the server at " + options_.host +
                                          " has another key than expected; check the "
                                          "address and the node's registered TLS key");
}

Bytes ClientSession::head_of(const ClientRequest& request, std::uint64_t body_size) const {
  const bool v6 = options_.host.find(':') != std::string::npos;
  Bytes out = request.method + " " + request.target + " HTTP/1.1\r\n";
  put_field(out, "Host",
            (v6 ? "[" + options_.host + "]" : options_.host) + ":" + std::to_string(options_.port));
  if (!request.content_type.empty()) put_field(out, "Content-Type", request.content_type);
  if (body_size != 0 || (request.method != "GET" && request.method != "HEAD")) {
    put_field(out, "Content-Length", std::to_string(body_size));
  }
  for (const Header& header : request.headers) put_field(out, header.name, header.value);
  if (body_size > kAskFirstAbove) put_field(out, "Expect", "100-continue");
  return out + "\r\n";
}

Task<Status> ClientSession::send_request(const ClientRequest* request, bool* answered) {
  const std::uint64_t size = request->give ? request->give_size : request->body.size();
  Bytes head = head_of(*request, size);
  const bool joined = !request->give && size <= kPieceSize;
  if (joined) head += request->body;
  CO_TRY_STATUS(co_await connection_->write(head, options_.progress_ms));
  if (joined) co_return Status();
  if (size > kAskFirstAbove) {
    CO_TRY_STATUS(co_await read_head_once());
    *answered = parser_.head().status != 100;
    if (*answered) co_return Status();
    parser_.restart();
  }
  co_return co_await send_body(request, size);
}

Task<Status> ClientSession::send_body(const ClientRequest* request, std::uint64_t size) {
  for (std::uint64_t done = 0; done < size;) {
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(kPieceSize, size - done));
    Bytes given;
    BytesView piece;
    if (request->give) {
      CO_TRY(given, request->give(want));
      if (given.empty() || given.size() > want) {
        co_return fail(Code::kInvalidArgument, "the file changed while it was being sent");
      }
      piece = given;
    } else {
      piece = BytesView(request->body).substr(done, want);
    }
    CO_TRY_STATUS(co_await connection_->write(piece, options_.progress_ms));
    done += piece.size();
    if (request->on_upload) request->on_upload(done, size);
  }
  co_return Status();
}

Task<Status> ClientSession::read_head() {
  for (;;) {
    CO_TRY_STATUS(co_await read_head_once());
    if (parser_.head().status / 100 != 1) co_return Status();
    parser_.restart();
  }
}

Task<Status> ClientSession::read_head_once() {
  for (;;) {
    CO_TRY(const bool complete, parser_.parse_head());
    if (complete) co_return Status();
    const std::uint64_t wait_ms = answer_begun_ ? options_.progress_ms : options_.response_ms;
    CO_TRY(const bool more, co_await receive(wait_ms));
    if (!more) co_return fail(Code::kUnavailable, "the server closed the connection");
    answer_begun_ = true;
  }
}

Task<Result<bool>> ClientSession::receive(std::uint64_t wait_ms) {
  char* const space = parser_.space();
  const std::span<char> into(space, parser_.space_size());
  CO_TRY(const std::size_t size, co_await connection_->read_some(into, wait_ms));
  parser_.commit(size);
  co_return size != 0;
}

Task<Result<ClientResponse>> ClientSession::read_answer(const AnswerDestination* destination) {
  ClientResponse answer;
  answer.status = parser_.head().status;
  answer.headers = parser_.head().headers;
  const std::uint64_t total = parser_.head().content_length.value_or(0);
  std::uint64_t done = 0;
  for (bool complete = false; !complete;) {
    Bytes piece;
    CO_TRY(complete, parser_.parse_body(piece));
    done += piece.size();
    CO_TRY_STATUS(deliver(destination, &answer, piece));
    if (destination->on_download && !piece.empty()) destination->on_download(done, total);
    if (complete) break;
    CO_TRY(const bool more, co_await receive(options_.progress_ms));
    if (!more) CO_TRY_STATUS(parser_.finish());
    complete = !more;
  }
  co_return answer;
}

Status ClientSession::deliver(const AnswerDestination* destination, ClientResponse* answer,
                              BytesView piece) {
  if (destination->sink && is_success(answer->status)) return destination->sink(piece);
  if (answer->body.size() + piece.size() <= destination->answer_max) {
    answer->body += piece;
    return {};
  }
  return fail(Code::kResourceExhausted,
              "the answer has more than " + std::to_string(destination->answer_max) + " bytes");
}

void ClientSession::close() {
  if (connection_ == nullptr) return;
  SSL* const ssl = connection_->ssl();
  if (SSL_is_init_finished(ssl) == 1) session_.reset(SSL_get1_session(ssl));
  // Without a goodbye on record OpenSSL would spoil the session when it frees the connection.
  SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  connection_->cut();
  connection_.reset();
}

void ClientSession::cut() {
  cut_ = true;
  if (cancel_connect_) cancel_connect_();
  if (connection_) connection_->cut();
}

}  // namespace sekisho::net::detail
