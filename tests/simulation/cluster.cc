// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/cluster.h"

#include <functional>
#include <variant>

#include "node/base/probe.h"
#include "node/replica/codec.h"

namespace sekisho::simulation {
namespace {

constexpr char kAttestationTag = 0x1a;  // first byte of a PeerFrame that carries one

Profile drawn(Rng& rng) { return make_profile(rng); }

}  // namespace

Cluster::Cluster(const RunOptions& options)
    : options_(options),
      rng_(options.seed),
      profile_(drawn(rng_)),
      world_(profile_.nodes),
      trace_(scheduler_, options.trace),
      checkers_(profile_.nodes),
      network_(
          profile_, scheduler_, rng_,
          [this](std::uint64_t from, std::uint64_t to, BytesView frame) {
            nodes_.at(to)->run([&](replica::Replica& replica) { replica.on_frame(from, frame); });
          }),
      workload_({world_, profile_, scheduler_, rng_, checkers_, trace_,
                 [this]() -> SimNode& { return any(); }}) {
  for (std::uint64_t number = 1; number <= profile_.nodes; ++number) {
    nodes_.emplace(number, std::make_unique<SimNode>(number, world_, profile_, options_.defects,
                                                     scheduler_, rng_, listener()));
  }
}

SimNode& Cluster::any() { return *nodes_.at(1 + rng_.below(profile_.nodes)); }

void Cluster::start(SimNode& node) {
  if (node.up()) return;
  if (const Status started = node.start(); !started) {
    return checkers_.violation("node " + std::to_string(node.number()) +
                               " does not start: " + started.error().to_string());
  }
  trace_.note("start " + std::to_string(node.number()));
}

// The newest block may be on disk although its write was reported as failed, or never reported.
void Cluster::on_opened(std::uint64_t number) {
  SimNode& node = *nodes_.at(number);
  const storage::LedgerView view = node.ledger().view();
  const auto head = view.head();
  if (!head) return checkers_.violation("a ledger has no head");
  checkers_.restarted(number, head->height, head->hash);
  if (head->height <= checkers_.height()) return;
  PROBE("simulation_unreported_block_on_disk");
  ledger::AppliedBlock block;
  block.header = head->header;
  block.hash = head->hash;
  for (std::uint64_t index = head->header.first_index; index < head->header.tree_size(); ++index) {
    const auto record = view.operation(index);
    if (!record) return checkers_.violation("a stored block lacks an operation");
    block.operations.push_back(*record);
  }
  checkers_.applied(number, block, node.state());
}

void Cluster::crash(SimNode& node) {
  if (!node.up()) return;
  trace_.note("crash " + std::to_string(node.number()));
  node.crash();
  const std::uint64_t down_us = healed_ ? 1000 : 1000 * rng_.between(1, 1500);
  scheduler_.after(down_us, [this, &node] { start(node); });
}

void Cluster::on_send(std::uint64_t from, std::uint64_t to, Bytes frame) {
  if (!frame.empty() && frame.front() == kAttestationTag) {
    const auto parsed = replica::parse_frame(frame);
    if (parsed) checkers_.attested(from, std::get<replica::AttestationFrame>(*parsed).note);
  }
  network_.send(from, to, frame);
}

void Cluster::on_applied(std::uint64_t node, const ledger::AppliedBlock& block,
                         const state::Reader& state) {
  trace_.note("apply " + std::to_string(node) + " " + std::to_string(block.header.height) + " " +
              block.hash.hex());
  checkers_.applied(node, block, state);
}

void Cluster::on_certified(std::uint64_t node, std::uint64_t height) {
  trace_.note("certify " + std::to_string(node) + " " + std::to_string(height));
  checkers_.certified(node, height);
}

void Cluster::on_stepped(std::uint64_t number) {
  SimNode& node = *nodes_.at(number);
  checkers_.observe(node.replica().core());
  if (node.doomed()) crash(node);
}

void Cluster::check_logs() {
  std::vector<const consensus::Core*> cores;
  for (const auto& [number, node] : nodes_)
    if (node->up() && !node->replica().core().stopped()) cores.push_back(&node->replica().core());
  for (std::string& what : consensus::broken_among(cores, 200))
    checkers_.violation(std::move(what));
}

void Cluster::run_until(std::uint64_t time_ms, const std::function<bool()>& enough) {
  while (scheduler_.now_us() < time_ms * 1000 && checkers_.broken().empty() && scheduler_.step()) {
    if (scheduler_.steps() % 512 != 0) continue;
    check_logs();
    if (enough()) return;
  }
}

// Everybody has the same certified head and every client its answer.
bool Cluster::settled() {
  if (!workload_.done()) return false;
  for (const auto& [number, node] : nodes_) {
    if (!node->up()) return false;
    const replica::ReplicaStatus status = node->replica().status();
    if (status.applied_height != checkers_.height()) return false;
    if (status.certified_height != checkers_.height()) return false;
  }
  return true;
}

std::string Cluster::where_it_stands() {
  std::string text = "open=" + std::to_string(workload_.open());
  for (const auto& [number, node] : nodes_) {
    text += "; node " + std::to_string(number);
    if (!node->up()) {
      text += " down";
      continue;
    }
    const replica::ReplicaStatus status = node->replica().status();
    text += " term " + std::to_string(status.term) + " leader " + std::to_string(status.leader) +
            " applied " + std::to_string(status.applied_height) + " attested " +
            std::to_string(status.attested_height) + " certified " +
            std::to_string(status.certified_height) + " pool " +
            std::to_string(status.pool_operations) + " forwards " + std::to_string(status.forwards);
  }
  return text;
}

RunResult Cluster::run() {
  trace_.note(profile_.to_string());
  for (const auto& [number, node] : nodes_) start(*node);
  schedule_faults();
  workload_.start();
  run_until(profile_.safety_ms, [] { return false; });
  heal();
  run_until(profile_.safety_ms + profile_.liveness_ms, [this] { return settled(); });
  if (checkers_.broken().empty() && !settled())
    checkers_.violation("the healed cluster does not come to rest: " + where_it_stands());
  checkers_.finish();
  return {trace_.hash(), checkers_.broken(),
          "blocks=" + std::to_string(checkers_.height()) +
              " operations=" + std::to_string(checkers_.operations()) + " " + workload_.summary() +
              " steps=" + std::to_string(scheduler_.steps()) +
              " virtual_ms=" + std::to_string(scheduler_.now_us() / 1000)};
}

}  // namespace sekisho::simulation
