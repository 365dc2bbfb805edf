// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "node/net/detail/peer_service.h"
#include "node/net/task.h"

namespace sekisho::net::detail {

// A connection that some node dialled: finds out who it is, then hands its frames over. One thread,
// but for number().
class PeerReceiver : public std::enable_shared_from_this<PeerReceiver> {
 public:
  // `on_admitted` runs once the peer is known, before its first frame.
  using Admitted = std::function<void(const std::shared_ptr<PeerReceiver>&)>;
  PeerReceiver(std::shared_ptr<PeerService> service, Tcp::socket socket, TlsContext context);

  Task<void> run(Admitted on_admitted);
  void cut() { connection_.cut(); }
  [[nodiscard]] asio::any_io_executor executor() { return connection_.executor(); }
  // Whose connection it is, 0 until that is known. Any thread.
  [[nodiscard]] std::uint64_t number() const { return number_.load(); }
  // The key it showed; valid once number() is not 0.
  [[nodiscard]] const Digest& key_id() const { return key_id_; }

 private:
  Task<Status> greet(FrameReader* reader);
  Task<Status> receive(FrameReader* reader);

  const std::shared_ptr<PeerService> service_;
  TlsConnection connection_;
  Digest key_id_;
  std::atomic<std::uint64_t> number_{0};
};

}  // namespace sekisho::net::detail
