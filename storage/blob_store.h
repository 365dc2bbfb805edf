// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "node/base/bytes.h"
#include "node/base/secret.h"
#include "storage/blob_keys.h"
#include "storage/kv.h"

namespace sekisho::storage {

// Whose upload a blob is, and since when it is kept for him: the newest promise made for it, or the
// begin of the upload. By the node's own clock.
struct BlobOrigin {
  std::string member_id;
  std::uint64_t since_ms = 0;
};

struct BlobInfo {
  std::uint64_t size_bytes = 0;
  BlobOrigin origin{};
};

// Receives one blob piece by piece. One thread; the store outlives it. Destroyed without commit,
// the whole MiB that it received stay for the next create() of the same id and size, also over a
// restart, until their room is needed. After an error it takes no more; create() anew.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  // Bytes received so far; an upload resumes here.
  [[nodiscard]] virtual std::uint64_t size_bytes() const = 0;
  // Any size. kInvalidArgument past the declared size: then everything received is discarded.
  // kCancelled when the blob has been purged meanwhile; kNoSpace.
  virtual Status append(BytesView bytes) = 0;
  // Checks size and SHA-256 against the blob id, then makes the blob durable and visible. On a
  // mismatch (kInvalidArgument) everything received is discarded.
  virtual Status commit() = 0;
};

// Sealed files in a store of their own, each encrypted again under its own random at-rest key that
// is kept apart from the data. A blob id is the SHA-256 of the content. Any thread.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  // kAlreadyExists when held; kFailedPrecondition when the id has been purged here before (a
  // tombstone forbids its return); kUnavailable when another writer has it open; kNoSpace when the
  // disk or the quota is full; kInvalidArgument for a size of 0 or above limits::kBlobSizeMax.
  // The origin counts from now on, also for an upload that an earlier writer began.
  virtual Result<std::unique_ptr<BlobWriter>> create(const Digest& blob_id,
                                                     std::uint64_t size_bytes,
                                                     const BlobOrigin& origin) = 0;
  // Bytes that a writer for this id and size would go on from; 0 when there is nothing. Changes
  // nothing.
  [[nodiscard]] virtual Result<std::uint64_t> unfinished(const Digest& blob_id,
                                                         std::uint64_t size_bytes) const = 0;
  // Only blobs held: committed and not purged.
  [[nodiscard]] virtual Result<std::optional<BlobInfo>> info(const Digest& blob_id) const = 0;
  // At most `length` bytes from `offset`, fewer only at the end; at-rest seal verified. kNotFound,
  // kInvalidArgument when `offset` lies behind the end.
  [[nodiscard]] virtual Result<Bytes> read(const Digest& blob_id, std::uint64_t offset,
                                           std::size_t length) const = 0;
  // Destroys the at-rest key durably, then drops the bytes and leaves a tombstone, also for an id
  // never held. Idempotent; finished by the next start when interrupted.
  virtual Status purge(const Digest& blob_id) = 0;
  // A held blob is kept since this moment, if it is later than before; durable on return.
  // kNotFound.
  virtual Status renew(const Digest& blob_id, std::uint64_t since_ms) = 0;
  // Purges a held blob unless it was renewed: its since_ms is not before this moment. Says whether.
  virtual Result<bool> purge_older(const Digest& blob_id, std::uint64_t before_ms) = 0;
  // Drops unfinished uploads without a writer that began before this moment, without a tombstone;
  // returns how many.
  virtual Result<std::size_t> drop_unfinished(std::uint64_t before_ms) = 0;
  [[nodiscard]] virtual Result<bool> purged(const Digest& blob_id) const = 0;
  // Ids of all blobs held, ascending, until visit says false.
  virtual Status list(
      const std::function<bool(const Digest& blob_id, const BlobInfo& info)>& visit) const = 0;
  // Bytes held and reserved by uploads, as counted against the quota.
  [[nodiscard]] virtual std::uint64_t used_bytes() const = 0;
};

struct BlobStoreOptions {
  std::uint64_t quota_bytes = 0;  // 0: no bound but the disk
  // Uploads stop here, so that log and ledger keep room to go on.
  std::uint64_t free_reserve_bytes = 512ull * 1024 * 1024;
};

// Over the two stores, which outlive it (the simulator passes memory twins). Finishes interrupted
// purges.
[[nodiscard]] Result<std::unique_ptr<BlobStore>> open_blob_store(Kv& data, BlobKeys& keys,
                                                                 const BlobStoreOptions& options);

// A database at `blobs_path` and a key file at `keys_path` (DataDirectory names both), owned by the
// result. `node_key`: 32 bytes from the node's own key file.
[[nodiscard]] Result<std::unique_ptr<BlobStore>> open_blob_store(const std::string& blobs_path,
                                                                 const std::string& keys_path,
                                                                 Secret node_key,
                                                                 const BlobStoreOptions& options);

}  // namespace sekisho::storage
