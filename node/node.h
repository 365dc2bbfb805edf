// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "node/admission/gateway.h"
#include "node/api/service.h"
#include "node/base/limits.h"
#include "node/base/clock.h"
#include "node/base/loop.h"
#include "node/base/metrics.h"
#include "node/base/rng.h"
#include "node/blobs/blob_fetcher.h"
#include "node/blobs/custodian.h"
#include "node/blobs/expirer.h"
#include "node/blobs/orphans.h"
#include "node/blobs/purger.h"
#include "node/blobs/reconciler.h"
#include "node/config.h"
#include "node/conversion/catalogs.h"
#include "node/conversion/converter_service.h"
#include "node/core_thread.h"
#include "node/net/http_server.h"
#include "node/net/peer_link.h"
#include "node/net/runtime.h"
#include "node/node_keys.h"
#include "node/peer_budget.h"
#include "node/replica/log_thread.h"
#include "node/replica/replica.h"
#include "node/replica/verify_pool.h"
#include "node/sandbox/child_converter.h"
#include "node/stores.h"
#include "proto/v1/peer.pb.h"

namespace sekisho {

// A running node: the composition root. Members are declared in the order they start; stop() ends
// them the other way round. Made, run and destroyed on the main thread.
class Node final : private replica::Transport, private replica::Observer {
 public:
  // Opens, checks and starts everything; serves when it returns.
  static Result<std::unique_ptr<Node>> start(const NodeConfig& config);
  ~Node() override;

  // Blocks until a signal or a fatal error; then stops gracefully. An Error is the reason to exit
  // with a failure.
  Status run();
  [[nodiscard]] std::uint16_t api_port() const { return api_server_->port(); }
  [[nodiscard]] std::uint16_t peer_port() const { return peers_->port(); }

 private:
  Node(NodeConfig config, ledger::GenesisDocument genesis, Bytes genesis_bytes, NodeKeys keys,
       Stores stores, state::Node self);
  Status start_core();
  Status start_peers();
  Status start_services();
  Status start_converter();
  Status start_api();
  void guard_plaintext();
  void stop();

  void send(std::uint64_t to_node, Bytes frame) override;
  void on_applied(const ledger::AppliedBlock& block) override;
  void on_certified(std::uint64_t height) override;
  void on_fatal(const Error& error) override;

  [[nodiscard]] Bytes hello() const;
  [[nodiscard]] Status check_hello(std::uint64_t peer, BytesView frame) const;
  [[nodiscard]] Result<net::Principal> authorize_peer(
      const net::PeerCertificate& certificate) const;
  void on_peer_frame(std::uint64_t peer, Bytes frame);
  void on_blob_frame(std::uint64_t peer, const Bytes& frame);
  void post_blob_request(std::uint64_t peer, std::shared_ptr<const v1::PeerFrame> frame,
                         unsigned tries_left);
  void answer_blob_request(std::uint64_t peer, const std::shared_ptr<const v1::PeerFrame>& frame,
                           unsigned tries_left);
  bool may_wait(std::uint64_t peer);
  // The purge thread's work: deletions at once, from time to time a look at everything.
  void look_after_blobs();
  Status sweep_blobs();
  void tick();
  void update_metrics(const replica::ReplicaStatus& status);
  [[nodiscard]] blobs::NodeSigner signer() const;
  [[nodiscard]] blobs::SubmitAndWait submit_and_wait();

  const NodeConfig config_;
  const ledger::GenesisDocument genesis_;
  const Bytes genesis_bytes_;
  const NodeKeys keys_;
  Stores stores_;
  const state::Node self_;
  SystemClock clock_;
  SystemRng rng_;
  MetricsRegistry metrics_;
  std::unique_ptr<net::Runtime> runtime_;
  // Links have an io thread of their own: strangers at the public door delay no heartbeat.
  std::unique_ptr<net::Runtime> peer_runtime_;
  PeerBudget peer_budget_;
  CoreThread core_;
  std::unique_ptr<replica::VerifyPool> verifier_;
  std::unique_ptr<replica::LogThread> log_thread_;
  consensus::HardState hard_state_;
  std::unique_ptr<replica::Replica> replica_;
  std::unique_ptr<blobs::Custodian> custodian_;
  std::unique_ptr<blobs::BlobFetcher> fetcher_;
  std::unique_ptr<net::PeerNetwork> peers_;
  std::atomic<net::PeerNetwork*> peers_open_{nullptr};  // while frames may be sent
  std::unique_ptr<admission::Admission> admission_;
  std::unique_ptr<admission::Gateway> gateway_;
  std::unique_ptr<blobs::Purger> purger_;
  std::unique_ptr<blobs::Expirer> expirer_;
  std::unique_ptr<blobs::Orphans> orphans_;
  std::unique_ptr<blobs::Reconciler> reconciler_;
  std::optional<std::uint64_t> swept_ms_;  // monotonic; purge thread only
  std::unique_ptr<conversion::Catalogs> catalogs_;
  std::unique_ptr<conversion::Journal> journal_;
  std::unique_ptr<sandbox::ChildConverter> child_converter_;
  std::unique_ptr<conversion::ConverterService> converter_;
  std::unique_ptr<api::Uploads> uploads_;
  std::unique_ptr<api::Service> service_;
  std::unique_ptr<net::HttpServer> api_server_;
  std::array<std::atomic<unsigned>, limits::kNodesMax> patient_requests_{};
  std::atomic<bool> work_waits_{false};
  std::unique_ptr<Loop> purge_loop_;
  std::unique_ptr<Loop> convert_loop_;
  std::atomic<bool> failed_{false};
  Error failure_;
};

}  // namespace sekisho
