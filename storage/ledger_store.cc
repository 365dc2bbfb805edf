// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/ledger_store.h"

#include <algorithm>
#include <utility>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "storage/detail/block_batch.h"
#include "storage/detail/caching_view.h"
#include "storage/detail/ledger_format.h"
#include "storage/detail/ledger_scan.h"
#include "storage/record.h"
#include "storage/schema.h"

namespace sekisho::storage {
namespace {

constexpr std::string_view kName = "ledger";

Status initialise(Kv& kv, const StoreOwner& owner,
                  const std::vector<ledger::StateChange>& genesis_state) {
  WriteBatch batch;
  put_identity(batch, owner);
  put_record(batch, detail::head_key(), detail::encode_head_row({0, 0, owner.chain_id}));
  detail::put_state_changes(batch, genesis_state);
  return kv.write(batch, true);
}

// The head row and the header it stands on were written together; they must still agree.
Status check_head(const LedgerHead& head) {
  if (head.height == 0 || ledger::block_hash(head.header) == head.hash) return {};
  return fail(Code::kCorrupt,
              "the head does not match the newest block; empty the data directory and run "
              "`sekisho node join`, or restore a backup");
}

// A block before the first has no header; its tree is empty.
std::uint64_t tree_size(const LedgerHead& head) {
  return head.height == 0 ? 0 : head.header.tree_size();
}

void check_extends(const LedgerHead& head, const ledger::AppliedBlock& block) {
  CHECK(block.header.height == head.height + 1);
  CHECK(block.header.previous_block_hash == head.hash);
  CHECK(block.header.first_index == tree_size(head));
  CHECK(block.consensus_index > head.consensus_index);
  CHECK(block.hash == ledger::block_hash(block.header));
  if (head.height == 0) return;
  CHECK(block.header.chain_id == head.header.chain_id);
  CHECK(block.header.block_time_ms > head.header.block_time_ms);
}

void put_attestation(WriteBatch& batch, std::uint64_t height, const Digest& hash, BytesView note) {
  put_record(batch, detail::attestation_key(height),
             detail::encode_attestation_row({hash, Bytes(note)}));
}

}  // namespace

LedgerStore::LedgerStore(Kv& kv, LedgerHead head, std::uint64_t attested_height,
                         std::uint64_t oldest_note_height)
    : kv_(kv),
      head_(std::move(head)),
      attested_height_(attested_height),
      oldest_note_height_(oldest_note_height) {}

Result<std::unique_ptr<LedgerStore>> LedgerStore::open(
    Kv& kv, const Digest& chain_id, std::uint64_t node_number,
    const std::vector<ledger::StateChange>& genesis_state) {
  const StoreOwner owner{chain_id, node_number};
  TRY(const bool exists, check_identity(kv, kName, owner));
  if (!exists) {
    TRY_STATUS(initialise(kv, owner, genesis_state));
  }
  const LedgerView view(kv.snapshot());
  TRY(LedgerHead head, view.head());
  TRY_STATUS(check_head(head));
  TRY(const std::uint64_t attested_height, view.attested_height());
  TRY(const auto oldest, detail::first_number(kv, detail::attestation_prefix()));
  return std::unique_ptr<LedgerStore>(
      new LedgerStore(kv, std::move(head), attested_height, oldest.value_or(0)));
}

LedgerView LedgerStore::view() const {
  const std::scoped_lock lock(mutex_);
  if (!newest_) newest_ = std::make_shared<const detail::CachingView>(kv_.snapshot());
  return LedgerView(newest_);
}

Status LedgerStore::write(const WriteBatch& batch, bool sync) {
  Status written = kv_.write(batch, sync);
  const std::scoped_lock lock(mutex_);
  newest_.reset();
  return written;
}

Status LedgerStore::commit_block(const ledger::AppliedBlock& block, BytesView own_note) {
  check_extends(head_, block);
  CHECK(block.header.height > attested_height_);
  WriteBatch batch = detail::make_block_batch(block);
  if (!own_note.empty()) put_attestation(batch, block.header.height, block.hash, own_note);
  TRY_STATUS(write(batch, true));
  head_ = {block.header.height, block.consensus_index, block.header, block.hash};
  if (!own_note.empty()) on_note_stored(block.header.height);
  return {};
}

Status LedgerStore::save_own_attestation(std::uint64_t height, const Digest& hash, BytesView note) {
  CHECK(height >= 1);
  CHECK(height <= head_.height);
  CHECK(height >= attested_height_);
  TRY(const ledger::BlockHeader header, view().header(height));
  CHECK(hash == ledger::block_hash(header));
  WriteBatch batch;
  put_attestation(batch, height, hash, note);
  TRY_STATUS(write(batch, true));
  on_note_stored(height);
  return {};
}

void LedgerStore::on_note_stored(std::uint64_t height) {
  if (attested_height_ == 0) oldest_note_height_ = height;
  attested_height_ = height;
}

Status LedgerStore::save_certificate(std::uint64_t height, BytesView note) {
  CHECK(height >= 1);
  CHECK(height <= head_.height);
  WriteBatch batch;
  put_record(batch, detail::certificate_key(height), Bytes(note));
  const std::uint64_t end =
      std::min({height, attested_height_, oldest_note_height_ + kNotesForgottenMax});
  for (std::uint64_t old = oldest_note_height_; old < end; ++old)
    batch.remove(detail::attestation_key(old));
  TRY_STATUS(write(batch, false));
  oldest_note_height_ = std::max(oldest_note_height_, end);
  return {};
}

}  // namespace sekisho::storage
