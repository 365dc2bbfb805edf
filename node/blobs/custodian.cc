// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/blobs/custodian.h"

#include "node/ledger/storage_receipt.h"

namespace sekisho::blobs {

Result<std::unique_ptr<storage::BlobWriter>> Custodian::begin(const Digest& blob_id,
                                                              std::uint64_t size_bytes,
                                                              const std::string& member_id) {
  return store_.create(blob_id, size_bytes, {member_id, clock_.unix_ms()});
}

Result<v1::StorageReceipt> Custodian::keep(const Digest& blob_id, BytesView bytes,
                                           const std::string& member_id) {
  const auto writer = begin(blob_id, bytes.size(), member_id);
  if (!writer && writer.error().code != Code::kAlreadyExists) return fail(writer.error());
  if (!writer) return fresh_receipt(blob_id, member_id);
  TRY_STATUS((*writer)->append(bytes.substr((*writer)->size_bytes())));
  TRY_STATUS((*writer)->commit());
  return receipt(blob_id, member_id);
}

Result<v1::StorageReceipt> Custodian::receipt(const Digest& blob_id,
                                              const std::string& member_id) const {
  TRY(const auto held, store_.info(blob_id));
  if (!held) return fail(Code::kNotFound, "this node does not hold blob " + blob_id.hex());
  if (held->origin.member_id != member_id) {
    return fail(Code::kPermissionDenied, "this node holds the blob for another member");
  }
  const ledger::StorageClaim claim{blob_id, held->size_bytes, node_number_, held->origin.since_ms,
                                   member_id};
  return ledger::make_storage_receipt(chain_id_, claim, key_);
}

Result<v1::StorageReceipt> Custodian::fresh_receipt(const Digest& blob_id,
                                                    const std::string& member_id) {
  TRY_STATUS(receipt(blob_id, member_id));
  TRY_STATUS(store_.renew(blob_id, clock_.unix_ms()));
  return receipt(blob_id, member_id);
}

Status Custodian::purge(const Digest& blob_id) { return store_.purge(blob_id); }

}  // namespace sekisho::blobs
