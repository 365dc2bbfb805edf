// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "consensus/core.h"
#include "node/base/rng.h"
#include "tests/simulation/core/agenda.h"
#include "tests/simulation/core/disk.h"
#include "tests/simulation/core/judge.h"
#include "tests/simulation/core/profile.h"

namespace sekisho::core_simulation {

// Defects of a driver around the core, put back to prove that they would be found.
struct DriverDefects {
  bool configure_when_stored = false;     // S6: a membership is in force before it is committed
  bool configure_at_batch_start = false;  // S8: noted at the first index of what is applied at once
};

struct Settings {
  std::uint64_t seed = 1;
  bool trace = false;
  DriverDefects defects;
};

struct Outcome {
  std::vector<std::string> broken;
  std::uint64_t hash = 0;
  std::uint64_t events = 0;
  std::uint64_t committed = 0;
  std::uint64_t answered = 0;
  std::uint64_t gave_up = 0;  // histories too wide for the checker
  std::string profile;
};

// One seed: real cores, each with a driver and a disk, on a network in virtual time. A minute of
// trouble as the profile has it, then a healed minute in which everything must come to an end.
class Run {
 public:
  explicit Run(const Settings& settings);
  Outcome run();

 private:
  struct Waiting {
    consensus::Term term;
    std::size_t operation;
  };
  struct Node {
    explicit Node(consensus::NodeId number, std::uint64_t seed) : id(number), rng(seed) {}
    consensus::NodeId id;
    SeededRng rng;
    std::uint64_t tick_us = 100'000;
    // What a crash leaves.
    Disk disk;
    Machine machine;
    std::optional<consensus::SnapshotRef> snapshot;
    // What a crash takes.
    std::optional<consensus::Core> core;
    std::deque<consensus::Entry> to_apply;
    std::optional<consensus::SnapshotRef> installing;
    std::map<consensus::Index, Waiting> proposals;
    std::map<std::uint64_t, std::size_t> reads;                   // by context
    std::multimap<consensus::Index, std::size_t> reads_to_serve;  // by index to be applied
    consensus::Index change = 0;                                  // proposed here, in this term
    consensus::Term change_term = 0;
    bool syncing = false;
    bool applying = false;
    std::uint64_t stalled_until_us = 0;
    std::uint64_t fuse = 0;  // effects until the node dies; 0: it does not
    std::uint64_t life = 0;
  };

  // Network and time.
  void plan(What what, Node* node, std::uint64_t after_us, std::uint32_t slot = 0);
  void plan_every(What what, std::uint64_t mean_us);
  void send(const consensus::Message& message);
  void put_under_way(const consensus::Message& message);
  void deliver(Node& node, std::uint32_t slot);

  // Nodes.
  [[nodiscard]] std::vector<consensus::NodeId> all_ids() const;
  Node& any() { return *nodes_[rng_.below(nodes_.size())]; }
  void start(Node& node);
  void crash(Node& node);
  void after_event(Node& node);
  bool carry_out(Node& node, consensus::Actions& actions);
  bool survives_effect(Node& node);
  void begin_sync(Node& node);
  void on_synced(Node& node);
  void on_apply(Node& node);
  void apply(Node& node, const consensus::Entry& entry);
  void configure(Node& node);
  void on_install(Node& node);
  void answer_proposals(Node& node, const consensus::Entry& entry);
  void take_reads(Node& node, const consensus::Actions& actions);
  void serve_reads(Node& node);
  void drop_clients(Node& node);

  // What happens to them.
  void on(const Planned& event);
  void on_trouble(const Planned& event);
  void on_operation();
  void on_partition();
  void on_change(Node& node);
  void on_fail_write(Node& node);
  void on_compact(Node& node);
  [[nodiscard]] consensus::Configuration draw_target();

  void watch();
  void heal();
  [[nodiscard]] bool has_settled();
  void trace(const std::string& text);

  Settings settings_;
  SeededRng rng_;
  Profile profile_;
  Judge judge_;
  Agenda agenda_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<consensus::Message> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::set<std::pair<consensus::NodeId, consensus::NodeId>> cuts_;
  bool healed_ = false;
  consensus::Index committed_at_heal_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t values_ = 0;
  std::uint64_t contexts_ = 0;
  std::uint64_t hash_ = 0;
};

}  // namespace sekisho::core_simulation
