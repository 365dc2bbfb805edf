// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/node.h"

#include <fstream>
#include <iterator>
#include <thread>

#include "node/base/limits.h"
#include "node/base/memory_lock.h"
#include "node/blobs/blob_server.h"
#include "node/blobs/entitlement.h"
#include "node/state/queries.h"
#include "node/version.h"
#include "proto/v1/peer.pb.h"

namespace sekisho {
namespace {

constexpr std::uint32_t kPeerProtocolVersion = 1;
constexpr std::uint64_t kOwnOperationMs = 60'000;  // how long the node waits for its own operations
constexpr std::uint64_t kLoopPeriodMs = 2'000;
constexpr std::uint64_t kSweepPeriodMs = 10 * 60 * 1000;
constexpr std::uint64_t kStopGraceMs = 5'000;
constexpr std::uint64_t kTicksBetweenMetrics = 25;
// Shorter together than BlobFetcher::kPieceTimeoutMs.
constexpr std::uint64_t kEntitlementRetryMs = 200;
constexpr unsigned kEntitlementTries = 12;
constexpr unsigned kPatientRequestsMax = 8;  // of one peer

// The first byte of a PeerFrame is the tag of its only field (proto/v1/peer.proto).
constexpr char kBlobRequestTag = '\x32';
constexpr char kBlobChunkTag = '\x3a';

Result<Bytes> read_genesis(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return fail(Code::kNotFound, path + " cannot be read; it is the consortium's genesis document");
  Bytes bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (bytes.size() > ledger::kGenesisSizeMax)
    return fail(Code::kInvalidArgument, "the genesis document is too large");
  return bytes;
}

Result<std::vector<net::PeerInfo>> directory_of(const state::Reader& reader) {
  std::vector<net::PeerInfo> directory;
  for (const auto& node : state::nodes(reader)) {
    auto address = parse_host_port(node.address);
    if (!address)
      return fail(address.error().within("address of node " + std::to_string(node.node_number)));
    directory.push_back({node.node_number, address->host, address->port, node.tls_key_id});
  }
  return directory;
}

// Node numbers are few and mostly small; two that meet share their places.
std::size_t peer_slot(std::uint64_t peer) { return peer % limits::kNodesMax; }

// Block time of the newest block that a majority has signed; 0: none yet.
Result<std::uint64_t> certified_time(const storage::LedgerView& view) {
  TRY(const std::uint64_t height, view.certified_height());
  if (height == 0) return 0;
  TRY(const auto header, view.header(height));
  return header.block_time_ms;
}

}  // namespace

Result<std::unique_ptr<Node>> Node::start(const NodeConfig& config) {
  TRY(Bytes genesis_bytes, read_genesis(config.genesis_path));
  TRY(auto genesis, ledger::parse_genesis(genesis_bytes));
  TRY(auto keys, load_node_keys(config));
  TRY(auto stores, open_stores(config, genesis));
  auto self = state::node(*stores.state, config.node_number);
  if (!self)
    return fail(Code::kFailedPrecondition,
                "the ledger knows no node " + std::to_string(config.node_number));
  TRY_STATUS(check_node_keys(keys, *self, SystemClock().unix_ms()));
  std::unique_ptr<Node> node(new Node(config, std::move(genesis), std::move(genesis_bytes),
                                      std::move(keys), std::move(stores), std::move(*self)));
  TRY_STATUS(node->start_core());
  TRY_STATUS(node->start_peers());
  TRY_STATUS(node->start_services());
  // Only now: everything that the core thread touches exists.
  node->core_.start(replica::Options().tick_ms, [started = node.get()] { started->tick(); });
  TRY_STATUS(node->start_api());
  log::info("node_started", {{"node", node->self_.name},
                             {"version", kVersion},
                             {"height", node->stores_.state->height()}});
  return node;
}

Node::Node(NodeConfig config, ledger::GenesisDocument genesis, Bytes genesis_bytes, NodeKeys keys,
           Stores stores, state::Node self)
    : config_(std::move(config)),
      genesis_(std::move(genesis)),
      genesis_bytes_(std::move(genesis_bytes)),
      keys_(std::move(keys)),
      stores_(std::move(stores)),
      self_(std::move(self)) {
  net::RuntimeOptions options;
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  options.worker_threads = config_.worker_threads == 0 ? cores : config_.worker_threads;
  options.handle_signals = true;
  runtime_ = std::make_unique<net::Runtime>(options);
  net::RuntimeOptions links;
  links.worker_threads = 1;
  peer_runtime_ = std::make_unique<net::Runtime>(links);
}

Node::~Node() { stop(); }

Status Node::start_core() {
  verifier_ = std::make_unique<replica::VerifyPool>(
      std::max(1u, std::thread::hardware_concurrency()),
      [this](std::function<void()> task) { core_.post(std::move(task)); });
  log_thread_ = std::make_unique<replica::LogThread>(
      [this](std::span<const consensus::Persist> group) { return stores_.log->persist(group); },
      [this](std::uint64_t token, Status status) {
        core_.post(
            [this, token, status = std::move(status)] { replica_->on_persisted(token, status); });
      });
  hard_state_ = stores_.log->hard_state();
  replica::Config config;
  config.node_number = config_.node_number;
  config.name = self_.name;
  config.chain_id = genesis_.chain_id;
  const replica::Parts parts{
      *stores_.log, hard_state_,  *stores_.ledger, *stores_.state, keys_.attestation,
      *this,        *log_thread_, *verifier_,      clock_,         rng_,
      *this};
  TRY(replica_, replica::Replica::start(config, parts));
  custodian_ = std::make_unique<blobs::Custodian>(*stores_.blobs, keys_.operation,
                                                  genesis_.chain_id, config_.node_number, clock_);
  fetcher_ = std::make_unique<blobs::BlobFetcher>(
      [this](std::uint64_t to, Bytes frame) { send(to, std::move(frame)); }, clock_);
  return {};
}

Status Node::start_peers() {
  net::PeerOptions options;
  options.host = config_.peer_listen.host;
  options.port = config_.peer_listen.port;
  options.own_number = config_.node_number;
  TRY(auto directory, directory_of(*stores_.ledger->view().state()));
  net::PeerCallbacks callbacks;
  callbacks.make_hello = [this](std::uint64_t) { return hello(); };
  callbacks.check_hello = [this](std::uint64_t peer, BytesView frame) {
    return check_hello(peer, frame);
  };
  callbacks.on_frame = [this](std::uint64_t peer, Bytes frame) {
    on_peer_frame(peer, std::move(frame));
  };
  TRY(peers_,
      net::PeerNetwork::start(
          *peer_runtime_, keys_.tls, options, std::move(directory),
          [this](const net::PeerCertificate& certificate) { return authorize_peer(certificate); },
          std::move(callbacks), metrics_));
  peers_open_ = peers_.get();
  return {};
}

Status Node::start_services() {
  admission_ = std::make_unique<admission::Admission>(
      genesis_.chain_id, config_.node_number, clock_, [this](const Digest& blob_id) {
        const auto held = stores_.blobs->info(blob_id);
        return held && held->has_value();
      });
  admission::Gateway::Threads threads;
  threads.to_worker = [this](std::function<void()> task) {
    return runtime_->workers().post(std::move(task)).has_value();
  };
  threads.to_core = [this](std::function<void()> task) { core_.post(std::move(task)); };
  gateway_ = std::make_unique<admission::Gateway>(*admission_, *stores_.ledger, *replica_,
                                                  std::move(threads));
  purger_ = std::make_unique<blobs::Purger>(*custodian_, signer(), submit_and_wait(), clock_, rng_);
  expirer_ = std::make_unique<blobs::Expirer>(signer(), submit_and_wait(), clock_, rng_);
  orphans_ = std::make_unique<blobs::Orphans>(*custodian_, clock_);
  reconciler_ = std::make_unique<blobs::Reconciler>(*custodian_);
  purge_loop_ = std::make_unique<Loop>(kLoopPeriodMs, [this] { look_after_blobs(); });
  return keys_.converter ? start_converter() : Status();
}

Status Node::start_converter() {
  guard_plaintext();
  sandbox::ChildConverter::Options child;
  child.program = config_.converter->program_path;
  if (child.program.empty()) {
    TRY(child.program, sandbox::find_convert_program());
  }
  child_converter_ = std::make_unique<sandbox::ChildConverter>(std::move(child));
  TRY(auto catalogs, conversion::Catalogs::load(config_.converter->catalogs_path));
  catalogs_ = std::make_unique<conversion::Catalogs>(std::move(catalogs));
  journal_ = std::make_unique<conversion::Journal>(*stores_.jobs_kv);
  converter_ = std::make_unique<conversion::ConverterService>(conversion::ConverterService::Parts{
      *custodian_, *fetcher_, *journal_, *catalogs_, *child_converter_,
      config_.converter->scanner_socket, signer(), submit_and_wait(), keys_.converter->key,
      keys_.converter->certificate, clock_, rng_});
  TRY_STATUS(converter_->sweep(*stores_.ledger->view().state()));
  convert_loop_ = std::make_unique<Loop>(kLoopPeriodMs, [this] {
    converter_->run_once([this] { return stores_.ledger->view().state(); });
  });
  return {};
}

// Files are opened in this process.
void Node::guard_plaintext() {
  const SwapSafety safety = keep_out_of_swap();
  metrics_.gauge("sekisho_memory_exposed", "1 when opened files may come to rest in swap")
      .set(safety == SwapSafety::kExposed ? 1 : 0);
  if (safety == SwapSafety::kExposed) {
    log::error(
        "memory_may_be_swapped",
        {{"do", "lift the limit of locked memory (LimitMEMLOCK=infinity) or turn swap off"}});
  } else {
    log::info("memory_kept_out_of_swap", {{"how", swap_safety_name(safety)}});
  }
}

Status Node::start_api() {
  uploads_ = std::make_unique<api::Uploads>(clock_);
  api::Parts parts{*gateway_,
                   *stores_.ledger,
                   *custodian_,
                   *fetcher_,
                   *uploads_,
                   *runtime_,
                   clock_,
                   metrics_,
                   genesis_.chain_id,
                   config_.node_number,
                   self_.name,
                   genesis_bytes_,
                   [this](std::function<void(replica::ReplicaStatus)> done) {
                     core_.post([this, done = std::move(done)] { done(replica_->status()); });
                   },
                   [this](replica::ReadDone done) {
                     core_.post([this, done = std::move(done)]() mutable {
                       replica_->read_index(std::move(done));
                     });
                   }};
  service_ = std::make_unique<api::Service>(std::move(parts));
  net::HttpServerOptions options;
  options.host = config_.api_listen.host;
  options.port = config_.api_listen.port;
  TRY(api_server_, net::HttpServer::start(
                       *runtime_, keys_.tls, options, api::Service::plan,
                       [this](const net::PeerCertificate& certificate) {
                         return service_->authorize(certificate);
                       },
                       [this](net::Request request, net::Responder responder) {
                         service_->handle(std::move(request), std::move(responder));
                       },
                       metrics_));
  return {};
}

Status Node::run() {
  const std::string reason = runtime_->wait_for_stop();
  log::info("node_stopping", {{"reason", reason}});
  stop();
  if (failed_) return fail(failure_);
  return {};
}

void Node::stop() {
  // New work ends first, then what serves it; the log and the stores last.
  if (child_converter_) child_converter_->cancel();
  if (fetcher_) fetcher_->stop();
  if (api_server_) api_server_->stop(kStopGraceMs);
  if (gateway_) gateway_->stop();
  peers_open_ = nullptr;
  if (peers_) peers_->stop();
  core_.stop();
  purge_loop_.reset();
  convert_loop_.reset();
  log_thread_.reset();
  verifier_.reset();
  if (peer_runtime_) peer_runtime_->stop();
  if (runtime_) runtime_->stop();
}

void Node::look_after_blobs() {
  expirer_->run_once(*stores_.ledger->view().state());
  const auto view = stores_.ledger->view();
  const auto certified_ms = certified_time(view);
  if (!certified_ms) {
    return log::warning("ledger_unreadable", {{"why", certified_ms.error().to_string()}});
  }
  purger_->run_once(*view.state(), *certified_ms);
  if (swept_ms_ && clock_.monotonic_ms() - *swept_ms_ < kSweepPeriodMs) return;
  swept_ms_ = clock_.monotonic_ms();
  if (const Status swept = sweep_blobs(); !swept) {
    log::warning("blob_sweep_failed", {{"why", swept.error().to_string()}});
  }
}

Status Node::sweep_blobs() {
  const auto view = stores_.ledger->view();
  const auto state = view.state();
  TRY(const std::uint64_t certified_ms, certified_time(view));
  TRY(const auto found, reconciler_->run_once(*state, certified_ms));
  metrics_.gauge("sekisho_blobs_missing", "Sealed files that the ledger says are here and are not")
      .set(static_cast<std::int64_t>(found.missing));
  TRY_STATUS(orphans_->sweep(*state, certified_ms));
  return {};
}

void Node::send(std::uint64_t to_node, Bytes frame) {
  if (net::PeerNetwork* peers = peers_open_.load()) {
    const bool piece = !frame.empty() && frame[0] == kBlobChunkTag;
    peers->send(to_node, std::move(frame), piece ? net::Lane::kBulk : net::Lane::kUrgent);
  }
}

void Node::on_applied(const ledger::AppliedBlock& block) {
  if (!block.operations.empty()) work_waits_ = true;
}

void Node::on_certified(std::uint64_t) {
  if (!work_waits_.exchange(false)) return;
  if (purge_loop_) purge_loop_->kick();
  if (convert_loop_) convert_loop_->kick();
}

void Node::on_fatal(const Error& error) {
  log::error("node_fatal", {{"why", error.to_string()}});
  failure_ = error;
  failed_ = true;
  runtime_->request_stop(error.to_string());
}

Bytes Node::hello() const {
  v1::PeerFrame frame;
  auto& body = *frame.mutable_hello();
  body.set_protocol_version(kPeerProtocolVersion);
  body.set_chain_id(Bytes(genesis_.chain_id.view()));
  body.set_node_number(config_.node_number);
  body.set_software_version(std::string(kVersion));
  return frame.SerializeAsString();
}

Status Node::check_hello(std::uint64_t peer, BytesView bytes) const {
  v1::PeerFrame frame;
  if (!frame.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !frame.has_hello()) {
    return fail(Code::kInvalidArgument, "the first frame is no hello");
  }
  const auto& body = frame.hello();
  if (body.protocol_version() != kPeerProtocolVersion) {
    return fail(Code::kFailedPrecondition,
                "the peer speaks another protocol version; update the older node");
  }
  if (body.chain_id() != genesis_.chain_id.view()) {
    return fail(Code::kFailedPrecondition,
                "the peer belongs to another consortium; compare the genesis documents");
  }
  if (body.node_number() != peer) {
    return fail(Code::kPermissionDenied,
                "the peer's node number does not belong to its certificate");
  }
  return {};
}

Result<net::Principal> Node::authorize_peer(const net::PeerCertificate& certificate) const {
  const auto reader = stores_.ledger->view().state();
  for (const auto& node : state::nodes(*reader)) {
    if (node.tls_key_id != certificate.key_id) continue;
    const auto member = state::member(*reader, node.member_id);
    if (!member) return fail(Code::kUnauthenticated, "the node's member is not on the ledger");
    TRY(const auto leaf, crypto::Certificate::from_der(certificate.leaf_der));
    TRY(const auto authority, crypto::Certificate::from_der(member->ca_certificate_der));
    if (const Status valid = crypto::verify_certificate(leaf, {&authority, 1}, clock_.unix_ms());
        !valid) {
      return fail(Code::kUnauthenticated, valid.error().context);
    }
    return net::Principal{certificate.key_id, node.name, nullptr};
  }
  return fail(Code::kUnauthenticated, "no node on the ledger has this key");
}

void Node::on_peer_frame(std::uint64_t peer, Bytes frame) {
  if (!frame.empty() && (frame[0] == kBlobRequestTag || frame[0] == kBlobChunkTag)) {
    return on_blob_frame(peer, frame);
  }
  if (!peer_budget_.take(peer, frame.size())) {
    return metrics_
        .counter("sekisho_peer_frames_shed_total", "Frames dropped: the core thread is behind.")
        .add();
  }
  core_.post([this, peer, frame = std::move(frame)] {
    replica_->on_frame(peer, frame);
    peer_budget_.give_back(peer, frame.size());
  });
}

void Node::on_blob_frame(std::uint64_t peer, const Bytes& bytes) {
  auto frame = std::make_shared<v1::PeerFrame>();
  if (!frame->ParseFromString(bytes)) return;
  if (frame->has_blob_chunk()) {
    // Hashed on a worker. A full queue drops the piece; it is asked for again.
    const Status posted = runtime_->workers().post(
        [this, peer, frame] { fetcher_->on_chunk(peer, std::move(*frame->mutable_blob_chunk())); });
    if (!posted) log::debug("blob_piece_dropped", {{"peer", peer}});
    return;
  }
  if (frame->has_blob_request()) post_blob_request(peer, std::move(frame), kEntitlementTries);
}

void Node::post_blob_request(std::uint64_t peer, std::shared_ptr<const v1::PeerFrame> frame,
                             unsigned tries_left) {
  // A full queue drops the request; the asker repeats it.
  const Status posted = runtime_->workers().post(
      [this, peer, frame, tries_left] { answer_blob_request(peer, frame, tries_left); });
  if (posted) return;
  if (tries_left < kEntitlementTries) --patient_requests_[peer_slot(peer)];
  log::debug("blob_request_dropped", {{"peer", peer}});
}

// Takes one of the peer's places for requests that are tried again.
bool Node::may_wait(std::uint64_t peer) {
  auto& waiting = patient_requests_[peer_slot(peer)];
  if (waiting.fetch_add(1) < kPatientRequestsMax) return true;
  --waiting;
  return false;
}

// A fetch is attested by a majority; the holder may not be among it and be a block behind the node
// that asks. So a refusal is final only after some time.
void Node::answer_blob_request(std::uint64_t peer,
                               const std::shared_ptr<const v1::PeerFrame>& frame,
                               unsigned tries_left) {
  const auto may_fetch = [this](std::uint64_t from, const Digest& blob_id) {
    return blobs::may_node_fetch(*stores_.ledger->view().state(), from, blob_id);
  };
  v1::PeerFrame reply;
  *reply.mutable_blob_chunk() =
      blobs::answer_blob_request(*stores_.blobs, may_fetch, peer, frame->blob_request());
  constexpr auto kRefused = static_cast<std::uint32_t>(Code::kPermissionDenied) + 1;
  const bool again = tries_left < kEntitlementTries;
  const bool refused = reply.blob_chunk().code() == kRefused;
  if (again && (!refused || tries_left == 0)) --patient_requests_[peer_slot(peer)];
  if (refused && tries_left > 0 && (again || may_wait(peer))) {
    return runtime_->post_after(kEntitlementRetryMs, [this, peer, frame, tries_left] {
      post_blob_request(peer, frame, tries_left - 1);
    });
  }
  send(peer, reply.SerializeAsString());
}

void Node::tick() {
  static thread_local std::uint64_t ticks = 0;
  replica_->tick();
  if (++ticks % kTicksBetweenMetrics != 0) return;
  fetcher_->tick();
  update_metrics(replica_->status());
}

void Node::update_metrics(const replica::ReplicaStatus& status) {
  const auto set = [this](const char* name, const char* help, std::uint64_t value) {
    metrics_.gauge(name, help).set(static_cast<std::int64_t>(value));
  };
  set("sekisho_is_leader", "1 when this node leads",
      status.role == replica::ReplicaRole::kLeader ? 1 : 0);
  set("sekisho_leader", "Node number of the leader, 0 if unknown", status.leader);
  set("sekisho_term", "Raft term", status.term);
  set("sekisho_applied_height", "Blocks applied", status.applied_height);
  set("sekisho_certified_height", "Newest certified block", status.certified_height);
  set("sekisho_operations", "Operations on the ledger", status.tree_size);
  set("sekisho_pool_operations", "Operations waiting to be proposed", status.pool_operations);
  set("sekisho_apply_queue", "Committed blocks not yet applied", status.apply_queue);
  set("sekisho_waiters", "Requests waiting for an outcome", status.waiters);
  set("sekisho_skew_refusals", "Blocks not attested because of the clock", status.skew_refusals);
  set("sekisho_evidence", "Contradicting signed heads seen", status.evidence);
  set("sekisho_core_queue", "Tasks waiting for the core thread", core_.queued());
  set("sekisho_worker_queue", "Tasks waiting for a worker", runtime_->workers().queued());
  set("sekisho_fetch_bytes", "Memory in use by sealed files under way from other nodes",
      fetcher_->bytes_in_use());
  set("sekisho_blob_bytes", "Bytes of sealed files held", stores_.blobs->used_bytes());
}

blobs::NodeSigner Node::signer() const {
  return {genesis_.chain_id, config_.node_number, self_.member_id, keys_.operation};
}

blobs::SubmitAndWait Node::submit_and_wait() {
  return [this](Bytes signed_operation) {
    return gateway_->submit_and_wait(std::move(signed_operation), kOwnOperationMs);
  };
}

}  // namespace sekisho
