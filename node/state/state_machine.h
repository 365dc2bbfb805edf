// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/ledger/block.h"
#include "node/ledger/genesis.h"
#include "node/ledger/merkle.h"
#include "node/ledger/operation.h"
#include "node/ledger/verdict.h"
#include "node/state/reader.h"
#include "node/state/signature_verifier.h"
#include "node/state/sparse_tree.h"
#include "node/state/store.h"

namespace sekisho::state {

// The keys that the genesis document puts into the state, ascending: the same at every node.
[[nodiscard]] std::vector<ledger::StateChange> genesis_state(
    const ledger::GenesisDocument& genesis);

// The ledger's deterministic core: the same bodies in the same order give the same verdicts, roots
// and hashes at every node. No clock, no chance, no disk. Core thread only.
class StateMachine final : public Reader {
 public:
  // At height 0.
  explicit StateMachine(const ledger::GenesisDocument& genesis);
  // At the height of `head`, from the state, the header and the log tree nodes as they were stored.
  // kCorrupt when they do not belong together: the roots are computed anew and compared.
  static Result<std::unique_ptr<StateMachine>> restore(const Reader& stored,
                                                       const ledger::BlockHeader& head,
                                                       const ledger::TreeNodeReader& nodes);

  // Applies one committed log entry as the next block. Total: any body bytes give the same block at
  // every node; a body that does not parse or breaks a bound is a block without operations at the
  // previous block's time plus one.
  [[nodiscard]] ledger::AppliedBlock apply_block(std::uint64_t term, std::uint64_t consensus_index,
                                                 BytesView body, const SignatureVerifier& verifier);

  // The verdict the operation would get as the only one of a block at this time; changes nothing.
  // For admission, before ordering.
  [[nodiscard]] ledger::Verdict dry_run(const ledger::ParsedOperation& operation,
                                        std::uint64_t block_time_ms,
                                        const SignatureVerifier& verifier);

  [[nodiscard]] std::optional<Bytes> get(BytesView key) const override;
  void scan(BytesView prefix, BytesView from,
            const std::function<bool(BytesView key, BytesView value)>& visit) const override;
  [[nodiscard]] std::uint64_t height() const override { return head_.height; }

  // The id stands on the ledger and its operation may still be valid. One that is not spent is free
  // for every operation whose valid_until is not over.
  [[nodiscard]] bool spent(const Id16& operation_id) const {
    return spent_ids_.contains(operation_id);
  }

  [[nodiscard]] const Digest& chain_id() const { return head_.chain_id; }
  // Of the last block; at height 0 only chain_id, roots and the genesis time are meaningful.
  [[nodiscard]] const ledger::BlockHeader& head() const { return head_; }
  [[nodiscard]] const Digest& head_hash() const { return head_hash_; }
  [[nodiscard]] std::uint64_t tree_size() const { return frontier_.size(); }
  // Proof for this key, present or not, against head().state_root.
  [[nodiscard]] StateProof prove(BytesView key) const;

 private:
  StateMachine() = default;
  void load_dedup();
  void rebuild_tree();
  void begin_block(std::uint64_t block_time_ms);
  ledger::Verdict judge(const ledger::ParsedOperation& operation, std::uint64_t index,
                        std::uint64_t block_time_ms, const SignatureVerifier& verifier,
                        ledger::AuditTerms& terms);
  void apply_operation(Bytes signed_operation, ledger::AppliedBlock& block,
                       const SignatureVerifier& verifier);
  void finish_block(std::uint64_t term, ledger::AppliedBlock& block);

  Store store_;
  SparseTree tree_;
  ledger::Frontier frontier_;
  std::set<Id16> spent_ids_;     // what the dedup window holds
  std::vector<Id16> block_ids_;  // spent by the block being applied
  std::uint64_t block_valid_until_max_ms_ = 0;
  ledger::BlockHeader head_;
  Digest head_hash_;
};

}  // namespace sekisho::state
