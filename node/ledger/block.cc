// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/block.h"

#include <limits>

#include "node/base/check.h"
#include "node/crypto/hash.h"

namespace sekisho::ledger {
namespace {

constexpr BytesView kHeaderLabel{"sekisho/block/v1\0", 17};
constexpr std::size_t kHeaderSize = 17 + 32 + 8 + 32 + 8 + 8 + 8 + 4 + 32 + 32;
constexpr std::size_t kLeafSize = 8 + 8 + 8 + 2 + 32 + 32 + 16;
static_assert(kHeaderSize == 181);
static_assert(kLeafSize == 106);

}  // namespace

Bytes encode_header(const BlockHeader& header) {
  Bytes out;
  out.reserve(kHeaderSize);
  out.append(kHeaderLabel);
  out.append(header.chain_id.view());
  put_u64(out, header.height);
  out.append(header.previous_block_hash.view());
  put_u64(out, header.term);
  put_u64(out, header.block_time_ms);
  put_u64(out, header.first_index);
  put_u32(out, header.operation_count);
  out.append(header.log_root.view());
  out.append(header.state_root.view());
  CHECK(out.size() == kHeaderSize);
  return out;
}

Result<BlockHeader> decode_header(BytesView bytes) {
  ByteReader reader(bytes);
  TRY(const BytesView label, reader.take(kHeaderLabel.size()));
  if (label != kHeaderLabel) return fail(Code::kCorrupt, "not a block header");
  BlockHeader header;
  TRY(header.chain_id, reader.digest());
  TRY(header.height, reader.u64());
  TRY(header.previous_block_hash, reader.digest());
  TRY(header.term, reader.u64());
  TRY(header.block_time_ms, reader.u64());
  TRY(header.first_index, reader.u64());
  TRY(header.operation_count, reader.u32());
  TRY(header.log_root, reader.digest());
  TRY(header.state_root, reader.digest());
  TRY_STATUS(reader.finish());
  if (header.first_index > std::numeric_limits<std::uint64_t>::max() - header.operation_count) {
    return fail(Code::kCorrupt, "block header counts past the end");
  }
  return header;
}

Digest block_hash(const BlockHeader& header) { return crypto::sha256(encode_header(header)); }

Bytes encode_leaf(const OperationRecord& record) {
  Bytes out;
  out.reserve(kLeafSize);
  put_u64(out, record.index);
  put_u64(out, record.height);
  put_u64(out, record.block_time_ms);
  put_u16(out, record.verdict);
  out.append(record.operation_digest.view());
  out.append(record.author_key_id.view());
  out.append(record.operation_id.view());
  CHECK(out.size() == kLeafSize);
  return out;
}

}  // namespace sekisho::ledger
