// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/detail/blob_format.h"

#include <algorithm>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/crypto/at_rest.h"

namespace sekisho::storage::detail {
namespace {

constexpr std::uint64_t kPieceSize = crypto::kAtRestChunkSize;

}  // namespace

Bytes blob_version_key() { return "V"; }
Bytes blob_row_prefix() { return "i"; }
Bytes blob_row_key(const Digest& blob_id) { return "i" + Bytes(blob_id.view()); }
Bytes blob_pieces_prefix(const Digest& blob_id) { return "d" + Bytes(blob_id.view()); }

Result<Digest> decode_blob_row_key(BytesView key) {
  return Digest::from_bytes(key.substr(std::min(key.size(), blob_row_prefix().size())));
}

Bytes blob_piece_key(const Digest& blob_id, std::uint32_t piece) {
  Bytes key = blob_pieces_prefix(blob_id);
  put_u32(key, piece);
  return key;
}

Bytes encode_blob_row(const BlobRow& row) {
  Bytes value;
  put_u8(value, static_cast<std::uint8_t>(row.state));
  put_u64(value, row.size_bytes);
  put_u64(value, row.origin.since_ms);
  put_sized(value, row.origin.member_id);
  return value;
}

Result<BlobRow> decode_blob_row(BytesView value) {
  ByteReader reader(value);
  BlobRow row;
  TRY(const std::uint8_t state, reader.u8());
  TRY(row.size_bytes, reader.u64());
  TRY(row.origin.since_ms, reader.u64());
  TRY(const BytesView member_id, reader.sized(limits::kNameMax));
  row.origin.member_id = std::string(member_id);
  TRY_STATUS(reader.finish());
  const bool known = state >= static_cast<std::uint8_t>(BlobState::kReceiving) &&
                     state <= static_cast<std::uint8_t>(BlobState::kPurged);
  if (!known || row.size_bytes > limits::kBlobSizeMax) {
    return fail(Code::kCorrupt, "a blob's record is not as this program writes it");
  }
  row.state = static_cast<BlobState>(state);
  return row;
}

std::uint32_t piece_count(std::uint64_t size_bytes) {
  return static_cast<std::uint32_t>((size_bytes + kPieceSize - 1) / kPieceSize);
}

std::size_t piece_size(std::uint64_t size_bytes, std::uint32_t piece) {
  CHECK(piece < piece_count(size_bytes));
  return static_cast<std::size_t>(std::min(kPieceSize, size_bytes - piece * kPieceSize));
}

}  // namespace sekisho::storage::detail
