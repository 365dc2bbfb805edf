// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "node/net/detail/tls_connection.h"
#include "node/net/detail/tls_holder.h"
#include "node/net/frame.h"
#include "node/net/peer_link.h"

namespace sekisho::net::detail {

// How often an empty frame crosses a connection each way, and how much silence means its death.
inline constexpr std::uint64_t kPeerPingMs = 5'000;
inline constexpr std::uint64_t kPeerSilenceMs = 20'000;

// What all connections of a peer network share: who is who, and what to call. Any thread.
class PeerService {
 public:
  PeerService(PeerOptions peer_options, PeerCallbacks peer_callbacks, Authorizer authorizer,
              TlsContext server_context, TlsContext client_context, MetricsRegistry& registry)
      : options(std::move(peer_options)),
        callbacks(std::move(peer_callbacks)),
        authorize(std::move(authorizer)),
        server_tls(std::move(server_context)),
        client_tls(std::move(client_context)),
        metrics(registry) {}

  void set_directory(const std::vector<PeerInfo>& directory);
  // The peer whose TLS key this is, unless it is our own.
  [[nodiscard]] std::optional<std::uint64_t> find(const Digest& tls_key_id) const;

  // The certificate the other side showed is one this node deals with.
  [[nodiscard]] Result<PeerCertificate> admit(SSL* ssl) const;

  const PeerOptions options;
  const PeerCallbacks callbacks;
  const Authorizer authorize;
  TlsHolder server_tls;
  TlsHolder client_tls;
  MetricsRegistry& metrics;

 private:
  mutable std::mutex mutex_;
  std::map<Digest, std::uint64_t> numbers_;
};

// Reads whole frames from a connection. One thread.
class FrameReader {
 public:
  explicit FrameReader(TlsConnection* connection);
  // The next frame, an empty one too; kUnavailable at the end of the stream.
  Task<Result<Bytes>> next(std::uint64_t deadline_ms);

 private:
  TlsConnection* connection_;
  FrameParser parser_;
  Bytes buffer_;
};

// Sends one frame by itself.
Task<Status> write_frame(TlsConnection* connection, BytesView payload, std::uint64_t deadline_ms);

}  // namespace sekisho::net::detail
