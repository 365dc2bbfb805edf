// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "node/crypto/hash.h"
#include "node/ledger/block.h"
#include "node/ledger/merkle.h"
#include "node/base/rng.h"
#include "proto/v1/block.pb.h"

namespace sekisho::storage {

// Builds blocks that extend each other, with random operations whose bytes mean nothing.
class ChainBuilder {
 public:
  explicit ChainBuilder(std::uint64_t seed) : rng_(seed) {
    chain_id_.bytes.fill(0xC1);
    head_hash_ = chain_id_;
  }

  [[nodiscard]] const Digest& chain_id() const { return chain_id_; }
  [[nodiscard]] std::uint64_t tree_size() const { return frontier_.size(); }
  [[nodiscard]] const ledger::Frontier& frontier() const { return frontier_; }

  // `terms`: one per operation.
  ledger::AppliedBlock next(std::vector<ledger::AuditTerms> terms,
                            std::size_t operation_size = 500) {
    ledger::AppliedBlock block;
    block.audit_terms = std::move(terms);
    block.header.chain_id = chain_id_;
    block.header.height = ++height_;
    block.header.previous_block_hash = head_hash_;
    block.header.term = 1 + height_ / 10;
    block.header.block_time_ms = time_ms_ += 1000;
    block.header.first_index = frontier_.size();
    block.header.operation_count = static_cast<std::uint32_t>(block.audit_terms.size());
    block.consensus_index = consensus_index_ += 2;
    add_operations(block, operation_size);
    block.header.log_root = frontier_.root();
    block.hash = head_hash_ = ledger::block_hash(block.header);
    return block;
  }
  ledger::AppliedBlock next(std::size_t count, std::size_t operation_size = 500) {
    return next(std::vector<ledger::AuditTerms>(count), operation_size);
  }

 private:
  void add_operations(ledger::AppliedBlock& block, std::size_t operation_size) {
    v1::BlockBody body;
    body.set_block_time_ms(block.header.block_time_ms);
    for (std::size_t i = 0; i < block.audit_terms.size(); ++i) {
      ledger::OperationRecord record;
      record.index = frontier_.size();
      record.height = block.header.height;
      record.block_time_ms = block.header.block_time_ms;
      record.verdict = static_cast<std::uint16_t>(rng_.below(5));
      record.signed_operation = rng_.bytes(operation_size);
      record.operation_digest = crypto::sha256(record.signed_operation);
      record.author_key_id.bytes.fill(static_cast<std::uint8_t>(rng_.below(4)));
      record.operation_id = rng_.id16();
      body.add_operations(record.signed_operation);
      frontier_.append(ledger::leaf_hash(ledger::encode_leaf(record)), block.tree_nodes);
      block.operations.push_back(std::move(record));
    }
    block.body = body.SerializeAsString();
  }

  SeededRng rng_;
  Digest chain_id_;
  Digest head_hash_;
  std::uint64_t height_ = 0;
  std::uint64_t time_ms_ = 1'700'000'000'000;
  std::uint64_t consensus_index_ = 0;
  ledger::Frontier frontier_;
};

inline bool same(const ledger::OperationRecord& a, const ledger::OperationRecord& b) {
  return ledger::encode_leaf(a) == ledger::encode_leaf(b) &&
         a.signed_operation == b.signed_operation;
}

}  // namespace sekisho::storage
