// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// The sending half of HttpSession.
#include <utility>
#include <variant>

#include "node/base/check.h"
#include "node/net/detail/http_session.h"
#include "node/net/detail/refusals.h"

namespace sekisho::net::detail {
namespace {

constexpr std::size_t kJoinedBodyMax = 64 * limits::kKiB;  // longer bodies are not copied

bool has_no_body(unsigned status) { return status == 204 || status == 304; }

using PieceMailbox = Mailbox<Result<Bytes>>;

ChunkCallback sink_into(const std::shared_ptr<PieceMailbox>& pieces) {
  return [pieces](Result<Bytes> piece) { pieces->put(std::move(piece)); };
}

}  // namespace

Task<bool> HttpSession::answer(HandlerMessage message) {
  const bool keep = parser_.done() && parser_.head().keep_alive && !finishing_;
  if (auto* const whole = std::get_if<Response>(&message)) {
    co_return co_await send_whole(std::move(*whole), keep);
  }
  CHECK(std::holds_alternative<StreamedResponse>(message));
  if (!parser_.head().http_1_1 && !std::get<StreamedResponse>(message).content_length) {
    co_return co_await refuse(refuse_old_version());
  }
  co_return co_await send_stream(std::get<StreamedResponse>(std::move(message)), keep);
}

Task<bool> HttpSession::send_whole(Response response, bool keep) {
  ResponseFraming framing;
  framing.content_length = response.body.size();
  framing.keep_alive = keep;
  framing.without_body = has_no_body(response.status);
  out_.clear();
  writer_.put_head(out_, response.status, response.content_type, response.headers, framing);
  const bool with_body = !framing.without_body && !head_request_;
  const bool joined = response.body.size() <= kJoinedBodyMax;
  if (with_body && joined) out_ += response.body;
  Status written = co_await connection_.write(out_, service_->options.progress_ms);
  if (written && with_body && !joined) {
    written = co_await connection_.write(response.body, service_->options.progress_ms);
  }
  co_return written.has_value() && keep;
}

Task<bool> HttpSession::send_stream(StreamedResponse response, bool keep) {
  ResponseFraming framing;
  framing.content_length = response.content_length;
  framing.keep_alive = keep;
  out_.clear();
  writer_.put_head(out_, response.status, response.content_type, response.headers, framing);
  Status sent = co_await connection_.write(out_, service_->options.progress_ms);
  if (sent && !head_request_) {
    streaming_events_ = response.heartbeat_ms != 0;
    sent = co_await pump(&response);
    streaming_events_ = false;
    wake_ = nullptr;
  }
  if (!sent) connection_.cut();  // the client must see that the answer is not whole
  co_return sent.has_value() && keep;
}

Task<Status> HttpSession::pump(const StreamedResponse* response) {
  const auto pieces = std::make_shared<PieceMailbox>(connection_.executor());
  wake_ = [waiting = pieces.get()] { waiting->wake(); };
  const bool beats = response->heartbeat_ms != 0;
  const std::uint64_t wait_ms = beats ? response->heartbeat_ms : service_->options.response_ms;
  std::uint64_t sent = 0;
  for (bool asked = false;;) {
    if (!asked) response->source(sink_into(pieces));
    asked = true;
    const auto piece = co_await pieces->take(wait_ms);
    if (cut_) co_return fail(Code::kCancelled, "the server stops");
    if (finishing_ && beats) break;
    if (!piece) {
      if (!beats) co_return fail(Code::kDeadline, "the source of the answer is silent");
      const Status beaten = co_await send_piece(response, response->heartbeat);
      if (!beaten) co_return beaten;
      continue;
    }
    if (!*piece) co_return fail(piece->error());
    if ((*piece)->empty()) break;
    asked = false;
    sent += (*piece)->size();
    const Status written = co_await send_piece(response, **piece);
    if (!written) co_return written;
  }
  if (response->content_length) {
    if (sent != *response->content_length) co_return fail(Code::kInternal, "short answer");
    co_return Status();
  }
  out_.clear();
  put_chunk(out_, {});
  co_return co_await connection_.write(out_, service_->options.progress_ms);
}

Task<Status> HttpSession::send_piece(const StreamedResponse* response, BytesView piece) {
  if (response->content_length) {
    co_return co_await connection_.write(piece, service_->options.progress_ms);
  }
  out_.clear();
  put_chunk(out_, piece);
  co_return co_await connection_.write(out_, service_->options.progress_ms);
}

Task<bool> HttpSession::refuse(Response response) {
  co_await send_whole(std::move(response), false);
  co_return false;
}

}  // namespace sekisho::net::detail
