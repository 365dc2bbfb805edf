// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "node/base/check.h"
#include "node/crypto/hash.h"
#include "storage/blob_store.h"
#include "storage/memory_kv.h"

namespace sekisho::test {

// A blob store in memory. One thread.
class TestBlobs {
 public:
  TestBlobs() { reopen(); }

  // As after a crash of the process: what was synced is still there.
  void reopen() {
    store_.reset();
    auto opened = storage::open_blob_store(data, keys, options());
    CHECK(opened.has_value());
    store_ = std::move(*opened);
  }
  // Stores the bytes and returns their id.
  Digest put(BytesView bytes, const storage::BlobOrigin& origin = {}) {
    const Digest id = crypto::sha256(bytes);
    auto writer = store_->create(id, bytes.size(), origin);
    CHECK(writer.has_value());
    CHECK((*writer)->append(bytes).has_value());
    CHECK((*writer)->commit().has_value());
    return id;
  }
  [[nodiscard]] bool holds(const Digest& id) const { return store_->info(id)->has_value(); }
  [[nodiscard]] bool purged(const Digest& id) const { return *store_->purged(id); }
  [[nodiscard]] std::size_t count() const {
    std::size_t blobs = 0;
    const auto visit = [&](const Digest&, const storage::BlobInfo&) { return ++blobs > 0; };
    CHECK(store_->list(visit).has_value());
    return blobs;
  }
  storage::BlobStore& operator*() { return *store_; }
  storage::BlobStore* operator->() { return store_.get(); }

  storage::MemoryKv data;
  storage::MemoryBlobKeys keys;

 private:
  static storage::BlobStoreOptions options() {
    storage::BlobStoreOptions options;
    options.free_reserve_bytes = 0;
    return options;
  }
  std::unique_ptr<storage::BlobStore> store_;
};

}  // namespace sekisho::test
