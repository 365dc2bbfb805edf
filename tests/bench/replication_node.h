// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "consensus/core.h"
#include "node/base/metrics.h"
#include "node/base/rng.h"
#include "node/core_thread.h"
#include "node/net/http_server.h"
#include "node/net/peer_link.h"
#include "node/replica/log_thread.h"
#include "storage/kv.h"
#include "storage/log_store.h"

namespace sekisho::bench {

// Replication and nothing else, made of the parts a node is made of: consensus core, log store with
// fsync, peer links and HTTPS server. `POST /append` puts its body into the log as one entry and
// answers when a majority has it on disk and it was applied here; 421 on a node that does not lead.
// `GET /healthz` answers, `GET /leader` names the leader.
class ReplicationNode {
 public:
  struct Options {
    std::uint64_t number = 0;
    std::string folder;  // exists
    net::TlsIdentity tls;
    net::PeerInfo self;
    std::vector<net::PeerInfo> peers;  // all nodes
    std::uint16_t http_port = 0;
  };

  static Result<std::unique_ptr<ReplicationNode>> start(Options options);
  ~ReplicationNode();
  ReplicationNode(const ReplicationNode&) = delete;
  ReplicationNode& operator=(const ReplicationNode&) = delete;

  // Until a signal asks for the end.
  void run();

 private:
  struct Waiting {
    consensus::Term term;
    net::Responder responder;
  };

  explicit ReplicationNode(Options options);
  Status open_log();
  Status start_links();
  void handle(net::Request request, const net::Responder& responder);
  // Core thread.
  void propose_arrived();
  void pump();
  void answer(const consensus::Entry& entry);
  void drop_waiting();
  void expect(const Status& status);

  Options options_;
  SystemRng rng_;
  MetricsRegistry metrics_;
  std::unique_ptr<net::Runtime> runtime_;
  std::unique_ptr<storage::Kv> kv_;
  std::unique_ptr<storage::DurableLog> log_;
  std::unique_ptr<consensus::Core> core_;
  std::unique_ptr<replica::LogThread> log_thread_;
  std::unique_ptr<net::PeerNetwork> links_;
  std::unique_ptr<net::HttpServer> server_;
  std::map<consensus::Index, Waiting> waiting_;  // core thread

  std::mutex arrived_mutex_;
  std::vector<std::pair<Bytes, net::Responder>> arrived_;
  CoreThread thread_;
};

}  // namespace sekisho::bench
