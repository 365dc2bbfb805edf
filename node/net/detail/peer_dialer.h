// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "node/base/rng.h"
#include "node/net/detail/peer_outbox.h"
#include "node/net/detail/peer_service.h"
#include "node/net/task.h"

namespace sekisho::net::detail {

// The way to one peer: dials, greets, sends what is queued, dials again. send(), connected(),
// redirect() and stop() from any thread; the rest on the executor's.
class PeerDialer : public std::enable_shared_from_this<PeerDialer> {
 public:
  PeerDialer(std::shared_ptr<PeerService> service, PeerInfo peer, asio::any_io_executor executor,
             TaskGroup* group);

  // Until stop().
  Task<void> run();
  bool send(Bytes frame, Lane lane);
  [[nodiscard]] bool connected() const { return outbox_.is_open(); }
  // The peer has another address or key from now on.
  void redirect(PeerInfo peer);
  void stop();
  [[nodiscard]] asio::any_io_executor executor() const { return executor_; }

 private:
  // Never without an error: why it ended.
  Task<Status> serve_once();
  Task<Status> greet();
  Task<Status> pump();
  static Task<void> watch_end(std::shared_ptr<PeerDialer> self,
                              std::shared_ptr<TlsConnection> connection);
  Task<void> pause();
  void note_end(const Status& ended, bool was_connected);
  void break_off();

  const std::shared_ptr<PeerService> service_;
  const asio::any_io_executor executor_;
  TaskGroup* const group_;
  PeerInfo peer_;
  PeerOutbox outbox_;
  std::shared_ptr<TlsConnection> connection_;
  CancelSlot cancel_connect_;
  asio::steady_timer wake_;
  SystemRng rng_;
  std::uint64_t backoff_ms_;
  std::string last_reason_;
  bool stopped_ = false;
  Gauge& connected_metric_;
  Counter& sent_metric_;
  Counter& dropped_metric_;
};

}  // namespace sekisho::net::detail
