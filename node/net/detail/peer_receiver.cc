// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/detail/peer_receiver.h"

#include <utility>

#include "node/base/log.h"

namespace sekisho::net::detail {
namespace {

constexpr std::uint64_t kUnacknowledgedMaxMs = 10'000;
constexpr BytesView kPing;

Error stranger(const Digest& key_id) {
  return {Code::kPermissionDenied, "TLS key " + key_id.hex() + " belongs to no node we know"};
}

}  // namespace

PeerReceiver::PeerReceiver(std::shared_ptr<PeerService> service, Tcp::socket socket,
                           TlsContext context)
    : service_(std::move(service)), connection_(std::move(socket), std::move(context)) {
  connection_.watch_liveness(kUnacknowledgedMaxMs);
}

Task<void> PeerReceiver::run(Admitted on_admitted) {
  FrameReader reader(&connection_);
  const Status greeted = co_await greet(&reader);
  if (greeted) {
    on_admitted(shared_from_this());
    const Status ended = co_await receive(&reader);
    log::debug("peer_stream_ended",
               {{"peer", number()}, {"reason", ended ? "closed" : ended.error().to_string()}});
  } else {
    service_->metrics.counter("peer_refused_total", "Connections refused before their first frame.")
        .add();
    log::warning("peer_refused", {{"address", connection_.remote_address()},
                                  {"reason", greeted.error().to_string()}});
  }
  connection_.cut();
}

Task<Status> PeerReceiver::greet(FrameReader* reader) {
  const std::uint64_t wait_ms = service_->options.handshake_ms;
  CO_TRY_STATUS(co_await connection_.accept(wait_ms));
  CO_TRY(const PeerCertificate certificate, service_->admit(connection_.ssl()));
  const auto number = service_->find(certificate.key_id);
  if (!number) co_return fail(stranger(certificate.key_id));
  CO_TRY(const Bytes hello, co_await reader->next(wait_ms));
  CO_TRY_STATUS(service_->callbacks.check_hello(*number, hello));
  // A directory that changes from here on finds the number and cuts; one that has changed meanwhile
  // is seen by the second look.
  key_id_ = certificate.key_id;
  number_.store(*number);
  if (service_->find(key_id_) != number) co_return fail(stranger(key_id_));
  const Bytes answer = service_->callbacks.make_hello(*number);
  co_return co_await write_frame(&connection_, answer, wait_ms);
}

Task<Status> PeerReceiver::receive(FrameReader* reader) {
  const std::uint64_t peer = number();
  Counter& received = service_->metrics.counter("peer_frames_received_total", "Frames received.",
                                                {{"peer", std::to_string(peer)}});
  for (;;) {
    CO_TRY(Bytes frame, co_await reader->next(kPeerSilenceMs));
    if (frame.empty()) {
      CO_TRY_STATUS(co_await write_frame(&connection_, kPing, service_->options.write_ms));
      continue;
    }
    received.add();
    service_->callbacks.on_frame(peer, std::move(frame));
  }
}

}  // namespace sekisho::net::detail
