// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// What clients ask for, what owners decide and what goes wrong.
#include <algorithm>
#include <utility>

#include "consensus/membership.h"
#include "tests/simulation/core/run.h"

namespace sekisho::core_simulation {

using consensus::NodeId;
using consensus::Role;

// Each kind plans its next occurrence; in the healed phase only clients and changes go on.
void Run::on_trouble(const Planned& event) {
  Node& node = any();
  const bool up = node.core.has_value();
  switch (event.what) {
    case What::kOperation:
      plan_every(What::kOperation, profile_.operation_every_us);
      return on_operation();
    case What::kChange:
      plan_every(What::kChange, profile_.change_every_us);
      for (const auto& one : nodes_) on_change(*one);
      return;
    case What::kCompact:
      plan_every(What::kCompact, profile_.compact_every_us);
      return on_compact(node);
    default:
      break;
  }
  if (healed_) return;
  switch (event.what) {
    case What::kPartition:
      plan_every(What::kPartition, profile_.partition_every_us);
      return on_partition();
    case What::kOneWay:
      plan_every(What::kOneWay, profile_.one_way_every_us);
      cuts_.insert({node.id, any().id});
      return;
    case What::kHeal:
      plan_every(What::kHeal, profile_.heal_every_us);
      cuts_.clear();
      return;
    case What::kCrash:
      plan_every(What::kCrash, profile_.crash_every_us);
      return crash(node);
    case What::kCrashMid:
      plan_every(What::kCrashMid, profile_.crash_mid_every_us);
      if (up) node.fuse = rng_.between(1, 12);
      return;
    case What::kStall:
      plan_every(What::kStall, profile_.stall_every_us);
      node.stalled_until_us = agenda_.now_us() + rng_.between(100'000, 6'000'000);
      return;
    case What::kFailWrite:
      plan_every(What::kFailWrite, profile_.fail_every_us);
      return on_fail_write(node);
    case What::kFailRead:
      plan_every(What::kFailRead, profile_.read_fail_every_us);
      return node.disk.fail_reads();
    case What::kTransfer:
      plan_every(What::kTransfer, profile_.transfer_every_us);
      for (const auto& one : nodes_) {
        if (!one->core || one->core->role() != Role::kLeader) continue;
        static_cast<void>(one->core->transfer_leadership(any().id));
        after_event(*one);
      }
      return;
    default:
      return;
  }
}

// The write under way fails, and with it all behind it. Some of it may be on the disk even so.
void Run::on_fail_write(Node& node) {
  if (!node.core || node.disk.under_way() == 0) return;
  trace("node " + std::to_string(node.id) + " fails to write");
  node.disk.lose_power(rng_.chance(1, 2) ? 0 : rng_.below(node.disk.under_way() + 1));
  node.core->storage_failed(Error{Code::kIo, "the disk refused a write"});
  after_event(node);
}

// Two groups by lot; nobody is heard across.
void Run::on_partition() {
  cuts_.clear();
  const std::uint64_t side = rng_.next_u64();
  for (const NodeId a : all_ids()) {
    for (const NodeId b : all_ids()) {
      if ((side >> a & 1) != (side >> b & 1)) cuts_.insert({a, b});
    }
  }
}

void Run::on_compact(Node& node) {
  if (!node.core || node.installing || node.machine.applied < node.disk.first_index()) return;
  const consensus::Index index = node.core->applied_index();
  if (index < node.disk.first_index() || index != node.machine.applied) return;
  consensus::SnapshotRef snapshot;
  snapshot.index = index;
  snapshot.term = node.core->log().term(index);
  snapshot.height = index;
  if (node.core->log().failure()) return after_event(node);
  node.snapshot = snapshot;
  static_cast<void>(node.core->offer_snapshot(snapshot));
  static_cast<void>(node.core->compact(index));
  if (!node.core->stopped()) node.disk.compact(index);
  after_event(node);
}

consensus::Configuration Run::draw_target() {
  consensus::Configuration target;
  for (const NodeId id : all_ids()) {
    const std::uint64_t dice = rng_.below(10);
    if (dice < 6) target.voters.push_back(id);
    if (dice == 6 || dice == 7) target.learners.push_back(id);
  }
  if (target.voters.empty()) target.voters.push_back(any().id);
  std::erase_if(target.learners, [&](NodeId id) { return target.is_voter(id); });
  return target;
}

// What the owner of a leader does: one step at a time, the one before applied
// (consensus/README.md). Healed, a joint membership is left and nothing new begun.
void Run::on_change(Node& node) {
  if (!node.core || !node.core->may_change_membership()) return;
  const bool hangs =
      node.change > node.machine.configured_at && node.change_term == node.core->term();
  if (hangs) return;
  const consensus::Configuration& now = node.core->configuration();
  if (healed_ && !now.is_joint()) return;
  const auto next = now.is_joint() ? leave_joint(now) : enter_joint(now, draw_target());
  if (!next) return;
  const auto proposed = node.core->propose({membership_payload(*next)});
  if (proposed) {
    trace("node " + std::to_string(node.id) + " changes the membership");
    node.change = proposed->last;
    node.change_term = proposed->term;
  }
  after_event(node);
}

// Clients mostly know who leads.
void Run::on_operation() {
  Node* node = &any();
  for (const auto& one : nodes_) {
    if (one->core && one->core->role() == Role::kLeader && rng_.chance(2, 3)) node = one.get();
  }
  if (!node->core) return;
  const std::size_t key = rng_.below(kRegisters);
  const std::uint64_t now = agenda_.now_us();
  if (rng_.chance(profile_.reads, 1000)) {
    const std::size_t operation = judge_.call(now, false, key, 0);
    const std::uint64_t context = ++contexts_;
    node->reads[context] = operation;
    if (!node->core->read_index(context)) {
      node->reads.erase(context);
      judge_.make_void(operation);
    }
  } else {
    const std::size_t operation = judge_.call(now, true, key, ++values_);
    const auto proposed = node->core->propose({write_payload(key, values_)});
    if (proposed) {
      node->proposals[proposed->last] = {proposed->term, operation};
    } else {
      judge_.make_void(operation);
    }
  }
  after_event(*node);
}

// What was applied at the place of a proposal tells its outcome: the same term, or never.
void Run::answer_proposals(Node& node, const consensus::Entry& entry) {
  while (!node.proposals.empty() && node.proposals.begin()->first <= entry.index) {
    const auto [index, waiting] = *node.proposals.begin();
    node.proposals.erase(node.proposals.begin());
    if (index == entry.index && waiting.term == entry.term) {
      const std::uint64_t value =
          node.machine.registers.at(static_cast<std::size_t>(entry.view().at(1)));
      judge_.answer(waiting.operation, agenda_.now_us(), value, index);
    } else if (index == entry.index) {
      judge_.make_void(waiting.operation);
    }
  }
}

void Run::take_reads(Node& node, const consensus::Actions& actions) {
  for (const consensus::ReadReady& read : actions.reads) {
    const auto found = node.reads.find(read.context);
    if (found == node.reads.end()) continue;
    node.reads_to_serve.emplace(read.index, found->second);
    node.reads.erase(found);
  }
  for (const std::uint64_t context : actions.reads_aborted) node.reads.erase(context);
  serve_reads(node);
}

void Run::serve_reads(Node& node) {
  auto& waiting = node.reads_to_serve;
  while (!waiting.empty() && waiting.begin()->first <= node.machine.applied) {
    const std::size_t operation = waiting.begin()->second;
    const std::uint64_t value = node.machine.registers[judge_.key_of(operation)];
    judge_.answer(operation, agenda_.now_us(), value, node.machine.applied);
    waiting.erase(waiting.begin());
  }
}

void Run::drop_clients(Node& node) {
  node.proposals.clear();
  node.reads.clear();
  node.reads_to_serve.clear();
}

}  // namespace sekisho::core_simulation
