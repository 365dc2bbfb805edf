// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/detail/block_batch.h"

#include <algorithm>
#include <map>
#include <utility>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/ledger/verdict.h"
#include "storage/detail/ledger_format.h"
#include "storage/record.h"

namespace sekisho::storage::detail {
namespace {

using ledger::AppliedBlock;
using ledger::OperationRecord;

void put_header(WriteBatch& batch, const AppliedBlock& block) {
  const std::uint64_t height = block.header.height;
  const auto body_size = static_cast<std::uint32_t>(block.body.size());
  put_record(batch, header_key(height),
             encode_block_row({block.header, block.consensus_index, body_size}));
  put_record(batch, head_key(), encode_head_row({height, block.consensus_index, block.hash}));
}

void put_body(WriteBatch& batch, const AppliedBlock& block) {
  const BytesView body = block.body;
  for (std::size_t at = 0; at < body.size(); at += kBodyPieceSize) {
    put_record(batch, body_key(block.header.height, at / kBodyPieceSize),
               Bytes(body.substr(at, kBodyPieceSize)));
  }
}

OperationEntry describe(const OperationRecord& record, std::size_t offset) {
  return {record.verdict, static_cast<std::uint32_t>(offset),
          static_cast<std::uint32_t>(record.signed_operation.size()), record.author_key_id,
          record.operation_id};
}

void put_operations(WriteBatch& batch, const AppliedBlock& block) {
  std::size_t cursor = 0;
  OperationsRow row{block.header.height, block.header.block_time_ms, {}};
  std::uint64_t row_first = block.header.first_index;
  for (const OperationRecord& record : block.operations) {
    CHECK(record.index == row_first + row.entries.size());
    // Bytes that are equal elsewhere in the body serve as well: what counts is that they are equal.
    const std::size_t offset = block.body.find(record.signed_operation, cursor);
    CHECK(offset != Bytes::npos);
    cursor = offset + record.signed_operation.size();
    row.entries.push_back(describe(record, offset));
    // Junk that carries another's operation id must not stand in its place.
    if (ledger::claims_operation_id(static_cast<ledger::Verdict>(record.verdict))) {
      put_record(batch, operation_id_key(record.operation_id, record.index), {});
    }
    if (row.entries.size() < kOperationsPerRow) continue;
    put_record(batch, operations_key(row_first), encode_operations_row(row));
    row_first += row.entries.size();
    row.entries.clear();
  }
  if (!row.entries.empty()) {
    put_record(batch, operations_key(row_first), encode_operations_row(row));
  }
}

void put_tree(WriteBatch& batch, const AppliedBlock& block) {
  struct Run {
    std::uint64_t first = 0;
    Bytes hashes;
  };
  std::map<std::uint8_t, Run> levels;
  for (const ledger::TreeNode& node : block.tree_nodes) {
    if (node.level % kTreeLevelStep != 0) continue;
    Run& run = levels.try_emplace(node.level, Run{node.position, {}}).first->second;
    CHECK(node.position == run.first + run.hashes.size() / Digest::kSize);
    run.hashes.append(node.hash.view());
  }
  for (auto& [level, run] : levels) {
    put_record(batch, tree_key(level, run.first), std::move(run.hashes));
  }
}

using Offsets = std::vector<std::uint16_t>;

void note(Offsets& offsets, std::uint16_t offset) {
  if (offsets.empty() || offsets.back() != offset) offsets.push_back(offset);
}

void put_offsets(WriteBatch& batch, Bytes key, std::uint64_t first_index, const Offsets& offsets) {
  put_u64(key, first_index);
  put_record(batch, std::move(key), encode_offsets(offsets));
}

void put_indexes(WriteBatch& batch, const AppliedBlock& block) {
  std::map<Id16, Offsets> exchanges;
  std::map<std::string, Offsets> members;
  for (std::size_t i = 0; i < block.audit_terms.size(); ++i) {
    const auto offset = static_cast<std::uint16_t>(i);
    const ledger::AuditTerms& terms = block.audit_terms[i];
    if (!terms.exchange_id.is_zero()) note(exchanges[terms.exchange_id], offset);
    for (const std::string& member : terms.members) note(members[member], offset);
  }
  const std::uint64_t first = block.header.first_index;
  for (const auto& [id, offsets] : exchanges) {
    put_offsets(batch, exchange_prefix(id), first, offsets);
  }
  for (const auto& [id, offsets] : members) put_offsets(batch, member_prefix(id), first, offsets);
}

}  // namespace

void put_state_changes(WriteBatch& batch, const std::vector<ledger::StateChange>& changes) {
  for (const ledger::StateChange& change : changes) {
    if (change.deleted) {
      batch.remove(state_key(change.key));
    } else {
      put_record(batch, state_key(change.key), change.value);
    }
  }
}

WriteBatch make_block_batch(const AppliedBlock& block) {
  CHECK(block.operations.size() == block.header.operation_count);
  CHECK(block.audit_terms.size() == block.operations.size());
  CHECK(block.operations.size() <= limits::kBlockOperationsMax);
  CHECK(block.body.size() <= limits::kBlockSizeMax);
  WriteBatch batch;
  put_header(batch, block);
  put_body(batch, block);
  put_operations(batch, block);
  put_tree(batch, block);
  put_indexes(batch, block);
  put_state_changes(batch, block.state_changes);
  // The database's memtable finds the place of a key fastest next to that of the key before.
  std::sort(batch.changes.begin(), batch.changes.end(),
            [](const auto& a, const auto& b) { return a.key < b.key; });
  return batch;
}

}  // namespace sekisho::storage::detail
