// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/base/bytes.h"

namespace sekisho::ledger {

// What every node computes for a block and signs the hash of. Exact layout (design.md 4.3,
// docs/formats.md).
struct BlockHeader {
  Digest chain_id;
  std::uint64_t height = 0;    // first block is 1
  Digest previous_block_hash;  // chain_id for height 1
  std::uint64_t term = 0;
  std::uint64_t block_time_ms = 0;  // ledger time; strictly increasing
  std::uint64_t first_index = 0;  // index of the first operation of this block; the first ever is 0
  std::uint32_t operation_count = 0;
  Digest log_root;    // RFC 6962 tree head after this block
  Digest state_root;  // sparse Merkle tree root after this block

  bool operator==(const BlockHeader&) const = default;
  [[nodiscard]] std::uint64_t tree_size() const { return first_index + operation_count; }
};

// "sekisho/block/v1" 0x00 … as in the design; fixed size.
[[nodiscard]] Bytes encode_header(const BlockHeader& header);
[[nodiscard]] Result<BlockHeader> decode_header(BytesView bytes);
// SHA-256 of encode_header.
[[nodiscard]] Digest block_hash(const BlockHeader& header);

// One operation with its place and outcome.
struct OperationRecord {
  std::uint64_t index = 0;
  std::uint64_t height = 0;
  std::uint64_t block_time_ms = 0;
  std::uint16_t verdict = 0;  // ledger::Verdict
  Digest operation_digest;    // SHA-256 of signed_operation
  Digest author_key_id;
  Id16 operation_id;
  Bytes signed_operation;  // as ordered
};

// Leaf data of the log tree: 106 bytes, exact.
[[nodiscard]] Bytes encode_leaf(const OperationRecord& record);

// A complete subtree of the log tree: covers leaves [position << level, (position + 1) << level).
struct TreeNode {
  std::uint8_t level = 0;
  std::uint64_t position = 0;
  Digest hash;
};

// The operation's words in the audit indexes: the exchange it belongs to (zero if none) and the
// members concerned.
struct AuditTerms {
  Id16 exchange_id;
  std::vector<std::string> members;
};

// One key of the state after a block; `deleted` keys are gone.
struct StateChange {
  Bytes key;
  Bytes value;
  bool deleted = false;
};

// Everything that applying one block produced, to be stored in one atomic write.
struct AppliedBlock {
  BlockHeader header;
  Digest hash;
  std::uint64_t consensus_index = 0;  // the Raft entry
  Bytes body;                         // serialised BlockBody as replicated
  std::vector<OperationRecord> operations;
  std::vector<AuditTerms> audit_terms;     // one per operation
  std::vector<TreeNode> tree_nodes;        // completed by this block, leaves (level 0) included
  std::vector<StateChange> state_changes;  // ascending by key
};

}  // namespace sekisho::ledger
