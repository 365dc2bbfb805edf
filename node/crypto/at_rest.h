// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/base/secret.h"

namespace sekisho::crypto {

// The second lock on a stored blob: AES-256-GCM under a random key of the blob's own, kept apart
// from the data, so that destroying 32 bytes destroys the blob. The blob's bytes are cut into
// pieces of kAtRestChunkSize (the last may be shorter); each is sealed on its own and can be read
// on its own.
//
// nonce(12) = 00*3 || u64be chunk_no || u8 last;
// associated data = "sekisho/at-rest/v1" || 0x00 || blob_id(32) || u64be chunk_no || u8 last.
// The nonce is a counter: one key must never seal two different contents of one chunk_no. Since
// blob_id is the digest of the content, storing a blob twice under its key repeats the same bytes.
// Any thread.

inline constexpr std::size_t kAtRestKeySize = 32;
inline constexpr std::size_t kAtRestChunkSize = 64 * 1024;
inline constexpr std::size_t kAtRestOverhead = 16;  // the tag behind each piece

[[nodiscard]] Secret make_at_rest_key();

// CHECKs the sizes of key and chunk: both are ours.
[[nodiscard]] Bytes seal_chunk(const Secret& key, const Digest& blob_id, std::uint64_t chunk_no,
                               bool last, BytesView chunk);

// kCorrupt when the bytes are not what was sealed for this blob, place and last flag.
[[nodiscard]] Result<Bytes> open_chunk(const Secret& key, const Digest& blob_id,
                                       std::uint64_t chunk_no, bool last, BytesView sealed);

}  // namespace sekisho::crypto
