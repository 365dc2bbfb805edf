// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "node/config.h"
#include "node/ledger/genesis.h"
#include "node/state/state_machine.h"
#include "storage/blob_store.h"
#include "storage/data_directory.h"
#include "storage/kv.h"
#include "storage/ledger_store.h"
#include "storage/log_store.h"

namespace sekisho {

// Everything a node keeps on disk, opened and checked against each other, and the state machine at
// the ledger's head. Declared in the order in which it must be destroyed backwards.
struct Stores {
  std::unique_ptr<storage::DataDirectory> directory;  // holds the lock
  std::unique_ptr<storage::Kv> log_kv;
  std::unique_ptr<storage::Kv> ledger_kv;
  std::unique_ptr<storage::Kv> jobs_kv;
  std::unique_ptr<storage::BlobStore> blobs;
  std::unique_ptr<storage::DurableLog> log;
  std::unique_ptr<storage::LedgerStore> ledger;
  std::unique_ptr<state::StateMachine> state;
};

// Errors say which store, what is wrong with it and what to do; nothing is changed on a refusal.
[[nodiscard]] Result<Stores> open_stores(const NodeConfig& config,
                                         const ledger::GenesisDocument& genesis);

}  // namespace sekisho
