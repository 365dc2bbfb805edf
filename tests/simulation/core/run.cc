// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/core/run.h"

#include <algorithm>
#include <cstdio>

#include "node/base/check.h"

namespace sekisho::core_simulation {
namespace {

using consensus::NodeId;

constexpr std::uint64_t kWatchEvents = 64;

consensus::Configuration first_configuration(const Profile& profile) {
  consensus::Configuration configuration;
  for (NodeId id = 1; id <= profile.nodes; ++id) {
    (id <= profile.voters ? configuration.voters : configuration.learners).push_back(id);
  }
  return configuration;
}

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15;
  return hash ^ (hash >> 32);
}

}  // namespace

Run::Run(const Settings& settings)
    : settings_(settings),
      rng_(settings.seed),
      profile_(make_profile(rng_)),
      judge_(first_configuration(profile_)) {
  for (NodeId id = 1; id <= profile_.nodes; ++id) {
    nodes_.push_back(std::make_unique<Node>(id, settings.seed * 16 + id));
    Node& node = *nodes_.back();
    node.machine.configuration = first_configuration(profile_);
    node.tick_us += 100 * rng_.below(profile_.clock_skew + 1);
    start(node);
    plan(What::kTick, &node, rng_.between(1, node.tick_us));
  }
  plan_every(What::kOperation, profile_.operation_every_us);
  plan_every(What::kPartition, profile_.partition_every_us);
  plan_every(What::kOneWay, profile_.one_way_every_us);
  plan_every(What::kHeal, profile_.heal_every_us);
  plan_every(What::kCrash, profile_.crash_every_us);
  plan_every(What::kCrashMid, profile_.crash_mid_every_us);
  plan_every(What::kStall, profile_.stall_every_us);
  plan_every(What::kFailWrite, profile_.fail_every_us);
  plan_every(What::kFailRead, profile_.read_fail_every_us);
  plan_every(What::kTransfer, profile_.transfer_every_us);
  plan_every(What::kChange, profile_.change_every_us);
  plan_every(What::kCompact, profile_.compact_every_us);
}

std::vector<NodeId> Run::all_ids() const {
  std::vector<NodeId> ids;
  for (const auto& node : nodes_) ids.push_back(node->id);
  return ids;
}

void Run::trace(const std::string& text) {
  if (!settings_.trace) return;
  std::printf("%10.3f ms  %s\n", static_cast<double>(agenda_.now_us()) / 1000, text.c_str());
}

void Run::plan(What what, Node* node, std::uint64_t after_us, std::uint32_t slot) {
  Planned event;
  event.at_us = agenda_.now_us() + after_us;
  event.what = what;
  event.slot = slot;
  if (node != nullptr) {
    event.node = static_cast<std::uint32_t>(node->id - 1);
    event.life = node->life;
  }
  agenda_.plan(event);
}

void Run::plan_every(What what, std::uint64_t mean_us) {
  if (mean_us > 0) plan(what, nullptr, rng_.between(1, 2 * mean_us));
}

Outcome Run::run() {
  const std::uint64_t end_us = profile_.safety_us + profile_.liveness_us;
  while (const auto event = agenda_.next()) {
    if (event->at_us >= profile_.safety_us && !healed_) heal();
    if (event->at_us >= end_us) {
      judge_.say("healed, and not everything has come to an end");
      break;
    }
    ++events_;
    on(*event);
    if (events_ % kWatchEvents == 0) watch();
    if (judge_.is_broken()) break;
    if (healed_ && events_ % kWatchEvents == 0 && has_settled()) break;
  }
  if (!judge_.is_broken()) judge_.check_histories();
  Outcome outcome;
  outcome.broken = judge_.broken();
  outcome.hash = hash_;
  outcome.events = events_;
  outcome.committed = judge_.committed();
  outcome.answered = judge_.answered();
  outcome.gave_up = judge_.gave_up();
  outcome.profile = profile_.to_string();
  return outcome;
}

void Run::on(const Planned& event) {
  hash_ = mixed(hash_, event.at_us * 32 + static_cast<std::uint64_t>(event.what));
  Node& node = *nodes_[event.node];
  const bool meant = node.core.has_value() && event.life == node.life;
  switch (event.what) {
    case What::kTick:
      plan(What::kTick, &node, node.tick_us);
      if (!node.core) return;
      static_cast<void>(node.core->tick());
      return after_event(node);
    case What::kMessage:
      return deliver(node, event.slot);
    case What::kSynced:
      if (meant) on_synced(node);
      return;
    case What::kApply:
      if (meant) on_apply(node);
      return;
    case What::kInstall:
      if (meant) on_install(node);
      return;
    case What::kRestart:
      if (!node.core) start(node);
      return;
    default:
      return on_trouble(event);
  }
}

void Run::send(const consensus::Message& message) {
  if (message.to > nodes_.size()) return;
  if (!healed_ && rng_.chance(profile_.loss, 1000)) return;
  put_under_way(message);
  if (!healed_ && rng_.chance(profile_.repeat, 1000)) put_under_way(message);
}

void Run::put_under_way(const consensus::Message& message) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  slots_[slot] = message;
  const bool slow = !healed_ && rng_.chance(profile_.slow, 1000);
  plan(What::kMessage, nodes_[message.to - 1].get(),
       slow ? rng_.between(100, 3'000'000) : rng_.between(100, profile_.delay_max_us), slot);
}

void Run::deliver(Node& node, std::uint32_t slot) {
  const consensus::Message message = std::move(slots_[slot]);
  free_slots_.push_back(slot);
  if (!node.core || cuts_.contains({message.from, message.to})) return;
  if (settings_.trace) trace(to_string(message));
  hash_ = mixed(hash_, message.term * 1000 + message.body.index());
  const Status done = node.core->step(message);
  if (!done && done.error().code == Code::kCorrupt) {
    judge_.say("node " + std::to_string(node.id) + ": " + done.error().context);
  }
  after_event(node);
}

void Run::start(Node& node) {
  node.disk.restart();
  consensus::Options options = profile_.options;
  options.id = node.id;
  consensus::Restored restored{node.disk.hard_state(), node.machine.applied,
                               node.machine.configuration};
  auto core = consensus::Core::restore(options, std::move(restored), node.disk, node.rng);
  if (!core)
    return judge_.say("node " + std::to_string(node.id) +
                      " does not start: " + core.error().context);
  trace("node " + std::to_string(node.id) + " starts");
  node.core.emplace(std::move(*core));
  if (node.snapshot) static_cast<void>(node.core->offer_snapshot(*node.snapshot));
  after_event(node);
}

void Run::crash(Node& node) {
  if (!node.core) return;
  trace("node " + std::to_string(node.id) + " crashes");
  node.disk.lose_power(rng_.below(node.disk.under_way() + 1));
  judge_.on_disk(node.id, node.disk);
  node.core.reset();
  node.to_apply.clear();
  node.installing.reset();
  drop_clients(node);
  node.change = 0;
  node.change_term = 0;
  node.syncing = false;
  node.applying = false;
  node.stalled_until_us = 0;
  node.fuse = 0;
  ++node.life;
  plan(What::kRestart, &node, healed_ ? 1000 : rng_.between(1000, profile_.down_max_us));
}

bool Run::survives_effect(Node& node) {
  if (node.fuse == 0 || --node.fuse > 0) return true;
  crash(node);
  return false;
}

// Carries out what the core wants until it wants nothing more; the node may die between any two.
void Run::after_event(Node& node) {
  while (node.core) {
    if (node.core->stopped()) return crash(node);
    node.disk.set_judged(true);
    judge_.on_core(*node.core);
    node.disk.set_judged(false);
    consensus::Actions actions = node.core->take_actions();
    if (node.core->stopped()) return crash(node);
    if (actions.empty()) return;
    if (!carry_out(node, actions)) return;
  }
}

bool Run::carry_out(Node& node, consensus::Actions& actions) {
  if (actions.role && settings_.trace) {
    trace("node " + std::to_string(node.id) + " is " + role_name(actions.role->role) + " in term " +
          std::to_string(actions.role->term));
  }
  if (actions.persist) {
    if (!survives_effect(node)) return false;
    node.disk.begin(std::move(*actions.persist));
    begin_sync(node);
  }
  for (const consensus::Message& message : actions.messages) {
    if (!survives_effect(node)) return false;
    judge_.on_message(message, node.disk, profile_.options);
    send(message);
  }
  take_reads(node, actions);
  if (actions.install) {
    node.installing = actions.install;
    plan(What::kInstall, &node, rng_.between(1000, 2'000'000));
  }
  for (consensus::Entry& entry : actions.committed) node.to_apply.push_back(std::move(entry));
  if (!node.to_apply.empty() && !node.applying) {
    node.applying = true;
    plan(What::kApply, &node, rng_.between(1, profile_.apply_max_us));
  }
  return survives_effect(node);
}

void Run::begin_sync(Node& node) {
  if (node.syncing || node.disk.under_way() == 0) return;
  node.syncing = true;
  std::uint64_t after_us = rng_.between(50, healed_ ? 1000 : profile_.sync_max_us);
  if (node.stalled_until_us > agenda_.now_us())
    after_us += node.stalled_until_us - agenda_.now_us();
  plan(What::kSynced, &node, after_us);
}

// One or several writes are done; the core hears once.
void Run::on_synced(Node& node) {
  node.syncing = false;
  if (node.disk.under_way() == 0) return;
  consensus::PersistToken token = 0;
  for (std::uint64_t i = rng_.between(1, 3); i > 0 && node.disk.under_way() > 0; --i) {
    const consensus::Persist write = node.disk.finish_oldest();
    token = write.token;
    if (!settings_.defects.configure_when_stored) continue;
    for (const consensus::Entry& entry : write.entries) {
      if (!is_membership(entry.view())) continue;
      node.machine.configuration = parse_membership(entry.view());
      configure(node);
    }
  }
  judge_.on_disk(node.id, node.disk);
  static_cast<void>(node.core->persisted(token));
  begin_sync(node);
  after_event(node);
}

void Run::on_apply(Node& node) {
  node.applying = false;
  const std::size_t count = std::min<std::size_t>(node.to_apply.size(), rng_.between(1, 16));
  if (settings_.defects.configure_at_batch_start) {
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_membership(node.to_apply[i].view())) continue;
      node.machine.configuration = parse_membership(node.to_apply[i].view());
      node.machine.configured_at = node.to_apply.front().index;
      configure(node);
    }
  }
  for (std::size_t i = 0; i < count && node.core && !node.core->stopped(); ++i) {
    const consensus::Entry entry = std::move(node.to_apply.front());
    node.to_apply.pop_front();
    apply(node, entry);
    if (!survives_effect(node)) return;
  }
  if (!node.core) return;
  serve_reads(node);
  if (!node.to_apply.empty()) {
    node.applying = true;
    plan(What::kApply, &node, rng_.between(1, profile_.apply_max_us));
  }
  after_event(node);
}

void Run::apply(Node& node, const consensus::Entry& entry) {
  const Machine before = node.machine;
  apply_to(node.machine, entry);
  if (settings_.defects.configure_at_batch_start) {
    node.machine.configured_at = before.configured_at;
  }
  judge_.on_applied(node.id, before, node.machine, entry);
  if (is_membership(entry.view())) configure(node);
  static_cast<void>(node.core->applied(entry.index));
  answer_proposals(node, entry);
}

void Run::configure(Node& node) {
  static_cast<void>(node.core->set_configuration(node.machine.configuration));
}

// Fetching is not the core's: the state comes from wherever it was first computed.
void Run::on_install(Node& node) {
  if (!node.installing) return;
  const consensus::SnapshotRef snapshot = *node.installing;
  node.installing.reset();
  if (!judge_.knows_state(snapshot.index) || (!healed_ && rng_.chance(1, 5))) {
    static_cast<void>(node.core->snapshot_abandoned());
    return after_event(node);
  }
  while (node.disk.under_way() > 0) {
    const consensus::Persist write = node.disk.finish_oldest();
    static_cast<void>(node.core->persisted(write.token));
  }
  judge_.on_disk(node.id, node.disk);
  node.to_apply.clear();
  node.disk.restart_after(snapshot.index, snapshot.term);
  node.machine = judge_.state_at(snapshot.index);
  node.snapshot = snapshot;
  drop_clients(node);
  static_cast<void>(node.core->snapshot_installed(snapshot));
  static_cast<void>(node.core->offer_snapshot(snapshot));
  configure(node);
  after_event(node);
}

// The costly checks, now and then.
void Run::watch() {
  std::vector<const consensus::Core*> cores;
  for (const auto& node : nodes_) node->disk.set_judged(true);
  for (const auto& node : nodes_) {
    if (!node->core) continue;
    cores.push_back(&*node->core);
    judge_.on_configuration(node->id, node->machine.applied, node->core->configuration());
  }
  judge_.on_cores(cores, events_ % (kWatchEvents * 64) == 0 ? 1000 : 8);
  for (const auto& node : nodes_) node->disk.set_judged(false);
}

void Run::heal() {
  healed_ = true;
  trace("healed");
  cuts_.clear();
  committed_at_heal_ = judge_.committed();
  profile_.delay_max_us = std::min<std::uint64_t>(profile_.delay_max_us, 20'000);
  profile_.apply_max_us = std::min<std::uint64_t>(profile_.apply_max_us, 5'000);
  for (const auto& node : nodes_) {
    node->fuse = 0;
    node->stalled_until_us = 0;
    node->disk.restart();
    if (!node->core) start(*node);
  }
}

// Everybody whom the leader's membership names has applied what was new, and no change hangs.
bool Run::has_settled() {
  for (const auto& leader : nodes_) {
    if (!leader->core || leader->core->role() != consensus::Role::kLeader) continue;
    if (leader->core->configuration().is_joint()) return false;
    for (const auto& [id, progress] : leader->core->peers()) {
      if (nodes_[id - 1]->machine.applied <= committed_at_heal_ + 2) return false;
    }
    return leader->core->commit() > committed_at_heal_ + 2;
  }
  return false;
}

}  // namespace sekisho::core_simulation
