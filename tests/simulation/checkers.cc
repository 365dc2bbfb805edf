// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/checkers.h"

#include <algorithm>

#include "node/crypto/note.h"
#include "node/ledger/checkpoint.h"
#include "node/ledger/verdict.h"
#include "node/state/invariants.h"

namespace sekisho::simulation {
namespace {

std::string at(std::uint64_t node, std::uint64_t height) {
  return "node " + std::to_string(node) + " block " + std::to_string(height);
}

void copy_state(const state::Reader& from, state::Store& to) {
  to = state::Store();
  from.scan({}, {}, [&to](BytesView key, BytesView value) {
    to.put(Bytes(key), Bytes(value));
    return true;
  });
  to.set_height(from.height());
  static_cast<void>(to.take_changes());
}

}  // namespace

void Checkers::observe(const consensus::Core& core) {
  for (std::string& what : history_.observe(core)) violation("consensus: " + what);
  for (std::string& what : consensus::broken_in(core)) violation("consensus: " + what);
}

void Checkers::applied(std::uint64_t node, const ledger::AppliedBlock& block,
                       const state::Reader& state) {
  const std::uint64_t height = block.header.height;
  NodeFacts& facts = nodes_[node];
  facts.stored_height = std::max(facts.stored_height, height);
  if (height <= blocks_.size()) {
    if (blocks_[height - 1] != block.hash)
      violation(at(node, height) + " differs from the first seen");
    return;
  }
  if (height != blocks_.size() + 1) return violation(at(node, height) + " skips a height");
  blocks_.push_back(block.hash);
  for (const ledger::OperationRecord& record : block.operations) {
    if (record.index != operations_++) violation(at(node, height) + " skips an index");
    if (!ledger::claims_operation_id(static_cast<ledger::Verdict>(record.verdict))) continue;
    ledger::OperationRecord kept = record;
    kept.signed_operation.clear();
    if (!records_.emplace(record.operation_id, kept).second)
      violation("operation id spent twice, second time in " + at(node, height));
  }
  check_state(block, state);
}

void Checkers::check_state(const ledger::AppliedBlock& block, const state::Reader& state) {
  for (const std::string& what : state::broken_invariants(state))
    violation("state after block " + std::to_string(block.header.height) + ": " + what);
  if (block.header.height > 1) {
    for (const std::string& what : state::broken_transitions(previous_, state))
      violation("step to block " + std::to_string(block.header.height) + ": " + what);
  }
  copy_state(state, previous_);
}

void Checkers::attested(std::uint64_t node, BytesView bytes) {
  const auto note = crypto::parse_note(bytes);
  if (!note) return violation("an unreadable note left node " + std::to_string(node));
  if (note->signatures.size() != 1) return;  // a certificate, made of others' words
  const auto checkpoint = ledger::parse_checkpoint(note->text);
  if (!checkpoint) return violation("no checkpoint left node " + std::to_string(node));
  NodeFacts& facts = nodes_[node];
  if (checkpoint->height > facts.stored_height)
    violation(at(node, checkpoint->height) + " was attested before it was stored");
  const auto known = facts.signed_texts.emplace(checkpoint->height, note->text).first;
  if (known->second != note->text)
    violation(at(node, checkpoint->height) + " was signed in two forms");
}

void Checkers::certified(std::uint64_t node, std::uint64_t height) {
  const auto stored = static_cast<std::size_t>(
      std::count_if(nodes_.begin(), nodes_.end(),
                    [height](const auto& entry) { return entry.second.stored_height >= height; }));
  if (stored < majority_)
    violation(at(node, height) + " was certified while " + std::to_string(stored) +
              " nodes had it");
  certified_height_ = std::max(certified_height_, height);
}

void Checkers::restarted(std::uint64_t node, std::uint64_t height, const Digest& hash) {
  NodeFacts& facts = nodes_[node];
  if (height < facts.stored_height)
    violation(at(node, facts.stored_height) + " was stored and is gone");
  if (!facts.signed_texts.empty() && height < facts.signed_texts.rbegin()->first)
    violation(at(node, facts.signed_texts.rbegin()->first) + " was signed and is gone");
  if (height != 0 && height <= blocks_.size() && blocks_[height - 1] != hash)
    violation(at(node, height) + " came back from disk different");
  facts.stored_height = std::max(facts.stored_height, height);
}

void Checkers::answered(const Id16& id, const Digest& digest,
                        const replica::OperationStatus& status) {
  const std::string name = "operation " + id.hex();
  const bool on_ledger = status.stage == replica::OperationStage::kCommitted ||
                         status.stage == replica::OperationStage::kAttested;
  const auto record = records_.find(id);
  if (on_ledger) {
    if (record == records_.end()) return violation(name + " was reported but is on no ledger");
    const ledger::OperationRecord& truth = record->second;
    if (truth.index != status.index || truth.verdict != status.verdict ||
        truth.height != status.height || truth.operation_digest != status.digest ||
        status.digest != digest)
      violation(name + " was reported otherwise than the ledger has it");
  }
  if (!status.is_final()) return;
  if (on_ledger && status.height > status.certified_height)
    violation(name + " was called attested above the certified height");
  const auto [known, first] = finals_.emplace(id, status);
  if (!first && known->second.stage != status.stage) violation(name + " got two final answers");
}

void Checkers::read(std::uint64_t height, std::uint64_t known_height) {
  if (height < known_height)
    violation("a linearizable read at block " + std::to_string(height) + " missed block " +
              std::to_string(known_height));
}

void Checkers::finish() {
  for (const auto& [id, status] : finals_) {
    const bool on_ledger = records_.contains(id);
    if (status.stage == replica::OperationStage::kExpired && on_ledger)
      violation("operation " + id.hex() + " was called expired and is on the ledger");
  }
}

std::optional<ledger::OperationRecord> Checkers::find(const Id16& id) const {
  const auto found = records_.find(id);
  if (found == records_.end()) return std::nullopt;
  return found->second;
}

}  // namespace sekisho::simulation
