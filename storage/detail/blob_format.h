// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "storage/blob_store.h"

// Rows of the blob store (docs/formats/storage.md).
namespace sekisho::storage::detail {

enum class BlobState : std::uint8_t {
  kReceiving = 1,  // pieces come in
  kHeld = 2,       // complete and checked
  kPurging = 3,    // to be destroyed; finished at the next start when interrupted
  kPurged = 4,     // the tombstone
};

struct BlobRow {
  BlobState state = BlobState::kReceiving;
  std::uint64_t size_bytes = 0;
  BlobOrigin origin{};  // empty in a tombstone
};

[[nodiscard]] Bytes blob_version_key();
[[nodiscard]] Bytes blob_row_prefix();
[[nodiscard]] Bytes blob_row_key(const Digest& blob_id);
[[nodiscard]] Result<Digest> decode_blob_row_key(BytesView key);
[[nodiscard]] Bytes blob_pieces_prefix(const Digest& blob_id);
[[nodiscard]] Bytes blob_piece_key(const Digest& blob_id, std::uint32_t piece);

// Without the record trailer.
[[nodiscard]] Bytes encode_blob_row(const BlobRow& row);
[[nodiscard]] Result<BlobRow> decode_blob_row(BytesView value);

// How a blob of this size is cut: piece count, and the size of one piece.
[[nodiscard]] std::uint32_t piece_count(std::uint64_t size_bytes);
[[nodiscard]] std::size_t piece_size(std::uint64_t size_bytes, std::uint32_t piece);

}  // namespace sekisho::storage::detail
