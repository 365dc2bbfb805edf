// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/state/holdings.h"

#include <algorithm>
#include <set>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/crypto/hash.h"
#include "node/ledger/storage_receipt.h"
#include "node/state/queries.h"
#include "node/state/writes.h"

namespace sekisho::state {

using ledger::Verdict;

namespace {

const NewBlob* find_blob(const std::vector<NewBlob>& blobs, const v1::StorageReceipt& receipt) {
  const auto found = std::find_if(blobs.begin(), blobs.end(), [&](const NewBlob& candidate) {
    return candidate.blob.blob_id.view() == receipt.blob_id() &&
           candidate.blob.size_bytes == receipt.size_bytes();
  });
  return found == blobs.end() ? nullptr : &*found;
}

// The holder keeps what no operation has named for this long, and no longer.
bool in_time(const RuleContext& context, const v1::StorageReceipt& receipt) {
  const std::uint64_t age_ms =
      context.now_ms > receipt.issued_ms() ? context.now_ms - receipt.issued_ms() : 0;
  return age_ms <= limits::kValidityMaxMs;
}

// The receipt is the author's own and in time, the node exists, its member is active, its key is
// not revoked, and it signed this receipt.
bool vouched(const RuleContext& context, const v1::StorageReceipt& receipt) {
  if (receipt.member_id() != context.author.member_id || !in_time(context, receipt)) return false;
  const std::optional<Node> holder = node(context.state, receipt.node_number());
  if (!holder) return false;
  const std::optional<Member> owner = member(context.state, holder->member_id);
  CHECK(owner.has_value());
  const std::optional<Key> signer = key(context.state, crypto::sha256(holder->operation_key_spki));
  CHECK(signer.has_value());
  if (!owner->active() || signer->revoked()) return false;
  const auto claim = ledger::storage_claim(receipt);
  return claim && context.verifier.verify(signer->spki_der,
                                          ledger::storage_receipt_input(context.chain_id, *claim),
                                          receipt.signature());
}

void write_custody(RuleContext& context, const NewBlob& held, std::uint64_t node_number) {
  Custody custody;
  custody.blob_id = held.blob.blob_id;
  custody.node_number = node_number;
  custody.exchange_id = held.exchange_id;
  custody.role = held.role;
  custody.size_bytes = held.blob.size_bytes;
  custody.held_ms = context.now_ms;
  put_custody(context.state, custody);
}

}  // namespace

Blob blob_from_proto(const v1::BlobRef& proto) {
  Blob blob;
  blob.blob_id = *Digest::from_bytes(proto.blob_id());
  blob.size_bytes = proto.size_bytes();
  if (!proto.commitment().empty()) blob.commitment = *Digest::from_bytes(proto.commitment());
  return blob;
}

Verdict take_custody(RuleContext& context, const std::vector<NewBlob>& blobs,
                     const google::protobuf::RepeatedPtrField<v1::StorageReceipt>& receipts) {
  for (const NewBlob& blob : blobs) {
    if (!custody_of(context.state, blob.blob.blob_id).empty()) return Verdict::kRejectedBlobReused;
  }
  std::set<std::pair<Digest, std::uint64_t>> holders;
  for (const v1::StorageReceipt& receipt : receipts) {
    const NewBlob* blob = find_blob(blobs, receipt);
    if (blob == nullptr || !vouched(context, receipt) ||
        !holders.emplace(blob->blob.blob_id, receipt.node_number()).second) {
      return Verdict::kRejectedBadReceipt;
    }
    write_custody(context, *blob, receipt.node_number());
  }
  const std::size_t required = policy(context.state).receipts_required;
  for (const NewBlob& blob : blobs) {
    if (custody_of(context.state, blob.blob.blob_id).size() < required) {
      return Verdict::kRejectedTooFewReceipts;
    }
  }
  return Verdict::kAccepted;
}

void demand_purge(RuleContext& context, const Blob& blob) {
  for (Custody& custody : custody_of(context.state, blob.blob_id)) {
    if (custody.status != CustodyStatus::kHeld) continue;
    custody.status = CustodyStatus::kPurging;
    custody.purge_ms = context.now_ms;
    put_custody(context.state, custody);
  }
}

bool signed_by_node(const RuleContext& context, std::uint64_t node_number) {
  const std::optional<Node> acting = node(context.state, node_number);
  return acting && acting->operation_key_spki == context.key.spki_der;
}

}  // namespace sekisho::state
