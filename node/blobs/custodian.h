// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "node/base/bytes.h"
#include "node/base/clock.h"
#include "node/crypto/key.h"
#include "proto/v1/operation.pb.h"
#include "storage/blob_store.h"

namespace sekisho::blobs {

// A node's custody of sealed files: takes them in, vouches for them, destroys them. It never sees
// inside one. Any thread; store, key and clock outlive it.
class Custodian {
 public:
  Custodian(storage::BlobStore& store, const crypto::PrivateKey& operation_key,
            const Digest& chain_id, std::uint64_t node_number, const Clock& clock)
      : store_(store),
        key_(operation_key),
        chain_id_(chain_id),
        node_number_(node_number),
        clock_(clock) {}

  // For a streamed upload; after commit() ask for the receipt. Errors as BlobStore::create.
  [[nodiscard]] Result<std::unique_ptr<storage::BlobWriter>> begin(const Digest& blob_id,
                                                                   std::uint64_t size_bytes,
                                                                   const std::string& member_id);
  // A whole blob: stored, durable, vouched for. A blob that is here already is fine.
  [[nodiscard]] Result<v1::StorageReceipt> keep(const Digest& blob_id, BytesView bytes,
                                                const std::string& member_id);
  // This node's signed word for a blob it holds, as it was given before; kNotFound when it does not
  // hold it, kPermissionDenied when it holds it for another member.
  [[nodiscard]] Result<v1::StorageReceipt> receipt(const Digest& blob_id,
                                                   const std::string& member_id) const;
  // The same, given anew: good for another 24 hours. Durable before it is signed.
  [[nodiscard]] Result<v1::StorageReceipt> fresh_receipt(const Digest& blob_id,
                                                         const std::string& member_id);
  // Key destroyed, bytes dropped, id tombstoned; durable on return. Idempotent.
  Status purge(const Digest& blob_id);

  // What has been promised to nobody since this moment goes (BlobStore::purge_older).
  Result<bool> purge_older(const Digest& blob_id, std::uint64_t before_ms) {
    return store_.purge_older(blob_id, before_ms);
  }
  Result<std::size_t> drop_unfinished(std::uint64_t before_ms) {
    return store_.drop_unfinished(before_ms);
  }

  [[nodiscard]] const storage::BlobStore& store() const { return store_; }
  [[nodiscard]] std::uint64_t node_number() const { return node_number_; }

 private:
  storage::BlobStore& store_;
  const crypto::PrivateKey& key_;
  Digest chain_id_;
  std::uint64_t node_number_;
  const Clock& clock_;
};

}  // namespace sekisho::blobs
