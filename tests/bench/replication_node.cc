// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/replication_node.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "node/replica/codec.h"
#include "storage/rocksdb_kv.h"
#include "tests/bench/http_load.h"

namespace sekisho::bench {
namespace {

constexpr std::uint64_t kTickMs = 20;
constexpr std::size_t kBodySizeMax = 64 * 1024;

void reply(const net::Responder& responder, unsigned status, const std::string& text) {
  net::Response response;
  response.status = status;
  response.content_type = "text/plain";
  response.body = text;
  responder.send(std::move(response));
}

Digest shared_chain() { return Digest{}; }

}  // namespace

ReplicationNode::ReplicationNode(Options options) : options_(std::move(options)) {
  net::RuntimeOptions runtime;
  runtime.handle_signals = true;
  runtime_ = std::make_unique<net::Runtime>(runtime);
}

ReplicationNode::~ReplicationNode() {
  if (server_) server_->stop(0);
  if (links_) links_->stop();
  thread_.stop();
  log_thread_.reset();
  runtime_->stop();
}

Result<std::unique_ptr<ReplicationNode>> ReplicationNode::start(Options options) {
  std::unique_ptr<ReplicationNode> node(new ReplicationNode(std::move(options)));
  TRY_STATUS(node->open_log());
  TRY_STATUS(node->start_links());
  node->thread_.start(kTickMs, [raw = node.get()] {
    raw->expect(raw->core_->tick());
    raw->pump();
  });
  return node;
}

Status ReplicationNode::open_log() {
  storage::RocksDbOptions kv;
  kv.name = "log";
  kv.profile = storage::KvProfile::kLog;
  TRY(kv_, storage::open_rocksdb_kv(options_.folder + "/log", kv));
  TRY(log_, storage::DurableLog::open(*kv_, {shared_chain(), options_.number}));
  consensus::Options core;
  core.id = options_.number;
  core.election_ticks = 50;
  core.heartbeat_ticks = 5;
  consensus::Restored restored;
  restored.hard_state = log_->hard_state();
  for (const net::PeerInfo& peer : options_.peers)
    restored.configuration.voters.push_back(peer.number);
  TRY(auto made, consensus::Core::restore(core, std::move(restored), *log_, rng_));
  core_ = std::make_unique<consensus::Core>(std::move(made));
  log_thread_ = std::make_unique<replica::LogThread>(
      [this](std::span<const consensus::Persist> group) { return log_->persist(group); },
      [this](std::uint64_t token, Status status) {
        thread_.post([this, token, status = std::move(status)] {
          expect(status);
          expect(core_->persisted(token));
          pump();
        });
      });
  return {};
}

Status ReplicationNode::start_links() {
  net::PeerOptions links;
  links.own_number = options_.number;
  links.port = options_.self.port;
  net::PeerCallbacks callbacks;
  callbacks.make_hello = [](std::uint64_t) { return Bytes("hello"); };
  callbacks.check_hello = [](std::uint64_t, BytesView) { return Status(); };
  callbacks.on_frame = [this](std::uint64_t, Bytes bytes) {
    thread_.post([this, bytes = std::move(bytes)] {
      auto frame = must(replica::parse_frame(bytes));
      expect(core_->step(std::move(std::get<consensus::Message>(frame))));
      pump();
    });
  };
  const auto trust_the_key = [](const net::PeerCertificate& certificate) -> Result<net::Principal> {
    return net::Principal{certificate.key_id, "peer", nullptr};
  };
  TRY(links_, net::PeerNetwork::start(*runtime_, options_.tls, links, options_.peers, trust_the_key,
                                      std::move(callbacks), metrics_));
  net::HttpServerOptions http;
  http.port = options_.http_port;
  const auto plan = [](std::string_view, std::string_view) {
    return net::RoutePlan{kBodySizeMax, false, false};
  };
  TRY(server_, net::HttpServer::start(
                   *runtime_, options_.tls, http, plan, trust_the_key,
                   [this](net::Request request, const net::Responder& responder) {
                     handle(std::move(request), responder);
                   },
                   metrics_));
  return {};
}

void ReplicationNode::run() { std::printf("stopped: %s\n", runtime_->wait_for_stop().c_str()); }

void ReplicationNode::handle(net::Request request, const net::Responder& responder) {
  if (request.path == "/healthz") return reply(responder, 200, "ok\n");
  if (request.path == "/leader") {
    return thread_.post(
        [this, responder] { reply(responder, 200, std::to_string(core_->leader())); });
  }
  if (request.path != "/append" || request.body.empty()) return reply(responder, 404, "\n");
  bool first = false;
  {
    const std::lock_guard lock(arrived_mutex_);
    first = arrived_.empty();
    arrived_.emplace_back(std::move(request.body), responder);
  }
  if (first) thread_.post([this] { propose_arrived(); });
}

void ReplicationNode::propose_arrived() {
  std::vector<std::pair<Bytes, net::Responder>> arrived;
  {
    const std::lock_guard lock(arrived_mutex_);
    arrived.swap(arrived_);
  }
  std::vector<Bytes> payloads;
  for (auto& [body, responder] : arrived) payloads.push_back(std::move(body));
  const auto proposed = core_->propose(std::move(payloads));
  for (std::size_t i = 0; i < arrived.size(); ++i) {
    if (proposed) {
      waiting_.emplace(proposed->first + i, Waiting{proposed->term, arrived[i].second});
    } else {
      reply(arrived[i].second, 421, proposed.error().to_string());
    }
  }
  pump();
}

void ReplicationNode::pump() {
  for (auto actions = core_->take_actions(); !actions.empty(); actions = core_->take_actions()) {
    if (actions.role && actions.role->role != consensus::Role::kLeader) drop_waiting();
    if (actions.persist) log_thread_->persist(*std::move(actions.persist));
    for (const consensus::Message& message : actions.messages)
      links_->send(message.to, replica::encode_frame(message));
    for (const consensus::Entry& entry : actions.committed) answer(entry);
    if (!actions.committed.empty()) expect(core_->applied(actions.committed.back().index));
  }
}

void ReplicationNode::answer(const consensus::Entry& entry) {
  const auto found = waiting_.find(entry.index);
  if (found == waiting_.end()) return;
  const bool ours = found->second.term == entry.term;
  reply(found->second.responder, ours ? 200 : 503, ours ? "ok\n" : "replaced\n");
  waiting_.erase(found);
}

void ReplicationNode::drop_waiting() {
  for (const auto& [index, waiting] : waiting_) reply(waiting.responder, 503, "leadership moved\n");
  waiting_.clear();
}

void ReplicationNode::expect(const Status& status) {
  if (status) return;
  std::fprintf(stderr, "replication node: %s\n", status.error().to_string().c_str());
  std::_Exit(1);
}

}  // namespace sekisho::bench
