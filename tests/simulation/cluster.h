// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/checkers.h"
#include "tests/simulation/network.h"
#include "tests/simulation/profile.h"
#include "tests/simulation/scheduler.h"
#include "tests/simulation/sim_node.h"
#include "tests/simulation/workload.h"
#include "tests/simulation/world.h"

namespace sekisho::simulation {

struct RunOptions {
  std::uint64_t seed = 1;
  bool trace = false;
  replica::DefectsForTests defects;
};

struct RunResult {
  std::uint64_t hash = 0;
  std::vector<std::string> broken;  // empty: the run is clean
  std::string summary;
};

// One seed: a cluster under faults (safety phase), then healed (liveness phase), checked
// throughout.
class Cluster final : private NodeListener {
 public:
  explicit Cluster(const RunOptions& options);
  RunResult run();

 private:
  // faults.cc
  void schedule_faults();
  void every(std::uint64_t mean_ms, void (Cluster::*fault)());
  void partition();
  void cut_one_way();
  void crash_somebody();
  void crash_somebody_mid_event();
  void break_a_disk();
  void jump_a_clock();
  void transfer_leadership();
  void read_somewhere();
  void heal();
  [[nodiscard]] SimNode& any();

  NodeListener& listener() { return *this; }
  void start(SimNode& node);
  void crash(SimNode& node);
  void run_until(std::uint64_t time_ms, const std::function<bool()>& enough);
  [[nodiscard]] bool settled();
  void check_logs();
  [[nodiscard]] std::string where_it_stands();

  void on_opened(std::uint64_t node) override;
  void on_send(std::uint64_t from, std::uint64_t to, Bytes frame) override;
  void on_applied(std::uint64_t node, const ledger::AppliedBlock& block,
                  const state::Reader& state) override;
  void on_certified(std::uint64_t node, std::uint64_t height) override;
  void on_stepped(std::uint64_t node) override;
  void on_violation(const std::string& what) override { checkers_.violation(what); }

  const RunOptions options_;
  SeededRng rng_;
  Profile profile_;
  World world_;
  Scheduler scheduler_;
  Trace trace_;
  Checkers checkers_;
  Network network_;
  std::map<std::uint64_t, std::unique_ptr<SimNode>> nodes_;
  Workload workload_;
  bool healed_ = false;
};

}  // namespace sekisho::simulation
