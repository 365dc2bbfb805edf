// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/detail/http_session.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <span>
#include <utility>
#include <variant>

#include <openssl/ssl.h>

#include "node/base/log.h"
#include "node/net/detail/header_name.h"
#include "node/net/detail/refusals.h"
#include "node/net/uri.h"

namespace sekisho::net::detail {
namespace {

constexpr std::size_t kKeptBufferMax = 256 * limits::kKiB;
constexpr std::uint64_t kUploadBytesPerMsMin = 8;  // the slowest honest client

std::uint64_t now_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

// What is left of a span of time, at least a millisecond so that the wait itself reports its end.
std::uint64_t left_ms(std::uint64_t since_ms, std::uint64_t span_ms) {
  const std::uint64_t spent = now_ms() - since_ms;
  return spent < span_ms ? span_ms - spent : 1;
}

// A handler that still asks for body bytes after its request has ended.
void reject_late(HandlerMessage message) {
  if (auto* done = std::get_if<ChunkCallback>(&message)) {
    (*done)(fail(Code::kCancelled, "the request has ended"));
  }
}

}  // namespace

HttpSession::HttpSession(std::shared_ptr<const HttpService> service, Tcp::socket socket,
                         TlsContext context)
    : service_(std::move(service)),
      connection_(std::move(socket), std::move(context)),
      parser_(MessageParser::Kind::kRequest, limits::kHttpHeaderMax) {}

Task<void> HttpSession::run() {
  bool more = co_await greet();
  while (more) {
    idle_ = true;
    more = co_await serve_one();
    more = more && !finishing_;
    if (more) parser_.restart();
    if (out_.capacity() > kKeptBufferMax) Bytes().swap(out_);
  }
  co_await connection_.close();
}

void HttpSession::finish_soon() {
  finishing_ = true;
  if (idle_) return cut();
  if (streaming_events_ && wake_) wake_();
}

void HttpSession::cut() {
  cut_ = true;
  connection_.cut();
  if (wake_) wake_();
}

Task<bool> HttpSession::greet() {
  const Status greeted = co_await connection_.accept(service_->options.handshake_ms);
  if (!greeted) {
    if (connection_.saw_plain_http()) {
      const Bytes text = refuse_plain_http();
      co_await connection_.write_plain(text);
    }
    service_->refused->add();
    connection_.cut();
    co_return false;
  }
  authorize();
  if (SSL_session_reused(connection_.ssl()) == 1) service_->resumed->add();
  co_return true;
}

void HttpSession::authorize() {
  authorized_at_ms_ = now_ms();
  principal_ = nullptr;
  if (!certificate_) {
    auto certificate = peer_certificate(connection_.ssl());
    if (!certificate) {
      refusal_ = std::move(certificate).error();
      return;
    }
    certificate_ = *std::move(certificate);
  }
  auto principal = service_->authorize(*certificate_);
  if (!principal) {
    refusal_ = std::move(principal).error();
    return;
  }
  refusal_.reset();
  principal_ = std::make_shared<const Principal>(*std::move(principal));
}

Task<bool> HttpSession::serve_one() {
  const auto has_head = co_await read_head();
  if (!has_head) {
    if (has_head.error().code == Code::kUnavailable || idle_) co_return false;
    Response refusal = refuse_head(has_head.error());
    co_return co_await refuse(std::move(refusal));
  }
  if (!*has_head) co_return false;
  service_->requests->add();
  if (now_ms() - authorized_at_ms_ > service_->options.reauthorize_ms) authorize();
  auto request = take_request();
  if (!request) {
    Response refusal = refuse_head(request.error());
    co_return co_await refuse(std::move(refusal));
  }
  co_return co_await serve(*std::move(request));
}

Task<bool> HttpSession::serve(Request request) {
  const RoutePlan plan = service_->plan(request.method, request.path);
  if (auto refusal = objection(request, plan)) co_return co_await refuse(*std::move(refusal));
  const auto expect = request.header("Expect");
  const bool asked = expect && same_header_name(*expect, "100-continue");
  const Status continued = co_await continue_if_asked(asked);
  if (!continued) co_return false;
  if (!plan.streamed) {
    const std::uint64_t size = request.content_length.value_or(plan.body_size_max);
    const std::uint64_t deadline_ms = service_->options.progress_ms + size / kUploadBytesPerMsMin;
    const Status read = co_await read_body(&request.body, deadline_ms);
    if (!read) {
      Response refusal = refuse_body(read.error());
      co_return co_await refuse(std::move(refusal));
    }
  }
  co_return co_await converse(std::move(request), plan.streamed);
}

Task<Result<bool>> HttpSession::read_head() {
  std::uint64_t started_ms = now_ms();
  for (;;) {
    const auto complete = parser_.parse_head();
    if (!complete) {
      idle_ = false;
      co_return fail(complete.error());
    }
    if (*complete) break;
    const std::uint64_t wait_ms = idle_ && !parser_.started()
                                      ? service_->options.idle_ms
                                      : left_ms(started_ms, service_->options.header_ms);
    const Status received = co_await receive(wait_ms);
    if (!received) {
      if (idle_ && received.error().code == Code::kUnavailable) co_return false;
      co_return fail(received.error());
    }
    if (idle_) started_ms = now_ms();
    idle_ = false;
  }
  idle_ = false;
  co_return true;
}

// Reads what there is, at least a byte. kUnavailable when the client has closed.
Task<Status> HttpSession::receive(std::uint64_t deadline_ms) {
  char* const space = parser_.space();
  const std::span<char> into(space, parser_.space_size());
  const auto size = co_await connection_.read_some(into, deadline_ms);
  if (!size) co_return fail(size.error());
  if (*size == 0) co_return fail(Code::kUnavailable, "the client has closed the connection");
  parser_.commit(*size);
  co_return Status();
}

Result<Request> HttpSession::take_request() {
  MessageHead& head = parser_.head();
  TRY(Target target, parse_target(head.target));
  Request request;
  request.method = std::move(head.method);
  request.path = std::move(target.path);
  request.query = std::move(target.query);
  request.headers = std::move(head.headers);
  request.content_length = head.content_length;
  request.principal = principal_;
  request.remote_address = connection_.remote_address();
  head_request_ = request.method == "HEAD";
  body_broken_ = false;
  return request;
}

std::optional<Response> HttpSession::objection(const Request& request, const RoutePlan& plan) {
  if (!principal_ && !plan.anonymous) {
    service_->refused->add();
    return refuse_client(refusal_.value_or(Error{}));
  }
  if (parser_.head().http_1_1 && !request.header("Host")) return refuse_missing_host();
  if (const Status fits = parser_.limit_body(plan.body_size_max); !fits) {
    return refuse_body(fits.error());
  }
  return std::nullopt;
}

Task<Status> HttpSession::continue_if_asked(bool asked) {
  if (!asked || parser_.done()) co_return Status();
  constexpr BytesView kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  co_return co_await connection_.write(kContinue, service_->options.progress_ms);
}

Task<Status> HttpSession::read_body(Bytes* out, std::uint64_t deadline_ms) {
  const std::uint64_t started_ms = now_ms();
  for (;;) {
    const auto complete = parser_.parse_body(*out);
    if (!complete) co_return fail(complete.error());
    if (*complete) co_return Status();
    const std::uint64_t wait_ms =
        std::min(service_->options.progress_ms, left_ms(started_ms, deadline_ms));
    const Status received = co_await receive(wait_ms);
    if (!received) co_return received;
  }
}

Task<bool> HttpSession::converse(Request request, bool streamed) {
  const auto mailbox = std::make_shared<HandlerMailbox>(connection_.executor());
  if (streamed) request.stream = BodyReader(std::make_shared<BodyPipe>(mailbox));
  wake_ = [waiting = mailbox.get()] { waiting->wake(); };
  call_handler(std::move(request), Responder(std::make_shared<Exchange>(mailbox)));
  HandlerMessage message = co_await await_answer(mailbox);
  wake_ = nullptr;
  mailbox->close(reject_late);
  co_return co_await answer(std::move(message));
}

// A handler lets no exception out. Should one do so all the same, dropping its responder answers
// 500, and one client's request does not stop the node.
void HttpSession::call_handler(Request request, Responder responder) {
  try {
    service_->handle(std::move(request), std::move(responder));
  } catch (const std::exception& thrown) {
    log::error("handler_threw", {{"what", thrown.what()}});
  }
}

Task<HandlerMessage> HttpSession::await_answer(std::shared_ptr<HandlerMailbox> mailbox) {
  for (;;) {
    auto message = co_await mailbox->take(service_->options.response_ms);
    if (!message || cut_) co_return refuse_late_handler();
    auto* const done = std::get_if<ChunkCallback>(&*message);
    if (done == nullptr) co_return *std::move(message);
    auto chunk = co_await next_chunk();
    (*done)(std::move(chunk));
  }
}

Task<Result<Bytes>> HttpSession::next_chunk() {
  if (body_broken_) co_return fail(Code::kCancelled, "the body could not be read");
  Bytes out;
  for (;;) {
    const auto complete = parser_.parse_body(out);
    if (complete && (*complete || !out.empty())) co_return out;
    Status received = complete ? Status() : Status(fail(complete.error()));
    if (received) received = co_await receive(service_->options.progress_ms);
    if (!received) {
      body_broken_ = true;
      co_return fail(received.error());
    }
  }
}

}  // namespace sekisho::net::detail
