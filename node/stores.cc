// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/stores.h"

#include <filesystem>
#include <fstream>

#include "node/base/limits.h"
#include "storage/recovery.h"
#include "storage/rocksdb_kv.h"

namespace sekisho {
namespace {

// With the default reserve, which is far below that of the blobs: uploads stop first, and log and
// ledger go on.
Result<std::unique_ptr<storage::Kv>> open_kv(const std::string& path, const char* name,
                                             storage::KvProfile profile, std::size_t cache_bytes) {
  storage::RocksDbOptions options;
  options.name = name;
  options.profile = profile;
  options.cache_bytes = cache_bytes;
  return storage::open_rocksdb_kv(path, options);
}

Status check_private(const std::string& path) {
  std::error_code error;
  const auto mode = std::filesystem::status(path, error).permissions();
  constexpr auto kOthers = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
  if (error || (mode & kOthers) == std::filesystem::perms::none) return {};
  return fail(Code::kPermissionDenied,
              path + " can be read or written by others; make it the node's own with chmod 600");
}

Result<Secret> read_blob_key(const std::string& path) {
  TRY_STATUS(check_private(path));
  constexpr std::size_t kKeySize = 32;
  std::ifstream file(path, std::ios::binary);
  Secret key(kKeySize);
  if (!file.read(key.writable().data(), kKeySize) ||
      file.peek() != std::ifstream::traits_type::eof()) {
    return fail(Code::kInvalidArgument,
                path + " must hold exactly 32 random bytes; `sekisho org init --node` makes it");
  }
  return key;
}

Result<std::unique_ptr<state::StateMachine>> restore_state(const storage::LedgerStore& ledger,
                                                           const ledger::GenesisDocument& genesis) {
  const auto view = ledger.view();
  TRY(const auto head, view.head());
  if (head.height == 0) return std::make_unique<state::StateMachine>(genesis);
  return state::StateMachine::restore(*view.state(), head.header,
                                      [&view](std::uint8_t level, std::uint64_t position) {
                                        return view.tree_node(level, position);
                                      });
}

}  // namespace

Result<Stores> open_stores(const NodeConfig& config, const ledger::GenesisDocument& genesis) {
  Stores stores;
  TRY(auto directory, storage::DataDirectory::open(config.data_path));
  stores.directory = std::make_unique<storage::DataDirectory>(std::move(directory));
  TRY(stores.log_kv,
      open_kv(stores.directory->log_path(), "log", storage::KvProfile::kLog, 8 * limits::kMiB));
  TRY(stores.ledger_kv, open_kv(stores.directory->ledger_path(), "ledger",
                                storage::KvProfile::kLedger, 64 * limits::kMiB));
  TRY(stores.jobs_kv,
      open_kv(config.data_path + "/jobs", "jobs", storage::KvProfile::kLedger, 1 * limits::kMiB));
  TRY(stores.log,
      storage::DurableLog::open(*stores.log_kv, {genesis.chain_id, config.node_number}));
  TRY(stores.ledger, storage::LedgerStore::open(*stores.ledger_kv, genesis.chain_id,
                                                config.node_number, state::genesis_state(genesis)));
  TRY_STATUS(storage::inspect_recovery(*stores.log, *stores.ledger));
  TRY(stores.state, restore_state(*stores.ledger, genesis));
  TRY(Secret blob_key, read_blob_key(config.blob_key_path));
  storage::BlobStoreOptions options;
  options.quota_bytes = config.blob_quota_bytes;
  options.free_reserve_bytes = config.free_reserve_bytes;
  TRY(stores.blobs,
      storage::open_blob_store(stores.directory->blobs_path(), stores.directory->blob_keys_path(),
                               std::move(blob_key), options));
  return stores;
}

}  // namespace sekisho
