// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/ledger/genesis.h"

namespace sekisho::ledger {

// The JSON of a genesis document, without any check of what it says. Part of genesis.h.
[[nodiscard]] Bytes format_genesis_json(const Genesis& genesis);
[[nodiscard]] Result<Genesis> parse_genesis_json(BytesView bytes);

// The "policy" object of a genesis document on its own; its values are checked.
[[nodiscard]] Result<Policy> parse_policy_json(BytesView bytes);

}  // namespace sekisho::ledger
