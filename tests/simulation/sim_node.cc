// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/sim_node.h"

#include <algorithm>
#include <utility>

#include "node/base/check.h"
#include "storage/recovery.h"

namespace sekisho::simulation {
namespace {

constexpr std::uint64_t kTickUs = 10'000;

}  // namespace

SimNode::SimNode(std::uint64_t number, const World& world, const Profile& profile,
                 const replica::DefectsForTests& defects, Scheduler& scheduler, Rng& rng,
                 NodeListener& listener)
    : number_(number),
      world_(world),
      profile_(profile),
      defects_(defects),
      scheduler_(scheduler),
      rng_(rng),
      listener_(listener),
      clock_(scheduler) {}

void SimNode::later(std::uint64_t delay_us, std::function<void()> event) {
  scheduler_.after(delay_us, [this, incarnation = incarnation_, event = std::move(event)] {
    if (incarnation == incarnation_ && up()) event();
  });
}

Status SimNode::open_stores() {
  TRY(log_, storage::DurableLog::open(fused_log_, {world_.genesis.chain_id, number_}));
  TRY(ledger_, storage::LedgerStore::open(fused_ledger_, world_.genesis.chain_id, number_,
                                          state::genesis_state(world_.genesis)));
  TRY_STATUS(storage::inspect_recovery(*log_, *ledger_));
  hard_state_ = log_->hard_state();
  return {};
}

Status SimNode::open_state() {
  const storage::LedgerView view = ledger_->view();
  TRY(const auto head, view.head());
  if (head.height == 0) {
    state_ = std::make_unique<state::StateMachine>(world_.genesis);
    return {};
  }
  const auto stored = view.state();
  TRY(state_, state::StateMachine::restore(*stored, head.header,
                                           [&view](std::uint8_t level, std::uint64_t position) {
                                             return view.tree_node(level, position);
                                           }));
  return {};
}

Status SimNode::start() {
  CHECK(!up());
  TRY_STATUS(open_stores());
  TRY_STATUS(open_state());
  listener_.on_opened(number_);
  replica::Config config;
  config.node_number = number_;
  config.name = World::node_name(number_);
  config.chain_id = world_.genesis.chain_id;
  config.options.tick_ms = kTickUs / 1000;
  config.options.election_ticks = 20;
  config.options.heartbeat_ticks = 4;
  config.options.blocks_in_flight_max = profile_.blocks_in_flight_max;
  config.options.block_worth_operations = 2;
  config.options.forward_retry_ms = 200;
  config.options.forward_deadline_ms = 1500;
  config.options.attestation_retry_ms = 100;
  config.options.read_deadline_ms = 1000;
  config.options.idle_block_ms = 1000;
  config.options.uncertified_ms = 800;
  config.options.verified_digests_max = 64;  // small: forgetting must be harmless
  config.options.defects_for_tests = defects_;
  TRY(replica_, replica::Replica::start(config, {*log_, *hard_state_, *ledger_, *state_,
                                                 world_.attestation_key(number_), *this, *this,
                                                 *this, clock_, rng_, *this}));
  later(rng_.below(kTickUs), [this] { tick(); });
  return {};
}

void SimNode::crash() {
  CHECK(up());
  ++incarnation_;
  fuse_.reset();
  if (!fatal_) lose_unwritten();
  replica_.reset();
  state_.reset();
  ledger_.reset();
  log_.reset();
  writes_.clear();
  writing_ = fatal_ = false;
  log_kv_.crash(rng_);
  ledger_kv_.crash(rng_);
}

// Some of what was on its way to the log reaches it without a word.
void SimNode::lose_unwritten() {
  const std::uint64_t survivors = rng_.below(writes_.size() + 1);
  for (std::uint64_t i = 0; i < survivors; ++i) {
    if (!log_->persist(writes_[i])) return;
  }
}

void SimNode::run(const std::function<void(replica::Replica&)>& event) {
  if (!up()) return;
  event(*replica_);
  listener_.on_stepped(number_);
}

void SimNode::tick() {
  later(kTickUs, [this] { tick(); });
  run([](replica::Replica& replica) { replica.tick(); });
}

void SimNode::send(std::uint64_t to_node, Bytes frame) {
  if (!fuse_.burn()) listener_.on_send(number_, to_node, std::move(frame));
}

void SimNode::persist(consensus::Persist batch) {
  if (fuse_.burn()) return;
  writes_.push_back(std::move(batch));
  if (!writing_) begin_write();
}

void SimNode::begin_write() {
  writing_ = true;
  const std::uint64_t slow = std::max(profile_.log_sync_us, profile_.log_sync_slow_us);
  later(rng_.between(profile_.log_sync_us, slow), [this] { finish_write(1 + rng_.below(3)); });
}

// The write and the word about it are two events, so that a crash can come between them.
void SimNode::finish_write(std::size_t count) {
  count = std::min(count, writes_.size());
  const std::vector<consensus::Persist> group(writes_.begin(),
                                              writes_.begin() + std::ptrdiff_t(count));
  Status status = log_->persist(group);
  writes_.erase(writes_.begin(), writes_.begin() + std::ptrdiff_t(count));
  writing_ = false;
  if (status && !writes_.empty()) begin_write();
  later(rng_.below(300), [this, token = group.back().token, status = std::move(status)] {
    run([&](replica::Replica& replica) { replica.on_persisted(token, status); });
  });
}

void SimNode::verify(std::vector<Check> checks, Done done) {
  std::vector<bool> results;
  for (const Check& check : checks) results.push_back(check());
  later(rng_.between(1, profile_.verify_us), [this, results, done = std::move(done)] {
    run([&](replica::Replica&) { done(results); });
  });
}

void SimNode::on_applied(const ledger::AppliedBlock& block) {
  listener_.on_applied(number_, block, *state_);
}
void SimNode::on_certified(std::uint64_t height) { listener_.on_certified(number_, height); }
void SimNode::on_fatal(const Error& error) {
  fatal_ = true;
  if (error.code == Code::kCorrupt) listener_.on_violation("node stopped: " + error.to_string());
}

}  // namespace sekisho::simulation
