// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/detail/rocksdb_options.h"

#include <memory>

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>

namespace sekisho::storage::detail {
namespace {

constexpr std::size_t kMiB = 1024 * 1024;

// After a full disk RocksDB would recover in the background, at a moment of its own. The store is
// fenced then (rocksdb_kv.cc), and opening it anew recovers in the ordinary way.
class NoBackgroundRecovery final : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                            bool* auto_recovery) override {
    *auto_recovery = false;
  }
};

std::string without_path(std::string text, const std::string& path) {
  for (auto at = text.find(path); at != std::string::npos; at = text.find(path)) {
    text.erase(at, path.size());
  }
  return text;
}

void set_durability(rocksdb::Options& out) {
  out.create_if_missing = true;
  out.paranoid_checks = true;
  out.track_and_verify_wals_in_manifest = true;
  // A torn end is a write that was never acknowledged; damage before it is not ours to forgive.
  out.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  out.listeners.push_back(std::make_shared<NoBackgroundRecovery>());
  // In a recycled log a torn end cannot be told from old records.
  out.recycle_log_file_num = 0;
}

void set_bounds(rocksdb::Options& out, const RocksDbOptions& options) {
  out.write_buffer_size = options.memtable_bytes;
  out.max_write_buffer_number = 3;
  out.max_open_files = options.open_files_max;
  out.max_background_jobs = 2;
  out.max_log_file_size = 1 * kMiB;
  out.keep_log_file_num = 2;
  out.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  out.stats_dump_period_sec = 0;
  out.stats_persist_period_sec = 0;
  out.bytes_per_sync = 1 * kMiB;
}

void set_table(rocksdb::Options& out, const RocksDbOptions& options) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.cache_bytes);
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10.0));
  table.block_size = 16 * 1024;
  table.format_version = 5;
  out.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
}

void set_profile(rocksdb::Options& out, KvProfile profile) {
  out.compression = rocksdb::kNoCompression;
  if (profile == KvProfile::kLedger) {
    out.compression = rocksdb::kLZ4Compression;
    out.bottommost_compression = rocksdb::kZSTD;
    out.level_compaction_dynamic_level_bytes = true;
  }
  if (profile == KvProfile::kBlobs) {
    out.enable_blob_files = true;
    out.min_blob_size = 4096;
    out.blob_file_size = 32 * kMiB;
    out.enable_blob_garbage_collection = true;
    out.blob_garbage_collection_age_cutoff = 0.25;
    out.blob_garbage_collection_force_threshold = 0.5;
  }
}

bool is_missing_file(const rocksdb::Status& status) {
  return status.IsPathNotFound() ||
         (status.IsIOError() && status.ToString().find("No such file") != std::string::npos);
}

}  // namespace

rocksdb::Options rocksdb_options(const RocksDbOptions& options) {
  rocksdb::Options out;
  set_durability(out);
  set_bounds(out, options);
  set_table(out, options);
  set_profile(out, options.profile);
  return out;
}

std::string damaged(const std::string& name, const std::string& what) {
  return "the database \"" + name + "\" is damaged (" + what +
         "); keep a copy of the data directory for inquiry, check the disk, then empty the data "
         "directory and run `sekisho node join`, or restore a backup";
}

Error to_error(const rocksdb::Status& status, const std::string& name, const std::string& path) {
  const std::string text = without_path(status.ToString(), path);
  if (status.IsNoSpace()) {
    return {Code::kNoSpace, "the disk under the database \"" + name +
                                "\" is full; free some room, then restart the node"};
  }
  if (status.IsCorruption()) return {Code::kCorrupt, damaged(name, text)};
  if (status.IsIOError()) {
    return {Code::kIo, "the database \"" + name + "\" cannot be read or written (" + text +
                           "); check the disk, then restart the node"};
  }
  return {Code::kInternal, "the database \"" + name + "\" answers " + text};
}

Error to_open_error(const rocksdb::Status& status, const std::string& name,
                    const std::string& path) {
  const std::string text = without_path(status.ToString(), path);
  if (status.IsIOError() && text.find("lock") != std::string::npos) {
    return {Code::kFailedPrecondition, "another process has the database \"" + name +
                                           "\" open; stop it first or name another data directory"};
  }
  if (is_missing_file(status)) return {Code::kCorrupt, damaged(name, text)};
  return to_error(status, name, path);
}

}  // namespace sekisho::storage::detail
