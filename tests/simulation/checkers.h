// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "consensus/invariants.h"
#include "node/ledger/block.h"
#include "node/replica/types.h"
#include "node/state/reader.h"
#include "node/state/store.h"

namespace sekisho::simulation {

// What must hold over a whole run, crashes included. Told of everything as it happens; the
// sentences it collects are the defects found.
class Checkers {
 public:
  explicit Checkers(std::uint64_t nodes) : majority_(nodes / 2 + 1) {}

  // Consensus: one leader a term, committed stays committed, applied alike.
  void observe(const consensus::Core& core);
  // Blocks are equal at equal height, states are sane, no edge of an exchange is illegal.
  void applied(std::uint64_t node, const ledger::AppliedBlock& block, const state::Reader& state);
  // A signed head leaves a node: never two at one height, never of a block that is not stored.
  void attested(std::uint64_t node, BytesView note);
  // A certificate means that a majority has the block on disk.
  void certified(std::uint64_t node, std::uint64_t height);
  // A node came back and stands here: nothing that it said or stored is gone.
  void restarted(std::uint64_t node, std::uint64_t height, const Digest& hash);
  // A client was told so; `id` is the operation's.
  void answered(const Id16& id, const Digest& digest, const replica::OperationStatus& status);
  // A read begun when `known_height` was certified somewhere was answered.
  void read(std::uint64_t height, std::uint64_t known_height);
  void violation(std::string what) { broken_.push_back(std::move(what)); }
  // At the end: final answers against the chain.
  void finish();

  [[nodiscard]] const std::vector<std::string>& broken() const { return broken_; }
  [[nodiscard]] std::uint64_t height() const { return blocks_.size(); }
  [[nodiscard]] std::uint64_t certified_height() const { return certified_height_; }
  [[nodiscard]] std::uint64_t operations() const { return operations_; }
  // On the ledger with a verdict that spends the id; for the workload's own count.
  [[nodiscard]] std::optional<ledger::OperationRecord> find(const Id16& id) const;

 private:
  void check_state(const ledger::AppliedBlock& block, const state::Reader& state);

  struct NodeFacts {
    std::uint64_t stored_height = 0;
    std::map<std::uint64_t, std::string> signed_texts;  // by height
  };

  std::size_t majority_;
  consensus::History history_;
  std::map<std::uint64_t, NodeFacts> nodes_;
  std::vector<Digest> blocks_;                       // height - 1
  std::map<Id16, ledger::OperationRecord> records_;  // without the bytes
  std::map<Id16, replica::OperationStatus> finals_;
  std::uint64_t operations_ = 0;
  std::uint64_t certified_height_ = 0;
  state::Store previous_;  // state after the newest block
  std::vector<std::string> broken_;
};

}  // namespace sekisho::simulation
