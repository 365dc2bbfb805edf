// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "consensus/core.h"
#include "consensus/invariants.h"
#include "consensus/memory_log_store.h"
#include "node/base/rng.h"

namespace sekisho::consensus::test {

// Chance for scenarios that people read: election timers of ten ticks always draw the longest time.
class LongestTimeoutRng final : public Rng {
 public:
  std::uint64_t next_u64() override { return 10 * ++count_ + 9; }

 private:
  std::uint64_t count_ = 0;
};

// One member of a test cluster: a core, and the disk that outlives it.
struct Node {
  explicit Node(std::unique_ptr<Rng> chance) : rng(std::move(chance)) {}

  // What a crash leaves behind.
  MemoryLogStore disk;
  Index applied = 0;
  Configuration configuration;
  std::optional<SnapshotRef> snapshot;  // what it can offer

  // What a crash takes.
  std::optional<Core> core;
  std::deque<Persist> writes;  // taken from the core, not yet durable
  std::deque<Entry> to_apply;  // handed out, not yet applied
  std::optional<SnapshotRef> installing;

  std::unique_ptr<Rng> rng;
  bool disk_holds = false;   // writes wait for complete_writes
  bool apply_holds = false;  // entries wait for apply_all
};

// Cores on a network and disks that a test steers: nothing moves by itself but what `holds` flags
// let through at once. Every event is followed by the invariants; what they find is in `broken()`.
//
// An applied payload of the form "members 1,2,3 outgoing 1,2 learners 4" changes the membership.
class Cluster {
 public:
  // Called with a line for people when roles change, reads are answered and so on.
  using Note = std::function<void(const std::string&)>;

  // Seed 0 stands for LongestTimeoutRng.
  Cluster(const Options& options, Configuration configuration, std::uint64_t seed);

  void set_note(Note note) { note_ = std::move(note); }
  void set_invariants(bool on) { check_invariants_ = on; }

  [[nodiscard]] Node& node(NodeId id) { return *nodes_.at(id); }
  [[nodiscard]] Core& core(NodeId id) { return *node(id).core; }
  [[nodiscard]] bool is_up(NodeId id) { return node(id).core.has_value(); }
  [[nodiscard]] std::vector<NodeId> ids() const;
  void add_node(NodeId id);

  // Events. Each routes what comes of it.
  Status tick(NodeId id);
  Result<Proposed> propose(NodeId id, std::vector<Bytes> payloads);
  Status read(NodeId id, std::uint64_t context);
  Status transfer(NodeId id, NodeId to);
  Status configure(NodeId id, Configuration configuration);
  void inject(const Message& message) { network_.push_back(message); }
  // Delivers, or loses, or repeats the message at `position` of the network.
  void deliver(std::size_t position);
  void lose(std::size_t position);
  void repeat(std::size_t position);
  // The oldest `count` writes become durable; the core hears once of the newest.
  void complete_writes(NodeId id, std::size_t count);
  void fail_write(NodeId id);
  void apply_all(NodeId id);
  void compact(NodeId id);
  void install(NodeId id);
  // The node loses its memory; the oldest `survivors` writes had reached the disk without a word.
  void crash(NodeId id, std::size_t survivors = 0);
  Status restart(NodeId id);

  // One-way cuts; a message over a cut link is lost at delivery.
  void cut(NodeId from, NodeId to) { cuts_.insert({from, to}); }
  void heal() { cuts_.clear(); }
  [[nodiscard]] bool is_cut(NodeId from, NodeId to) const { return cuts_.contains({from, to}); }

  [[nodiscard]] const std::deque<Message>& network() const { return network_; }
  // Delivers until nothing is under way. Disks and apply queues that hold keep holding.
  void run_until_quiet();

  [[nodiscard]] const std::vector<std::string>& broken() const { return broken_; }
  [[nodiscard]] const History& history() const { return history_; }
  // "1 leader t1 vote=1 commit=2 applied=2 log=[1/1 2/1]", entries not yet durable behind a bar.
  [[nodiscard]] std::string describe(NodeId id);
  void check_all();

 private:
  void route(NodeId id);
  void take(NodeId id, Actions& actions);
  void observe(NodeId id);
  void apply(NodeId id, const Entry& entry);
  void note(NodeId id, const std::string& text);
  void note_reads(NodeId id, const Actions& actions);
  void check_reads(NodeId id, const Actions& actions);

  Options options_;
  Configuration first_configuration_;
  std::uint64_t seed_;
  std::map<NodeId, std::unique_ptr<Node>> nodes_;
  std::deque<Message> network_;
  std::set<std::pair<NodeId, NodeId>> cuts_;
  std::map<Index, Configuration> configurations_;                  // by the entry that brought them
  std::map<std::pair<NodeId, std::uint64_t>, Index> read_floors_;  // committed when asked
  History history_;
  std::vector<std::string> broken_;
  Note note_;
  bool check_invariants_ = true;
};

// "members 1,2,3 outgoing 1,2 learners 4"; nullopt for any other payload.
[[nodiscard]] std::optional<Configuration> parse_members(BytesView payload);

}  // namespace sekisho::consensus::test
