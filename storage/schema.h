// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "node/base/bytes.h"
#include "storage/kv.h"

namespace sekisho::storage {

// Version of all formats in docs/formats/storage.md. One number for log, ledger and blobs.
inline constexpr std::uint32_t kSchemaVersion = 1;

// Whose store it is.
struct StoreOwner {
  Digest chain_id;
  std::uint64_t node_number = 0;

  bool operator==(const StoreOwner&) const = default;
};

// Reads the identity record of an opened store; false when the store is empty. Refuses with
// kFailedPrecondition, in a sentence that says what to do, a store of another chain, another node
// or another schema version, and a store that has rows but no identity. `name` as in
// RocksDbOptions.
[[nodiscard]] Result<bool> check_identity(const KvView& kv, std::string_view name,
                                          const StoreOwner& owner);

// Adds the identity record to the batch that initialises an empty store.
void put_identity(WriteBatch& batch, const StoreOwner& owner);

}  // namespace sekisho::storage
