// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/cluster.h"

#include "node/base/probe.h"

namespace sekisho::simulation {

void Cluster::every(std::uint64_t mean_ms, void (Cluster::*fault)()) {
  if (mean_ms == 0) return;
  scheduler_.after(1000 * rng_.between(1, 2 * mean_ms), [this, mean_ms, fault] {
    if (healed_) return;
    (this->*fault)();
    every(mean_ms, fault);
  });
}

void Cluster::schedule_faults() {
  every(profile_.partition_every_ms, &Cluster::partition);
  every(profile_.one_way_cut_every_ms, &Cluster::cut_one_way);
  every(profile_.crash_every_ms, &Cluster::crash_somebody);
  every(profile_.crash_mid_event_every_ms, &Cluster::crash_somebody_mid_event);
  every(profile_.disk_error_every_ms, &Cluster::break_a_disk);
  every(profile_.clock_jump_every_ms, &Cluster::jump_a_clock);
  every(profile_.transfer_every_ms, &Cluster::transfer_leadership);
  every(profile_.read_every_ms, &Cluster::read_somewhere);
}

void Cluster::partition() {
  network_.heal_cuts();
  if (rng_.chance(1, 3)) return;
  std::set<std::uint64_t> left;
  for (const auto& [number, node] : nodes_)
    if (rng_.chance(1, 2)) left.insert(number);
  for (const auto& [a, node_a] : nodes_)
    for (const auto& [b, node_b] : nodes_)
      if (left.contains(a) != left.contains(b)) network_.cut(a, b);
  trace_.note("partition");
}

void Cluster::cut_one_way() {
  if (rng_.chance(1, 3)) return network_.heal_cuts();
  network_.cut(any().number(), any().number());
  trace_.note("cut");
}

void Cluster::crash_somebody() { crash(any()); }

void Cluster::crash_somebody_mid_event() {
  SimNode& node = any();
  if (node.up()) node.light_fuse(rng_.below(12));
}

void Cluster::break_a_disk() {
  SimNode& node = any();
  if (!node.up()) return;
  trace_.note("disk " + std::to_string(node.number()));
  node.fail_disk(rng_.chance(1, 2), rng_.chance(1, 2) ? Code::kIo : Code::kNoSpace);
}

void Cluster::jump_a_clock() {
  SimNode& node = any();
  const auto jump_ms = static_cast<std::int64_t>(rng_.below(16'000)) - 8000;
  node.clock().offset_ms = rng_.chance(1, 3) ? 0 : jump_ms;
  trace_.note("clock " + std::to_string(node.number()) + " " +
              std::to_string(node.clock().offset_ms));
}

void Cluster::transfer_leadership() {
  const std::uint64_t to = any().number();
  for (const auto& [number, node] : nodes_) {
    node->run([to](replica::Replica& replica) {
      if (replica.status().role == replica::ReplicaRole::kLeader)
        static_cast<void>(replica.transfer_leadership(to));
    });
  }
}

void Cluster::read_somewhere() {
  const std::uint64_t known_height = checkers_.certified_height();
  any().run([this, known_height](replica::Replica& replica) {
    replica.read_index([this, known_height](const Result<std::uint64_t>& height) {
      if (!height) return;
      PROBE("simulation_read_answered");
      checkers_.read(*height, known_height);
    });
  });
}

void Cluster::heal() {
  trace_.note("heal");
  healed_ = true;
  network_.heal_cuts();
  profile_.loss = profile_.repeat = profile_.slow = 0;
  profile_.delay_max_us = profile_.delay_min_us + 2000;
  profile_.log_sync_slow_us = profile_.log_sync_us;
  for (const auto& [number, node] : nodes_) {
    node->clock().offset_ms = 0;
    // A disk may be broken or a fuse lit without anybody having noticed yet.
    if (node->up()) {
      crash(*node);
    } else {
      scheduler_.after(1000, [this, &healed = *node] { start(healed); });
    }
  }
}

}  // namespace sekisho::simulation
