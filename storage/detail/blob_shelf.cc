// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/detail/blob_shelf.h"

#include <string>
#include <utility>
#include <vector>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/base/log.h"
#include "node/base/probe.h"
#include "node/crypto/at_rest.h"
#include "storage/record.h"
#include "storage/schema.h"

namespace sekisho::storage::detail {
namespace {

// Smaller ones wait for the database's own compaction.
constexpr std::uint64_t kReclaimSizeMin = limits::kMiB;

Status check_size(std::uint64_t size_bytes) {
  if (size_bytes >= 1 && size_bytes <= limits::kBlobSizeMax) return {};
  return fail(Code::kInvalidArgument,
              "a blob has 1 to " + std::to_string(limits::kBlobSizeMax) + " bytes");
}

}  // namespace

Status BlobShelf::check_version() {
  TRY(const auto stored, get_record(data_, blob_version_key()));
  if (!stored) {
    WriteBatch batch;
    Bytes version;
    put_u32(version, kSchemaVersion);
    put_record(batch, blob_version_key(), std::move(version));
    return data_.write(batch, true);
  }
  TRY(const std::uint32_t version, ByteReader(*stored).u32());
  if (version == kSchemaVersion) return {};
  return fail(Code::kFailedPrecondition,
              "the blob store has schema version " + std::to_string(version) +
                  ", and this program reads version " + std::to_string(kSchemaVersion) +
                  "; start the version that wrote it");
}

Status BlobShelf::load() {
  const std::scoped_lock lock(mutex_);
  TRY_STATUS(check_version());
  std::vector<std::pair<Digest, BlobRow>> purging;
  std::uint64_t without_key = 0;
  std::optional<Error> error;
  const auto visit = [&](BytesView key, BytesView record) -> Status {
    TRY(const Digest blob_id, decode_blob_row_key(key));
    TRY(const BytesView value, open_record(key, record));
    TRY(const BlobRow row, decode_blob_row(value));
    if (row.state == BlobState::kPurged) return {};
    used_bytes_ += row.size_bytes;
    if (row.state == BlobState::kReceiving) partial_[blob_id] = row.size_bytes;
    if (row.state == BlobState::kPurging) purging.emplace_back(blob_id, row);
    if (row.state == BlobState::kHeld && !keys_.contains(blob_id)) ++without_key;
    return {};
  };
  TRY_STATUS(data_.scan(blob_row_prefix(), {}, [&](BytesView key, BytesView record) {
    const Status status = visit(key, record);
    if (!status) error = status.error();
    return status.has_value();
  }));
  if (error) return fail(*error);
  if (without_key != 0) log::error("blobs_without_key", {{"blobs", without_key}});
  for (const auto& [blob_id, row] : purging) {
    PROBE("storage_blob_purge_finished_at_start");
    TRY_STATUS(destroy(blob_id, row));
  }
  return {};
}

Result<BlobShelf::Opened> BlobShelf::begin(const Digest& blob_id, std::uint64_t size_bytes,
                                           const BlobOrigin& origin) {
  TRY_STATUS(check_size(size_bytes));
  const std::scoped_lock lock(mutex_);
  TRY(const auto existing, row(blob_id));
  bool resumed = false;
  if (existing) {
    TRY(resumed, settle_existing(blob_id, size_bytes, *existing));
  }
  Opened opened;
  if (resumed) {
    TRY_STATUS(write_row(blob_id, {BlobState::kReceiving, size_bytes, origin}));
    TRY(opened.key, keys_.get(blob_id));
  } else {
    TRY_STATUS(make_room(size_bytes));
    // First the row, then the key: an interruption leaves a row without key, never a stray key.
    TRY_STATUS(write_row(blob_id, {BlobState::kReceiving, size_bytes, origin}));
    used_bytes_ += size_bytes;
    partial_[blob_id] = size_bytes;
    opened.key = crypto::make_at_rest_key();
    TRY_STATUS(keys_.put(blob_id, opened.key));
  }
  opened.resumed = resumed;
  opened.ticket = next_ticket_++;
  partial_.erase(blob_id);
  writers_[blob_id] = opened.ticket;
  return opened;
}

// True when an unfinished upload can go on; false when the way is free; else why it is not.
Result<bool> BlobShelf::settle_existing(const Digest& blob_id, std::uint64_t size_bytes,
                                        const BlobRow& row) {
  const bool has_key = keys_.contains(blob_id);
  if (row.state == BlobState::kPurged || row.state == BlobState::kPurging) {
    return fail(Code::kFailedPrecondition, "the blob has been deleted here and may not come back");
  }
  if (row.state == BlobState::kHeld && has_key) {
    return fail(Code::kAlreadyExists, "the blob is held already");
  }
  if (writers_.contains(blob_id)) {
    return fail(Code::kUnavailable, "the blob is being uploaded already; try again later");
  }
  if (row.state == BlobState::kReceiving && has_key && row.size_bytes == size_bytes) return true;
  TRY_STATUS(remove(blob_id, row.size_bytes));
  return false;
}

// Unfinished uploads that nobody continues make way for one that somebody wants.
Status BlobShelf::make_room(std::uint64_t size_bytes) {
  if (options_.quota_bytes == 0) return {};
  while (used_bytes_ + size_bytes > options_.quota_bytes && !partial_.empty()) {
    PROBE("storage_blob_partial_evicted");
    const auto [blob_id, partial_size] = *partial_.begin();
    TRY_STATUS(remove(blob_id, partial_size));
  }
  if (used_bytes_ + size_bytes <= options_.quota_bytes) return {};
  return fail(Code::kNoSpace, "the blob quota of " + std::to_string(options_.quota_bytes) +
                                  " bytes is used up; raise it or wait until blobs are deleted");
}

Status BlobShelf::check_ticket(const Digest& blob_id, std::uint64_t ticket) const {
  const auto writer = writers_.find(blob_id);
  if (writer != writers_.end() && writer->second == ticket) return {};
  return fail(Code::kCancelled, "the blob has been deleted while it was uploaded");
}

Status BlobShelf::store(const Digest& blob_id, std::uint64_t ticket, const WriteBatch& pieces) {
  const std::scoped_lock lock(mutex_);
  TRY_STATUS(check_ticket(blob_id, ticket));
  return data_.write(pieces, true);
}

Status BlobShelf::finish(const Digest& blob_id, std::uint64_t ticket, WriteBatch pieces) {
  const std::scoped_lock lock(mutex_);
  TRY_STATUS(check_ticket(blob_id, ticket));
  TRY(const auto existing, row(blob_id));
  CHECK(existing.has_value());
  put_record(pieces, blob_row_key(blob_id),
             encode_blob_row({BlobState::kHeld, existing->size_bytes, existing->origin}));
  TRY_STATUS(data_.write(pieces, true));
  writers_.erase(blob_id);
  return {};
}

void BlobShelf::leave(const Digest& blob_id, std::uint64_t ticket) {
  const std::scoped_lock lock(mutex_);
  if (!check_ticket(blob_id, ticket)) return;
  writers_.erase(blob_id);
  const auto existing = row(blob_id);
  if (existing && *existing) partial_[blob_id] = (*existing)->size_bytes;
}

Status BlobShelf::discard(const Digest& blob_id, std::uint64_t ticket) {
  const std::scoped_lock lock(mutex_);
  TRY_STATUS(check_ticket(blob_id, ticket));
  TRY(const auto existing, row(blob_id));
  CHECK(existing.has_value());
  return remove(blob_id, existing->size_bytes);
}

Status BlobShelf::purge(const Digest& blob_id) {
  std::uint64_t size_bytes = 0;
  {
    const std::scoped_lock lock(mutex_);
    TRY(const auto existing, row(blob_id));
    size_bytes = existing ? existing->size_bytes : 0;
    TRY_STATUS(bury(blob_id, existing));
  }
  reclaim(blob_id, size_bytes);
  return {};
}

Result<bool> BlobShelf::purge_older(const Digest& blob_id, std::uint64_t before_ms) {
  std::uint64_t size_bytes = 0;
  {
    const std::scoped_lock lock(mutex_);
    TRY(const auto existing, row(blob_id));
    if (!existing || existing->state != BlobState::kHeld ||
        existing->origin.since_ms >= before_ms) {
      return false;
    }
    size_bytes = existing->size_bytes;
    TRY_STATUS(bury(blob_id, existing));
  }
  reclaim(blob_id, size_bytes);
  return true;
}

Status BlobShelf::renew(const Digest& blob_id, std::uint64_t since_ms) {
  const std::scoped_lock lock(mutex_);
  TRY(auto existing, held(blob_id));
  if (!existing) return fail(Code::kNotFound, "the blob is not held here");
  if (existing->origin.since_ms >= since_ms) return {};
  existing->origin.since_ms = since_ms;
  return write_row(blob_id, *existing);
}

Result<std::size_t> BlobShelf::drop_unfinished(std::uint64_t before_ms) {
  const std::scoped_lock lock(mutex_);
  std::vector<std::pair<Digest, std::uint64_t>> old;
  for (const auto& [blob_id, size_bytes] : partial_) {
    TRY(const auto existing, row(blob_id));
    CHECK(existing.has_value());
    if (existing->origin.since_ms < before_ms) old.emplace_back(blob_id, size_bytes);
  }
  for (const auto& [blob_id, size_bytes] : old) TRY_STATUS(remove(blob_id, size_bytes));
  return old.size();
}

// Pieces are stored in order, so the first one missing ends what is here.
Result<std::uint32_t> BlobShelf::pieces_here(const Digest& blob_id,
                                             std::uint64_t size_bytes) const {
  TRY(const auto existing, row(blob_id));
  const bool goes_on = existing && existing->state == BlobState::kReceiving &&
                       existing->size_bytes == size_bytes && keys_.contains(blob_id);
  if (!goes_on) return 0u;
  std::uint32_t low = 0;
  std::uint32_t high = piece_count(size_bytes);
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    TRY(const auto piece, data_.get(blob_piece_key(blob_id, middle)));
    if (piece) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

Status BlobShelf::bury(const Digest& blob_id, const std::optional<BlobRow>& row) {
  if (row && row->state == BlobState::kPurged) return {};
  const BlobRow purging{BlobState::kPurging, row ? row->size_bytes : 0, {}};
  TRY_STATUS(write_row(blob_id, purging));
  return destroy(blob_id, purging);
}

void BlobShelf::reclaim(const Digest& blob_id, std::uint64_t size_bytes) {
  if (size_bytes >= kReclaimSizeMin && !data_.reclaim(blob_pieces_prefix(blob_id))) {
    log::warning("blob_room_not_reclaimed", {{"size_bytes", size_bytes}});
  }
}

// The key first: whatever is interrupted afterwards, the bytes are unreadable.
Status BlobShelf::destroy(const Digest& blob_id, const BlobRow& row) {
  TRY_STATUS(keys_.erase(blob_id));
  WriteBatch batch;
  remove_pieces(batch, blob_id, row.size_bytes);
  put_record(batch, blob_row_key(blob_id), encode_blob_row({BlobState::kPurged, 0, {}}));
  TRY_STATUS(data_.write(batch, true));
  forget(blob_id, row.size_bytes);
  return {};
}

// Back to never having been here.
Status BlobShelf::remove(const Digest& blob_id, std::uint64_t size_bytes) {
  TRY_STATUS(keys_.erase(blob_id));
  WriteBatch batch;
  remove_pieces(batch, blob_id, size_bytes);
  batch.remove(blob_row_key(blob_id));
  TRY_STATUS(data_.write(batch, true));
  forget(blob_id, size_bytes);
  return {};
}

void BlobShelf::remove_pieces(WriteBatch& batch, const Digest& blob_id,
                              std::uint64_t size_bytes) const {
  const std::uint32_t count = piece_count(size_bytes);
  for (std::uint32_t piece = 0; piece < count; ++piece)
    batch.remove(blob_piece_key(blob_id, piece));
}

void BlobShelf::forget(const Digest& blob_id, std::uint64_t size_bytes) {
  CHECK(used_bytes_ >= size_bytes);
  used_bytes_ -= size_bytes;
  writers_.erase(blob_id);
  partial_.erase(blob_id);
}

Status BlobShelf::write_row(const Digest& blob_id, const BlobRow& row) {
  WriteBatch batch;
  put_record(batch, blob_row_key(blob_id), encode_blob_row(row));
  return data_.write(batch, true);
}

Result<std::optional<BlobRow>> BlobShelf::row(const Digest& blob_id) const {
  TRY(const auto value, get_record(data_, blob_row_key(blob_id)));
  if (!value) return std::optional<BlobRow>();
  TRY(const BlobRow row, decode_blob_row(*value));
  return std::optional<BlobRow>(row);
}

Result<std::optional<BlobRow>> BlobShelf::held(const Digest& blob_id) const {
  TRY(const auto found, row(blob_id));
  const bool is_held = found && found->state == BlobState::kHeld && keys_.contains(blob_id);
  return is_held ? found : std::optional<BlobRow>();
}

Result<Bytes> BlobShelf::piece(const Digest& blob_id, const Secret& key, std::uint64_t size_bytes,
                               std::uint32_t piece) const {
  TRY(const auto sealed, data_.get(blob_piece_key(blob_id, piece)));
  if (!sealed) return fail(Code::kNotFound, "a piece of the blob is not here");
  const bool last = piece + 1 == piece_count(size_bytes);
  TRY(Bytes opened, crypto::open_chunk(key, blob_id, piece, last, *sealed));
  if (opened.size() != piece_size(size_bytes, piece)) {
    return fail(Code::kCorrupt, "a stored piece of a blob has the wrong size");
  }
  return opened;
}

}  // namespace sekisho::storage::detail
