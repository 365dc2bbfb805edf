// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "consensus/core.h"
#include "consensus/invariants.h"
#include "tests/linearizability/checker.h"
#include "tests/simulation/core/disk.h"

// What must hold in a run of cores, and what clients were told.
namespace sekisho::core_simulation {

inline constexpr std::size_t kRegisters = 3;

// What a node makes of the log: three registers, the membership, and a hash over all of it.
struct Machine {
  consensus::Index applied = 0;
  std::uint64_t chain = 0;
  std::array<std::uint64_t, kRegisters> registers{};
  consensus::Configuration configuration;
  consensus::Index configured_at = 0;  // entry that brought the configuration
};

// Payloads: "w", register, value in eight bytes; or "m" and three bit sets of node ids.
[[nodiscard]] Bytes write_payload(std::size_t key, std::uint64_t value);
[[nodiscard]] Bytes membership_payload(const consensus::Configuration& configuration);
[[nodiscard]] bool is_membership(BytesView payload);
[[nodiscard]] consensus::Configuration parse_membership(BytesView payload);
void apply_to(Machine& machine, const consensus::Entry& entry);

// One client's request. A write's index is its place in the log, a read's the index it was read at.
struct Operation {
  std::uint64_t called = 0;
  std::uint64_t returned = linearizability::kNever;
  bool is_write = false;
  bool is_void = false;  // known not to have happened, or a read nobody answered
  std::size_t key = 0;
  std::uint64_t value = 0;
  consensus::Index floor = 0;  // of what had been answered when it was called
};

class Judge {
 public:
  // At the start, the membership before any entry.
  explicit Judge(consensus::Configuration first) { configurations_[0] = std::move(first); }

  [[nodiscard]] std::size_t call(std::uint64_t now, bool is_write, std::size_t key,
                                 std::uint64_t value);
  void answer(std::size_t operation, std::uint64_t now, std::uint64_t value,
              consensus::Index index);
  void make_void(std::size_t operation) { operations_[operation].is_void = true; }
  [[nodiscard]] std::size_t key_of(std::size_t operation) const {
    return operations_[operation].key;
  }

  void on_core(const consensus::Core& core);
  void on_message(const consensus::Message& message, const Disk& disk,
                  const consensus::Options& options);
  void on_applied(consensus::NodeId node, const Machine& before, const Machine& after,
                  const consensus::Entry& entry);
  void on_disk(consensus::NodeId node, const Disk& disk);
  void on_cores(const std::vector<const consensus::Core*>& cores, std::size_t entries_max);
  // The node acts by `in_force` having applied up to `applied`.
  void on_configuration(consensus::NodeId node, consensus::Index applied,
                        const consensus::Configuration& in_force);
  void say(const std::string& what) { broken_.push_back(what); }
  // The answers as a whole: each register's history must be linearizable.
  void check_histories();

  [[nodiscard]] bool is_broken() const { return !broken_.empty(); }
  [[nodiscard]] const std::vector<std::string>& broken() const { return broken_; }
  [[nodiscard]] consensus::Index committed() const { return history_.committed_index(); }
  [[nodiscard]] std::size_t answered() const { return answered_; }
  [[nodiscard]] std::size_t gave_up() const { return gave_up_; }
  [[nodiscard]] const Machine& state_at(consensus::Index index) const {
    return states_.at(index - 1);
  }
  [[nodiscard]] bool knows_state(consensus::Index index) const { return index <= states_.size(); }

 private:
  void adopt(std::vector<std::string> broken);

  consensus::History history_;
  std::vector<Machine> states_;  // after each index, by index - 1
  std::map<consensus::Index, consensus::Configuration> configurations_;
  std::vector<Operation> operations_;
  consensus::Index answered_index_ = 0;
  std::size_t answered_ = 0;
  std::size_t gave_up_ = 0;
  std::vector<std::string> broken_;
};

}  // namespace sekisho::core_simulation
