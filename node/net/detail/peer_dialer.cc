// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/detail/peer_dialer.h"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

#include "node/base/log.h"

namespace sekisho::net::detail {
namespace {

constexpr std::size_t kGatherSize = 256 * limits::kKiB;
constexpr std::uint64_t kUnacknowledgedMaxMs = 10'000;

using SteadyClock = std::chrono::steady_clock;

}  // namespace

PeerDialer::PeerDialer(std::shared_ptr<PeerService> service, PeerInfo peer,
                       asio::any_io_executor executor, TaskGroup* group)
    : service_(std::move(service)),
      executor_(std::move(executor)),
      group_(group),
      peer_(std::move(peer)),
      outbox_(service_->options.queue_frames_max, service_->options.queue_bytes_max),
      wake_(executor_),
      backoff_ms_(service_->options.backoff_min_ms),
      connected_metric_(service_->metrics.gauge("peer_connected",
                                                "1 while frames can be sent to the peer.",
                                                {{"peer", std::to_string(peer_.number)}})),
      sent_metric_(service_->metrics.counter("peer_frames_sent_total", "Frames written.",
                                             {{"peer", std::to_string(peer_.number)}})),
      dropped_metric_(service_->metrics.counter(
          "peer_frames_dropped_total", "Frames dropped: not connected, queue full, link broken.",
          {{"peer", std::to_string(peer_.number)}})) {}

bool PeerDialer::send(Bytes frame, Lane lane) {
  switch (outbox_.push(std::move(frame), lane)) {
    case PeerOutbox::Push::kQueued:
      return true;
    case PeerOutbox::Push::kQueuedWake:
      asio::post(executor_, [self = shared_from_this()] { self->wake_.cancel(); });
      return true;
    case PeerOutbox::Push::kDropped:
      break;
  }
  dropped_metric_.add();
  return false;
}

void PeerDialer::redirect(PeerInfo peer) {
  asio::post(executor_, [self = shared_from_this(), peer = std::move(peer)] {
    self->peer_ = peer;
    self->backoff_ms_ = self->service_->options.backoff_min_ms;
    self->break_off();
  });
}

void PeerDialer::stop() {
  asio::post(executor_, [self = shared_from_this()] {
    self->stopped_ = true;
    self->break_off();
  });
}

void PeerDialer::break_off() {
  if (cancel_connect_) cancel_connect_();
  if (connection_) connection_->cut();
  wake_.cancel();
}

Task<void> PeerDialer::run() {
  while (!stopped_) {
    const Status ended = co_await serve_once();
    const bool was_connected = outbox_.is_open();
    dropped_metric_.add(outbox_.close());
    if (connection_) connection_->cut();
    connection_.reset();
    note_end(ended, was_connected);
    if (!stopped_) co_await pause();
  }
}

void PeerDialer::note_end(const Status& ended, bool was_connected) {
  const std::uint64_t number = peer_.number;
  const std::string reason = ended.error().to_string();
  if (was_connected) {
    backoff_ms_ = service_->options.backoff_min_ms;
    connected_metric_.set(0);
    log::info("peer_disconnected", {{"peer", number}, {"reason", reason}});
    if (service_->callbacks.on_disconnected) service_->callbacks.on_disconnected(number);
  } else if (reason != last_reason_ && !stopped_) {
    log::warning("peer_unreachable", {{"peer", number}, {"reason", reason}});
  }
  last_reason_ = reason;
}

Task<void> PeerDialer::pause() {
  const std::uint64_t half_ms = backoff_ms_ / 2;
  const std::uint64_t pause_ms = half_ms + rng_.below(half_ms + 1);
  backoff_ms_ = std::min(backoff_ms_ * 2, service_->options.backoff_max_ms);
  co_await sleep_on(&wake_, pause_ms);
}

Task<Status> PeerDialer::serve_once() {
  CO_TRY_STATUS(co_await greet());
  outbox_.open();
  connected_metric_.set(1);
  last_reason_.clear();
  log::info("peer_connected", {{"peer", peer_.number}});
  if (service_->callbacks.on_connected) service_->callbacks.on_connected(peer_.number);
  group_->spawn(executor_, watch_end(shared_from_this(), connection_));
  co_return co_await pump();
}

Task<Status> PeerDialer::greet() {
  const PeerInfo peer = peer_;
  const std::uint64_t wait_ms = service_->options.handshake_ms;
  auto socket = co_await connect_tcp(peer.host, peer.port, wait_ms, &cancel_connect_);
  if (!socket) co_return fail(std::move(socket).error());
  if (stopped_) co_return fail(Code::kCancelled, "stopping");
  connection_ = std::make_shared<TlsConnection>(*std::move(socket), service_->client_tls.get());
  connection_->watch_liveness(kUnacknowledgedMaxMs);
  CO_TRY_STATUS(co_await connection_->connect(wait_ms));
  CO_TRY(const PeerCertificate certificate, service_->admit(connection_->ssl()));
  if (certificate.key_id != peer.tls_key_id) {
    co_return fail(Code::kUnauthenticated, "the TLS key at " + peer.host + ":" +
                                               std::to_string(peer.port) + " is not node " +
                                               std::to_string(peer.number) + "'s");
  }
  const Bytes hello = service_->callbacks.make_hello(peer.number);
  CO_TRY_STATUS(co_await write_frame(connection_.get(), hello, wait_ms));
  FrameReader reader(connection_.get());
  CO_TRY(const Bytes answer, co_await reader.next(wait_ms));
  co_return service_->callbacks.check_hello(peer.number, answer);
}

Task<Status> PeerDialer::pump() {
  Bytes out;
  auto next_ping = SteadyClock::now() + std::chrono::milliseconds(kPeerPingMs);
  while (connection_->is_open()) {
    out.clear();
    const std::size_t frames = outbox_.take(out, kGatherSize);
    const bool ping = SteadyClock::now() >= next_ping;
    if (frames == 0 && !ping) {
      wake_.expires_at(next_ping);
      co_await wake_.async_wait(kTuple);
      continue;
    }
    if (ping) {
      put_frame(out, {});
      next_ping = SteadyClock::now() + std::chrono::milliseconds(kPeerPingMs);
    }
    CO_TRY_STATUS(co_await connection_->write(out, service_->options.write_ms));
    sent_metric_.add(frames);
  }
  co_return fail(Code::kUnavailable, "the peer closed the connection");
}

// The peer answers our empty frames with its own; silence or an end breaks the connection, and with
// it the pump.
Task<void> PeerDialer::watch_end(std::shared_ptr<PeerDialer> self,
                                 std::shared_ptr<TlsConnection> connection) {
  FrameReader reader(connection.get());
  for (bool alive = true; alive;) {
    const auto frame = co_await reader.next(kPeerSilenceMs);
    alive = frame.has_value() && frame->empty();
  }
  connection->cut();
  self->wake_.cancel();
}

}  // namespace sekisho::net::detail
