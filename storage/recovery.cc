// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/recovery.h"

#include <string>

#include "storage/ledger_store.h"
#include "storage/log_store.h"

namespace sekisho::storage {
namespace {

constexpr const char* kRejoin =
    "; this disk has lost what the node has promised to others: do not start it again, empty the "
    "data directory and run `sekisho node join`";

Status check_ledger_alone(const RecoveryState& state) {
  if (state.attested_height > state.applied_height) {
    return fail(Code::kFailedPrecondition, "the ledger ends at block " +
                                               std::to_string(state.applied_height) +
                                               ", but this node has signed block " +
                                               std::to_string(state.attested_height) + kRejoin);
  }
  if (state.attested_index > state.applied_index) {
    return fail(Code::kCorrupt,
                "a signed block has a later log index than the newest block; "
                "restore a backup or join anew");
  }
  return {};
}

}  // namespace

Status check_recovery(const RecoveryState& state) {
  TRY_STATUS(check_ledger_alone(state));
  if (state.catch_up_index != 0 && state.applied_index <= state.catch_up_index) return {};
  if (state.applied_index > state.log_last_index) {
    return fail(Code::kFailedPrecondition, "the consensus log ends at entry " +
                                               std::to_string(state.log_last_index) +
                                               ", but the ledger holds the effects of entry " +
                                               std::to_string(state.applied_index) + kRejoin);
  }
  if (state.applied_index + 1 < state.log_first_index) {
    return fail(Code::kFailedPrecondition,
                "the ledger ends with entry " + std::to_string(state.applied_index) +
                    ", but the consensus log begins at entry " +
                    std::to_string(state.log_first_index) +
                    "; the ledger is older than the log, so restore both from one backup, or empty "
                    "the data directory and run `sekisho node join`");
  }
  return {};
}

Result<RecoveryState> inspect_recovery(const DurableLog& log, const LedgerStore& ledger) {
  const LedgerView view = ledger.view();
  TRY(const LedgerHead head, view.head());
  RecoveryState state;
  state.log_first_index = log.first_index();
  state.log_last_index = log.last_index();
  state.catch_up_index = log.catch_up_index();
  state.applied_index = head.consensus_index;
  state.applied_height = head.height;
  TRY(state.attested_height, view.attested_height());
  if (state.attested_height != 0 && state.attested_height <= head.height) {
    TRY(state.attested_index, view.consensus_index(state.attested_height));
  }
  TRY_STATUS(check_recovery(state));
  return state;
}

}  // namespace sekisho::storage
