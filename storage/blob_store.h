// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "node/base/bytes.h"
#include "node/base/rng.h"

namespace sekisho::storage {

struct BlobInfo {
  std::uint64_t size_bytes = 0;
};

// Receives one blob piece by piece. One thread.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  // Bytes received so far; an upload resumes here.
  [[nodiscard]] virtual std::uint64_t size_bytes() const = 0;
  virtual Status append(BytesView bytes) = 0;
  // Checks size and SHA-256 against the blob id, then makes the blob durable and visible. On a
  // mismatch (kInvalidArgument) everything received is discarded.
  virtual Status commit() = 0;
};

// Sealed files in a store of their own, each encrypted again under its own random at-rest key that
// is kept apart from the data. Any thread.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  // kAlreadyExists when held; kFailedPrecondition when the id has been purged here before (a tombstone
  // forbids its return); kNoSpace when the disk or the quota is full.
  virtual Result<std::unique_ptr<BlobWriter>> create(const Digest& blob_id,
                                                     std::uint64_t size_bytes) = 0;
  [[nodiscard]] virtual Result<std::optional<BlobInfo>> info(const Digest& blob_id) const = 0;
  // At most `length` bytes from `offset`; checksum and at-rest seal verified.
  [[nodiscard]] virtual Result<Bytes> read(const Digest& blob_id, std::uint64_t offset,
                                           std::size_t length) const = 0;
  // Destroys the at-rest key durably, then drops the bytes and leaves a tombstone. Idempotent.
  virtual Status purge(const Digest& blob_id) = 0;
  [[nodiscard]] virtual Result<bool> purged(const Digest& blob_id) const = 0;
  // Ids of all blobs held, ascending.
  virtual Status list(const std::function<bool(const Digest& blob_id, const BlobInfo& info)>& visit) const = 0;
};

}  // namespace sekisho::storage
