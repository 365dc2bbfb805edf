// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "node/base/result.h"

namespace sekisho::storage {

class DurableLog;
class LedgerStore;

// What is compared at start, in Raft indexes and block heights.
struct RecoveryState {
  std::uint64_t log_first_index = 1;
  std::uint64_t log_last_index = 0;
  std::uint64_t catch_up_index = 0;  // DurableLog::catch_up_index
  std::uint64_t applied_index = 0;   // LedgerHead::consensus_index
  std::uint64_t applied_height = 0;
  std::uint64_t attested_height = 0;  // newest own attestation, 0: none
  std::uint64_t attested_index = 0;   // Raft index of that block
};

// Do log and ledger fit together, and has neither gone backwards? kFailedPrecondition with the
// command to run when the disk lost what this node has promised; kCorrupt when the parts contradict
// each other in a way that no crash explains. Pure.
[[nodiscard]] Status check_recovery(const RecoveryState& state);

// Gathers and checks. Called once at start, after both are open and before the core is restored.
[[nodiscard]] Result<RecoveryState> inspect_recovery(const DurableLog& log,
                                                     const LedgerStore& ledger);

}  // namespace sekisho::storage
