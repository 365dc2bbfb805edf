// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/ledger/block.h"

// Rows of the ledger store (docs/formats/storage.md). Values are given without the record trailer.
namespace sekisho::storage::detail {

// A body is cut into pieces, so that reading one operation does not read a whole block.
inline constexpr std::size_t kBodyPieceSize = 32 * 1024;
// Operations described by one row.
inline constexpr std::size_t kOperationsPerRow = 256;
// Tree nodes are stored at every fourth level; those between are computed from at most eight.
inline constexpr std::uint8_t kTreeLevelStep = 4;
inline constexpr std::size_t kMemberIdSizeMax = 255;

[[nodiscard]] Bytes head_key();
[[nodiscard]] Bytes header_key(std::uint64_t height);
[[nodiscard]] Bytes body_prefix(std::uint64_t height);
[[nodiscard]] Bytes body_key(std::uint64_t height, std::size_t piece);
[[nodiscard]] Bytes operations_prefix();
[[nodiscard]] Bytes operations_key(std::uint64_t first_index);
[[nodiscard]] Bytes tree_prefix(std::uint8_t level);
[[nodiscard]] Bytes tree_key(std::uint8_t level, std::uint64_t position);
[[nodiscard]] Bytes operation_id_prefix(const Id16& operation_id);
[[nodiscard]] Bytes operation_id_key(const Id16& operation_id, std::uint64_t index);
[[nodiscard]] Bytes exchange_prefix(const Id16& exchange_id);
[[nodiscard]] Bytes member_prefix(std::string_view member_id);
[[nodiscard]] Bytes state_prefix();
[[nodiscard]] Bytes state_key(BytesView key);
[[nodiscard]] Bytes attestation_prefix();
[[nodiscard]] Bytes attestation_key(std::uint64_t height);
[[nodiscard]] Bytes certificate_prefix();
[[nodiscard]] Bytes certificate_key(std::uint64_t height);
// The u64 that ends the key.
[[nodiscard]] Result<std::uint64_t> last_u64(BytesView key);

// The row of one block.
struct BlockRow {
  ledger::BlockHeader header;
  std::uint64_t consensus_index = 0;
  std::uint32_t body_size = 0;
};
[[nodiscard]] Bytes encode_block_row(const BlockRow& row);
[[nodiscard]] Result<BlockRow> decode_block_row(BytesView value);

// The head row: where the ledger stands.
struct HeadRow {
  std::uint64_t height = 0;
  std::uint64_t consensus_index = 0;
  Digest hash;
};
[[nodiscard]] Bytes encode_head_row(const HeadRow& row);
[[nodiscard]] Result<HeadRow> decode_head_row(BytesView value);

// One operation inside an operations row; its bytes are body[offset, offset + size).
struct OperationEntry {
  std::uint16_t verdict = 0;
  std::uint32_t offset = 0;
  std::uint32_t size_bytes = 0;
  Digest author_key_id;
  Id16 operation_id;
};
// Consecutive operations of one block. Key ids are kept once.
struct OperationsRow {
  std::uint64_t height = 0;
  std::uint64_t block_time_ms = 0;
  std::vector<OperationEntry> entries;
};
[[nodiscard]] Bytes encode_operations_row(const OperationsRow& row);
[[nodiscard]] Result<OperationsRow> decode_operations_row(BytesView value);

// Places relative to the number that ends the key, ascending.
[[nodiscard]] Bytes encode_offsets(const std::vector<std::uint16_t>& offsets);
[[nodiscard]] Result<std::vector<std::uint16_t>> decode_offsets(BytesView value);

struct AttestationRow {
  Digest hash;
  Bytes note;
};
[[nodiscard]] Bytes encode_attestation_row(const AttestationRow& row);
[[nodiscard]] Result<AttestationRow> decode_attestation_row(BytesView value);

}  // namespace sekisho::storage::detail
