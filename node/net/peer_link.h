// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/limits.h"
#include "node/base/metrics.h"
#include "node/base/result.h"
#include "node/net/runtime.h"
#include "node/net/tls.h"

namespace sekisho::net {

// A node that may be linked with, as the ledger's membership says.
struct PeerInfo {
  std::uint64_t number = 0;
  std::string host;
  std::uint16_t port = 0;
  Digest tls_key_id;  // SHA-256 of the SubjectPublicKeyInfo its TLS certificate must carry
  bool operator==(const PeerInfo&) const = default;
};

struct PeerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one, see PeerNetwork::port()
  std::uint64_t own_number = 0;
  std::uint64_t handshake_ms = 10'000;  // connect, TLS and hello, each
  std::uint64_t write_ms = 20'000;      // without a written byte
  std::uint64_t backoff_min_ms = 50;
  std::uint64_t backoff_max_ms = 3'000;
  std::size_t queue_frames_max = limits::kPeerQueueFramesMax;
  std::size_t queue_bytes_max = limits::kPeerQueueBytesMax;
  std::size_t accepted_max = 2 * limits::kNodesMax;  // connections from others at a time
};

// Urgent frames overtake bulk on their way to a peer: a file's pieces must not hold up heartbeats.
// Order is kept within a lane.
enum class Lane : std::uint8_t { kUrgent = 0, kBulk = 1 };

// Called on io threads; none may block. A frame callback that falls behind holds up that peer's
// stream, nobody else's.
struct PeerCallbacks {
  // The first frame to `peer`, in either direction.
  std::function<Bytes(std::uint64_t peer)> make_hello;
  // The first frame from `peer`: an Error refuses the connection and is logged.
  std::function<Status(std::uint64_t peer, BytesView hello)> check_hello;
  // Every further frame, in the order it was sent on its connection.
  std::function<void(std::uint64_t peer, Bytes frame)> on_frame;
  // send(peer, …) works from now on, or no longer. May be empty.
  std::function<void(std::uint64_t peer)> on_connected;
  std::function<void(std::uint64_t peer)> on_disconnected;
};

// Links to every peer of the directory over mutual TLS 1.3. Each node dials every other one and
// sends only on the connection it dialled; it receives on those it accepted, so two nodes share two
// one-way connections and nobody argues about which to keep. Lost connections are dialled again
// with jittered, doubling pauses. Frames may be lost (a broken connection takes its queue with it)
// but are never repeated and, within a lane, never reordered on one connection. Metrics, per peer:
// peer_connected, peer_frames_sent_total, peer_frames_dropped_total, peer_frames_received_total;
// peer_refused_total.
class PeerNetwork {
 public:
  // Listens and dials. `authorize` may refuse a certificate (expired, say) whose key the directory
  // knows; empty: the key is enough. Errors as HttpServer::start.
  static Result<std::unique_ptr<PeerNetwork>> start(Runtime& runtime, const TlsIdentity& identity,
                                                    PeerOptions options,
                                                    std::vector<PeerInfo> directory,
                                                    Authorizer authorize, PeerCallbacks callbacks,
                                                    MetricsRegistry& metrics);
  ~PeerNetwork();
  PeerNetwork(const PeerNetwork&) = delete;
  PeerNetwork& operator=(const PeerNetwork&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  // Queues one frame of 1 to limits::kPeerFrameMax bytes (CHECK). Any thread; never blocks. False,
  // and counted, when the peer is unknown, not connected or its queue is full: the newest is
  // dropped.
  bool send(std::uint64_t peer, Bytes frame, Lane lane = Lane::kUrgent);
  [[nodiscard]] bool connected(std::uint64_t peer) const;
  // New membership: links to peers that left or changed are cut, new ones are dialled, the rest go
  // on. An entry with the own number is skipped. Any thread.
  void set_directory(std::vector<PeerInfo> directory);
  // New connections use the renewed certificate. Any thread.
  Status replace_identity(const TlsIdentity& identity);
  // Cuts everything; no callback runs after it returns. Not from an io thread.
  void stop();

 private:
  struct Impl;
  explicit PeerNetwork(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace sekisho::net
