// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "node/base/bytes.h"
#include "node/crypto/key.h"
#include "proto/v1/operation.pb.h"
#include "storage/blob_store.h"

namespace sekisho::blobs {

// A node's custody of sealed files: takes them in, vouches for them, destroys them. It never sees
// inside one. Any thread; store and key outlive it.
class Custodian {
 public:
  Custodian(storage::BlobStore& store, const crypto::PrivateKey& operation_key,
            const Digest& chain_id, std::uint64_t node_number)
      : store_(store), key_(operation_key), chain_id_(chain_id), node_number_(node_number) {}

  // For a streamed upload; after commit() ask for the receipt. Errors as BlobStore::create.
  [[nodiscard]] Result<std::unique_ptr<storage::BlobWriter>> begin(const Digest& blob_id,
                                                                   std::uint64_t size_bytes);
  // A whole blob: stored, durable, vouched for. A blob that is here already is fine.
  [[nodiscard]] Result<v1::StorageReceipt> keep(const Digest& blob_id, BytesView bytes);
  // This node's signed word for a blob it holds; kNotFound when it does not.
  [[nodiscard]] Result<v1::StorageReceipt> receipt(const Digest& blob_id) const;
  // Key destroyed, bytes dropped, id tombstoned; durable on return. Idempotent.
  Status purge(const Digest& blob_id);

  [[nodiscard]] const storage::BlobStore& store() const { return store_; }
  [[nodiscard]] std::uint64_t node_number() const { return node_number_; }

 private:
  storage::BlobStore& store_;
  const crypto::PrivateKey& key_;
  Digest chain_id_;
  std::uint64_t node_number_;
};

}  // namespace sekisho::blobs
