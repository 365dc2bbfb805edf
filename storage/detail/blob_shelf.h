// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include "node/base/secret.h"
#include "storage/blob_store.h"
#include "storage/detail/blob_format.h"

namespace sekisho::storage::detail {

// What blobs there are and in which state, over the two stores. The store and its writers share it.
// Any thread.
class BlobShelf {
 public:
  BlobShelf(Kv& data, BlobKeys& keys, const BlobStoreOptions& options)
      : data_(data), keys_(keys), options_(options) {}

  // Counts what is there and finishes interrupted purges.
  Status load();

  // A place to write to. `resumed` says whether pieces may be there from before.
  struct Opened {
    std::uint64_t ticket = 0;  // proof of being the writer
    Secret key;
    bool resumed = false;
  };
  Result<Opened> begin(const Digest& blob_id, std::uint64_t size_bytes, const BlobOrigin& origin);
  // Stores pieces, durably. kCancelled when the ticket is no longer good.
  Status store(const Digest& blob_id, std::uint64_t ticket, const WriteBatch& pieces);
  // The same with the last pieces; the blob is held afterwards.
  Status finish(const Digest& blob_id, std::uint64_t ticket, WriteBatch pieces);
  // The writer is gone; what it stored stays for another.
  void leave(const Digest& blob_id, std::uint64_t ticket);
  // The writer is gone and what it stored goes too.
  Status discard(const Digest& blob_id, std::uint64_t ticket);

  Status purge(const Digest& blob_id);
  Status renew(const Digest& blob_id, std::uint64_t since_ms);
  Result<bool> purge_older(const Digest& blob_id, std::uint64_t before_ms);
  Result<std::size_t> drop_unfinished(std::uint64_t before_ms);
  // How many pieces of an unfinished upload are here.
  [[nodiscard]] Result<std::uint32_t> pieces_here(const Digest& blob_id,
                                                  std::uint64_t size_bytes) const;
  [[nodiscard]] Result<std::optional<BlobRow>> row(const Digest& blob_id) const;
  // The row of a blob that is held and whose key is there.
  [[nodiscard]] Result<std::optional<BlobRow>> held(const Digest& blob_id) const;
  [[nodiscard]] Result<Secret> key(const Digest& blob_id) const { return keys_.get(blob_id); }
  [[nodiscard]] bool has_key(const Digest& blob_id) const { return keys_.contains(blob_id); }
  // One piece, opened.
  [[nodiscard]] Result<Bytes> piece(const Digest& blob_id, const Secret& key,
                                    std::uint64_t size_bytes, std::uint32_t piece) const;
  [[nodiscard]] const Kv& data() const { return data_; }
  [[nodiscard]] std::uint64_t used_bytes() const { return used_bytes_; }

 private:
  Status check_version();
  Status make_room(std::uint64_t size_bytes);
  Status check_ticket(const Digest& blob_id, std::uint64_t ticket) const;
  Result<bool> settle_existing(const Digest& blob_id, std::uint64_t size_bytes, const BlobRow& row);
  Status write_row(const Digest& blob_id, const BlobRow& row);
  Status remove(const Digest& blob_id, std::uint64_t size_bytes);
  Status destroy(const Digest& blob_id, const BlobRow& row);
  // Both steps of a purge; `row` is what is there now.
  Status bury(const Digest& blob_id, const std::optional<BlobRow>& row);
  void reclaim(const Digest& blob_id, std::uint64_t size_bytes);
  void remove_pieces(WriteBatch& batch, const Digest& blob_id, std::uint64_t size_bytes) const;
  void forget(const Digest& blob_id, std::uint64_t size_bytes);

  Kv& data_;
  BlobKeys& keys_;
  const BlobStoreOptions options_;
  mutable std::mutex mutex_;                 // changes of rows, and all below
  std::map<Digest, std::uint64_t> writers_;  // ticket of the open writer
  std::map<Digest, std::uint64_t> partial_;  // size of unfinished blobs without a writer
  // Held, partial and being written. Changed under the mutex, read without: whoever wants to know
  // does not wait for a disk.
  std::atomic<std::uint64_t> used_bytes_{0};
  std::uint64_t next_ticket_ = 1;
};

}  // namespace sekisho::storage::detail
