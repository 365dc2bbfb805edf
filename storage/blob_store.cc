// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/blob_store.h"

#include <algorithm>
#include <utility>

#include "node/base/log.h"
#include "node/base/probe.h"
#include "node/crypto/at_rest.h"
#include "node/crypto/hash.h"
#include "storage/detail/blob_shelf.h"
#include "storage/record.h"
#include "storage/rocksdb_kv.h"

namespace sekisho::storage {
namespace {

using detail::BlobRow;
using detail::BlobShelf;

constexpr std::size_t kPieceSize = crypto::kAtRestChunkSize;
constexpr std::size_t kPiecesPerSync = 16;  // 1 MiB

class ShelfWriter final : public BlobWriter {
 public:
  ShelfWriter(BlobShelf& shelf, const Digest& blob_id, std::uint64_t size_total,
              BlobShelf::Opened opened)
      : shelf_(shelf),
        blob_id_(blob_id),
        size_total_(size_total),
        ticket_(opened.ticket),
        key_(std::move(opened.key)) {}
  ~ShelfWriter() override {
    if (!closed_) shelf_.leave(blob_id_, ticket_);
  }
  ShelfWriter(const ShelfWriter&) = delete;
  ShelfWriter& operator=(const ShelfWriter&) = delete;

  // Takes up what an earlier writer stored. kCorrupt when that is not whole.
  Status resume();

  [[nodiscard]] std::uint64_t size_bytes() const override { return received_; }
  Status append(BytesView bytes) override;
  Status commit() override;
  Status discard() {
    closed_ = true;
    return shelf_.discard(blob_id_, ticket_);
  }

 private:
  Status take(BytesView bytes);
  Status seal_piece();
  // Drops everything and says why.
  Status refuse(const char* reason);
  Status note(Status status);

  BlobShelf& shelf_;
  const Digest blob_id_;
  const std::uint64_t size_total_;
  const std::uint64_t ticket_;
  const Secret key_;
  crypto::Sha256 hash_;
  std::uint64_t received_ = 0;
  Bytes piece_;  // the one being filled
  std::uint32_t next_ = 0;
  WriteBatch pending_;  // sealed, not yet stored
  bool closed_ = false;
  std::optional<Error> error_;
};

Status ShelfWriter::resume() {
  const std::uint32_t count = detail::piece_count(size_total_);
  while (next_ < count) {
    const auto piece = shelf_.piece(blob_id_, key_, size_total_, next_);
    if (!piece && piece.error().code == Code::kNotFound) return {};
    if (!piece) return fail(piece.error());
    hash_.update(*piece);
    received_ += piece->size();
    ++next_;
  }
  return {};
}

Status ShelfWriter::append(BytesView bytes) {
  if (error_) return fail(*error_);
  if (closed_) return fail(Code::kFailedPrecondition, "the upload is closed");
  if (bytes.size() > size_total_ - received_) return refuse("the blob is longer than declared");
  return note(take(bytes));
}

Status ShelfWriter::take(BytesView bytes) {
  hash_.update(bytes);
  while (!bytes.empty()) {
    const std::size_t wanted = detail::piece_size(size_total_, next_) - piece_.size();
    const BytesView part = bytes.substr(0, wanted);
    piece_.append(part);
    received_ += part.size();
    bytes.remove_prefix(part.size());
    if (part.size() == wanted) {
      TRY_STATUS(seal_piece());
    }
  }
  return {};
}

Status ShelfWriter::seal_piece() {
  const bool last = next_ + 1 == detail::piece_count(size_total_);
  pending_.put(detail::blob_piece_key(blob_id_, next_),
               crypto::seal_chunk(key_, blob_id_, next_, last, piece_));
  piece_.clear();
  ++next_;
  if (pending_.changes.size() < kPiecesPerSync) return {};
  TRY_STATUS(shelf_.store(blob_id_, ticket_, pending_));
  pending_.changes.clear();
  return {};
}

Status ShelfWriter::commit() {
  if (error_) return fail(*error_);
  if (closed_) return fail(Code::kFailedPrecondition, "the upload is closed");
  if (received_ != size_total_) return refuse("the blob is shorter than declared");
  if (hash_.finish() != blob_id_)
    return refuse("the bytes do not have the digest that names the blob");
  TRY_STATUS(note(shelf_.finish(blob_id_, ticket_, std::move(pending_))));
  closed_ = true;
  return {};
}

Status ShelfWriter::refuse(const char* reason) {
  error_ =
      Error{Code::kInvalidArgument, std::string(reason) + "; everything received is discarded"};
  if (const Status status = discard(); !status) {
    log::warning("blob_upload_not_discarded", {{"error", status.error().to_string()}});
  }
  return fail(*error_);
}

Status ShelfWriter::note(Status status) {
  if (!status) error_ = status.error();
  return status;
}

class ShelfStore final : public BlobStore {
 public:
  ShelfStore(Kv& data, BlobKeys& keys, const BlobStoreOptions& options)
      : shelf_(data, keys, options) {}
  ShelfStore(std::unique_ptr<Kv> data, std::unique_ptr<BlobKeys> keys,
             const BlobStoreOptions& options)
      : data_(std::move(data)), keys_(std::move(keys)), shelf_(*data_, *keys_, options) {}

  Status load() { return shelf_.load(); }

  Result<std::unique_ptr<BlobWriter>> create(const Digest& blob_id, std::uint64_t size_bytes,
                                             const BlobOrigin& origin) override;
  Result<std::uint64_t> unfinished(const Digest& blob_id, std::uint64_t size_bytes) const override;
  Result<std::optional<BlobInfo>> info(const Digest& blob_id) const override;
  Result<Bytes> read(const Digest& blob_id, std::uint64_t offset,
                     std::size_t length) const override;
  Status purge(const Digest& blob_id) override { return shelf_.purge(blob_id); }
  Status renew(const Digest& blob_id, std::uint64_t since_ms) override {
    return shelf_.renew(blob_id, since_ms);
  }
  Result<bool> purge_older(const Digest& blob_id, std::uint64_t before_ms) override {
    return shelf_.purge_older(blob_id, before_ms);
  }
  Result<std::size_t> drop_unfinished(std::uint64_t before_ms) override {
    return shelf_.drop_unfinished(before_ms);
  }
  Result<bool> purged(const Digest& blob_id) const override;
  Status list(const std::function<bool(const Digest&, const BlobInfo&)>& visit) const override;
  std::uint64_t used_bytes() const override { return shelf_.used_bytes(); }

 private:
  // Owned on a real node only; before the shelf that refers to them.
  std::unique_ptr<Kv> data_;
  std::unique_ptr<BlobKeys> keys_;
  BlobShelf shelf_;
};

Result<std::unique_ptr<BlobWriter>> ShelfStore::create(const Digest& blob_id,
                                                       std::uint64_t size_bytes,
                                                       const BlobOrigin& origin) {
  TRY(auto opened, shelf_.begin(blob_id, size_bytes, origin));
  const bool resumed = opened.resumed;
  auto writer = std::make_unique<ShelfWriter>(shelf_, blob_id, size_bytes, std::move(opened));
  if (!resumed) return writer;
  const Status status = writer->resume();
  if (status) return writer;
  if (status.error().code != Code::kCorrupt) return fail(status.error());
  PROBE("storage_blob_resume_damaged");
  TRY_STATUS(writer->discard());
  TRY(auto fresh, shelf_.begin(blob_id, size_bytes, origin));
  return std::make_unique<ShelfWriter>(shelf_, blob_id, size_bytes, std::move(fresh));
}

Result<std::uint64_t> ShelfStore::unfinished(const Digest& blob_id,
                                             std::uint64_t size_bytes) const {
  TRY(const std::uint32_t pieces, shelf_.pieces_here(blob_id, size_bytes));
  return std::min<std::uint64_t>(size_bytes, std::uint64_t{pieces} * kPieceSize);
}

Result<std::optional<BlobInfo>> ShelfStore::info(const Digest& blob_id) const {
  TRY(const auto held, shelf_.held(blob_id));
  if (!held) return std::optional<BlobInfo>();
  return std::optional<BlobInfo>(BlobInfo{held->size_bytes, held->origin});
}

Result<Bytes> ShelfStore::read(const Digest& blob_id, std::uint64_t offset,
                               std::size_t length) const {
  TRY(const auto held, shelf_.held(blob_id));
  if (!held) return fail(Code::kNotFound, "the blob " + blob_id.hex() + " is not held here");
  if (offset > held->size_bytes) return fail(Code::kInvalidArgument, "behind the end of the blob");
  TRY(const Secret key, shelf_.key(blob_id));
  const std::uint64_t end = offset + std::min<std::uint64_t>(length, held->size_bytes - offset);
  Bytes bytes;
  bytes.reserve(end - offset);
  while (offset < end) {
    const auto piece_no = static_cast<std::uint32_t>(offset / kPieceSize);
    const auto piece = shelf_.piece(blob_id, key, held->size_bytes, piece_no);
    if (!piece) return fail(piece.error().within("blob " + blob_id.hex()));
    const BytesView part = BytesView(*piece).substr(offset % kPieceSize, end - offset);
    bytes.append(part);
    offset += part.size();
  }
  return bytes;
}

Result<bool> ShelfStore::purged(const Digest& blob_id) const {
  TRY(const auto row, shelf_.row(blob_id));
  return row && row->state == detail::BlobState::kPurged;
}

Status ShelfStore::list(const std::function<bool(const Digest&, const BlobInfo&)>& visit) const {
  std::optional<Error> error;
  const auto step = [&](BytesView key, BytesView record) -> Result<bool> {
    TRY(const Digest blob_id, detail::decode_blob_row_key(key));
    TRY(const BytesView value, open_record(key, record));
    TRY(const BlobRow row, detail::decode_blob_row(value));
    if (row.state != detail::BlobState::kHeld || !shelf_.has_key(blob_id)) return true;
    return visit(blob_id, BlobInfo{row.size_bytes, row.origin});
  };
  TRY_STATUS(
      shelf_.data().scan(detail::blob_row_prefix(), {}, [&](BytesView key, BytesView record) {
        const auto go_on = step(key, record);
        if (!go_on) error = go_on.error();
        return go_on && *go_on;
      }));
  if (error) return fail(*error);
  return {};
}

Result<std::unique_ptr<BlobStore>> loaded(std::unique_ptr<ShelfStore> store) {
  if (const Status status = store->load(); !status)
    return fail(status.error().within("blob store"));
  return store;
}

}  // namespace

Result<std::unique_ptr<BlobStore>> open_blob_store(Kv& data, BlobKeys& keys,
                                                   const BlobStoreOptions& options) {
  return loaded(std::make_unique<ShelfStore>(data, keys, options));
}

Result<std::unique_ptr<BlobStore>> open_blob_store(const std::string& blobs_path,
                                                   const std::string& keys_path, Secret node_key,
                                                   const BlobStoreOptions& options) {
  RocksDbOptions database;
  database.name = "blobs";
  database.profile = KvProfile::kBlobs;
  database.cache_bytes = 16 * 1024 * 1024;
  database.free_reserve_bytes = options.free_reserve_bytes;
  TRY(auto data, open_rocksdb_kv(blobs_path, database));
  TRY(auto keys, FileBlobKeys::open(keys_path, std::move(node_key)));
  return loaded(std::make_unique<ShelfStore>(std::move(data), std::move(keys), options));
}

}  // namespace sekisho::storage
