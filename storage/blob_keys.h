// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "node/base/bytes.h"
#include "node/base/secret.h"

namespace sekisho::storage {

// The at-rest keys of blobs, 32 bytes each, apart from the data they open. Every change is durable
// on return. Any thread.
class BlobKeys {
 public:
  virtual ~BlobKeys() = default;
  // Replaces a key that is there. kNoSpace, kIo.
  virtual Status put(const Digest& blob_id, const Secret& key) = 0;
  // kNotFound, kCorrupt.
  [[nodiscard]] virtual Result<Secret> get(const Digest& blob_id) const = 0;
  [[nodiscard]] virtual bool contains(const Digest& blob_id) const = 0;
  // Overwrites the only copy. Success when there is none.
  virtual Status erase(const Digest& blob_id) = 0;
};

// One file of fixed slots, overwritten in place: no log, no old version, no compaction that could
// keep a copy. Each key is sealed under one derived from `node_key`, so a copy of the file alone
// opens nothing. What erase() guarantees: the slot is overwritten and synced before it returns.
// What it cannot: file systems that copy on write, and flash that remaps, may keep the old block
// until they reuse it; there the key stays sealed under the node key.
class FileBlobKeys final : public BlobKeys {
 public:
  // Creates the file (mode 0600) when it is missing. kUnauthenticated when it was made under
  // another node key, kCorrupt when its head is damaged. A damaged slot is
  // logged and kept as it is, for it may have been read wrongly; until the next start its blob has
  // no key here. `node_key`: 32 bytes; kept.
  static Result<std::unique_ptr<FileBlobKeys>> open(const std::string& path, Secret node_key);
  ~FileBlobKeys() override;

  Status put(const Digest& blob_id, const Secret& key) override;
  [[nodiscard]] Result<Secret> get(const Digest& blob_id) const override;
  [[nodiscard]] bool contains(const Digest& blob_id) const override;
  Status erase(const Digest& blob_id) override;

 private:
  class Impl;
  explicit FileBlobKeys(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// For tests and the simulator; stands for the file, so it outlives the node that is crashed.
class MemoryBlobKeys final : public BlobKeys {
 public:
  Status put(const Digest& blob_id, const Secret& key) override;
  [[nodiscard]] Result<Secret> get(const Digest& blob_id) const override;
  [[nodiscard]] bool contains(const Digest& blob_id) const override;
  Status erase(const Digest& blob_id) override;

 private:
  mutable std::mutex mutex_;
  std::map<Digest, Bytes> keys_;
};

}  // namespace sekisho::storage
