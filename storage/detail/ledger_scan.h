// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "storage/detail/ledger_format.h"
#include "storage/kv.h"
#include "storage/ledger_store.h"

// Look-ups that walk rows of the ledger store. Any thread.
namespace sekisho::storage::detail {

struct FoundOperations {
  std::uint64_t first_index = 0;
  OperationsRow row;  // covers the index that was asked for
};
// kNotFound behind the last operation.
[[nodiscard]] Result<FoundOperations> find_operations_row(const KvView& view, std::uint64_t index);

// Consecutive stored nodes of one stored level. kNotFound unless all are there.
[[nodiscard]] Result<std::vector<Digest>> read_tree_nodes(const KvView& view, std::uint8_t level,
                                                          std::uint64_t position,
                                                          std::size_t count);

// The number that ends the first key with this prefix.
[[nodiscard]] Result<std::optional<std::uint64_t>> first_number(const KvView& view,
                                                                BytesView prefix);

// Operation indexes from rows of offsets under `prefix`.
[[nodiscard]] Result<IndexPage> read_index_page(const KvView& view, const Bytes& prefix,
                                                std::uint64_t from, std::size_t count_max);

}  // namespace sekisho::storage::detail
