// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/ledger/block.h"
#include "storage/kv.h"

namespace sekisho::storage::detail {

// Every row that one applied block adds or changes. CHECKs that the parts fit together: counts,
// consecutive indexes, each operation verbatim inside the body.
[[nodiscard]] WriteBatch make_block_batch(const ledger::AppliedBlock& block);

// State keys as rows.
void put_state_changes(WriteBatch& batch, const std::vector<ledger::StateChange>& changes);

}  // namespace sekisho::storage::detail
