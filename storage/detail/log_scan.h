// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "consensus/types.h"
#include "storage/detail/log_tail.h"
#include "storage/kv.h"

namespace sekisho::storage::detail {

// Reads every entry behind `base` into `tail`, checking checksums, indexes and terms. kCorrupt
// tells a damaged end from damage in the middle.
[[nodiscard]] Status load_log(const KvView& kv, const LogBase& base, LogTail& tail);

// kCorrupt when the hard state promises more than the log holds.
[[nodiscard]] Status check_hard_state(const consensus::HardState& state, const LogTail& tail);

// Entries first..last from disk, ascending, until `take` says false. kCorrupt when one is missing
// or damaged.
[[nodiscard]] Status read_entries(const KvView& kv, consensus::Index first, consensus::Index last,
                                  const std::function<bool(const consensus::Entry&)>& take);

}  // namespace sekisho::storage::detail
