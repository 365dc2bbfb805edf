// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "node/base/bytes.h"
#include "node/base/secret.h"

// Slots of the at-rest key file (docs/formats/storage.md).
namespace sekisho::storage::detail {

inline constexpr std::size_t kKeySlotSize = 128;  // divides a disk sector, so a write is not torn

// The file's first slot: proves that the node key is the one the file was made under.
[[nodiscard]] Bytes make_key_file_head(const Secret& node_key);
// kCorrupt when it is damaged, kUnauthenticated under another node key.
[[nodiscard]] Status check_key_file_head(BytesView head, const Secret& node_key);

// One sealed key, bound to its place in the file.
[[nodiscard]] Bytes seal_key_slot(const Secret& node_key, std::uint64_t slot, const Digest& blob_id,
                                  const Secret& key);
// Whose key it holds; nothing when the slot is free; kCorrupt.
[[nodiscard]] Result<std::optional<Digest>> decode_key_slot(std::uint64_t slot, BytesView bytes);
// kCorrupt when it was not sealed under this node key for this blob.
[[nodiscard]] Result<Secret> open_key_slot(const Secret& node_key, std::uint64_t slot,
                                           const Digest& blob_id, BytesView bytes);

}  // namespace sekisho::storage::detail
