// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/rocksdb_kv.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>

#include <rocksdb/db.h>

#include "node/base/log.h"
#include "storage/detail/posix.h"
#include "storage/detail/prefix.h"
#include "storage/detail/rocksdb_options.h"

namespace sekisho::storage {
namespace {

rocksdb::Slice slice(BytesView bytes) { return {bytes.data(), bytes.size()}; }
BytesView view(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

// An open database: closed when the store and its last snapshot are gone.
struct Database {
  std::string name;
  std::string path;
  std::unique_ptr<rocksdb::DB> db;
  std::atomic<bool> write_failed = false;

  Database(std::string database_name, std::string folder, std::unique_ptr<rocksdb::DB> opened)
      : name(std::move(database_name)), path(std::move(folder)), db(std::move(opened)) {}
  ~Database() {
    // A log whose write failed must not be synced: RocksDB asserts.
    rocksdb::Status status = write_failed ? rocksdb::Status::OK() : db->SyncWAL();
    if (status.ok()) status = db->Close();
    if (!status.ok()) log::warning("database_close_failed", {{"database", name}});
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  [[nodiscard]] Error error(const rocksdb::Status& status) const {
    return detail::to_error(status, name, path);
  }
};

Status get_into(const Database& database, const rocksdb::ReadOptions& options, BytesView key,
                std::optional<Bytes>& out) {
  Bytes value;
  const rocksdb::Status status =
      database.db->Get(options, database.db->DefaultColumnFamily(), slice(key), &value);
  if (status.IsNotFound()) return {};
  if (!status.ok()) return fail(database.error(status));
  out = std::move(value);
  return {};
}

Status scan_with(const Database& database, rocksdb::ReadOptions options, BytesView prefix,
                 BytesView from, bool ascending, const KvVisitor& visit) {
  const Bytes end = detail::prefix_end(prefix);
  const rocksdb::Slice lower = slice(prefix);
  const rocksdb::Slice upper = slice(end);
  if (!prefix.empty()) options.iterate_lower_bound = &lower;
  if (!end.empty()) options.iterate_upper_bound = &upper;
  const std::unique_ptr<rocksdb::Iterator> it(database.db->NewIterator(options));
  if (ascending) {
    it->Seek(slice(std::max(prefix, from)));
  } else if (from.empty()) {
    it->SeekToLast();
  } else {
    it->SeekForPrev(slice(from));
  }
  while (it->Valid() && visit(view(it->key()), view(it->value()))) {
    if (ascending) {
      it->Next();
    } else {
      it->Prev();
    }
  }
  if (!it->status().ok()) return fail(database.error(it->status()));
  return {};
}

class RocksDbView final : public KvView {
 public:
  explicit RocksDbView(std::shared_ptr<const Database> database)
      : database_(std::move(database)), snapshot_(database_->db->GetSnapshot()) {
    options_.snapshot = snapshot_;
  }
  ~RocksDbView() override { database_->db->ReleaseSnapshot(snapshot_); }
  RocksDbView(const RocksDbView&) = delete;
  RocksDbView& operator=(const RocksDbView&) = delete;

  Result<std::optional<Bytes>> get(BytesView key) const override {
    std::optional<Bytes> value;
    TRY_STATUS(get_into(*database_, options_, key, value));
    return value;
  }
  Status scan(BytesView prefix, BytesView from, const KvVisitor& visit) const override {
    return scan_with(*database_, options_, prefix, from, true, visit);
  }
  Status scan_back(BytesView prefix, BytesView from, const KvVisitor& visit) const override {
    return scan_with(*database_, options_, prefix, from, false, visit);
  }

 private:
  std::shared_ptr<const Database> database_;
  const rocksdb::Snapshot* snapshot_;
  rocksdb::ReadOptions options_;
};

class RocksDbKv final : public Kv {
 public:
  static constexpr std::size_t kSmallBatchBytes = 4096;

  RocksDbKv(std::shared_ptr<Database> database, std::uint64_t free_reserve_bytes)
      : database_(std::move(database)), free_reserve_bytes_(free_reserve_bytes) {}

  Result<std::optional<Bytes>> get(BytesView key) const override {
    std::optional<Bytes> value;
    TRY_STATUS(get_into(*database_, {}, key, value));
    return value;
  }
  Status scan(BytesView prefix, BytesView from, const KvVisitor& visit) const override {
    return scan_with(*database_, {}, prefix, from, true, visit);
  }
  Status scan_back(BytesView prefix, BytesView from, const KvVisitor& visit) const override {
    return scan_with(*database_, {}, prefix, from, false, visit);
  }
  std::shared_ptr<const KvView> snapshot() const override {
    return std::make_shared<RocksDbView>(database_);
  }

  Status write(const WriteBatch& batch, bool sync) override {
    const std::scoped_lock lock(write_mutex_);
    if (fence_) return fail(*fence_);
    TRY_STATUS(check_room(batch));
    const rocksdb::Status status = try_write(batch, sync);
    if (status.ok()) return {};
    database_->write_failed = true;
    fence_ = database_->error(status);
    log::error("database_write_failed",
               {{"database", database_->name}, {"error", fence_->to_string()}});
    return fail(*fence_);
  }

  Status reclaim(BytesView prefix) override {
    const Bytes end = detail::prefix_end(prefix);
    const rocksdb::Slice lower = slice(prefix);
    const rocksdb::Slice upper = slice(end);
    rocksdb::CompactRangeOptions options;
    options.exclusive_manual_compaction = false;
    const rocksdb::Status status = database_->db->CompactRange(
        options, prefix.empty() ? nullptr : &lower, end.empty() ? nullptr : &upper);
    if (status.ok() || status.IsIncomplete()) return {};
    return fail(database_->error(status));
  }

 private:
  [[nodiscard]] rocksdb::Status try_write(const WriteBatch& batch, bool sync) const {
    if (batch.empty()) return sync ? database_->db->SyncWAL() : rocksdb::Status::OK();
    rocksdb::WriteBatch group;
    for (const auto& change : batch.changes) {
      const rocksdb::Status status = change.deleted
                                         ? group.Delete(slice(change.key))
                                         : group.Put(slice(change.key), slice(change.value));
      if (!status.ok()) return status;
    }
    rocksdb::WriteOptions options;
    options.sync = sync;
    return database_->db->Write(options, &group);
  }

  // A refusal here changes nothing and may be followed by other writes; what RocksDB makes of a
  // full disk takes a restart to get out of (in 7.8 DB::Resume can wait for ever). Small batches
  // pass, for removing is how room is made.
  [[nodiscard]] Status check_room(const WriteBatch& batch) const {
    std::size_t added_bytes = 0;
    for (const auto& change : batch.changes) added_bytes += change.value.size();
    if (free_reserve_bytes_ == 0 || added_bytes <= kSmallBatchBytes) return {};
    if (detail::free_bytes(database_->path) >= free_reserve_bytes_) return {};
    return fail(Code::kNoSpace, "the disk under the database \"" + database_->name +
                                    "\" has less room left than the reserve; free some room and "
                                    "try again");
  }

  const std::shared_ptr<Database> database_;
  const std::uint64_t free_reserve_bytes_;
  std::mutex write_mutex_;
  std::optional<Error> fence_;
};

// Without its CURRENT file a database would be taken for a new one and its files swept away.
Status check_files(const std::string& path, const std::string& name) {
  std::error_code error;
  if (std::filesystem::exists(path + "/CURRENT", error)) return {};
  for (const auto& file : std::filesystem::directory_iterator(path, error)) {
    const std::string extension = file.path().extension();
    const bool is_data = extension == ".sst" || extension == ".log" || extension == ".blob" ||
                         file.path().filename().string().starts_with("MANIFEST");
    if (is_data) {
      return fail(Code::kCorrupt, detail::damaged(name, "its file CURRENT is missing"));
    }
  }
  if (error) return fail(Code::kIo, "cannot list the folder of the database \"" + name + "\"");
  return {};
}

}  // namespace

Result<std::unique_ptr<Kv>> open_rocksdb_kv(const std::string& path,
                                            const RocksDbOptions& options) {
  TRY_STATUS(detail::make_directory(path, "the folder of the database \"" + options.name + "\""));
  TRY_STATUS(check_files(path, options.name));
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(detail::rocksdb_options(options), path, &opened);
  if (!status.ok()) return fail(detail::to_open_error(status, options.name, path));
  auto database =
      std::make_shared<Database>(options.name, path, std::unique_ptr<rocksdb::DB>(opened));
  return std::make_unique<RocksDbKv>(std::move(database), options.free_reserve_bytes);
}

}  // namespace sekisho::storage
