// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/blobs/custodian.h"

#include "node/ledger/storage_receipt.h"

namespace sekisho::blobs {

Result<std::unique_ptr<storage::BlobWriter>> Custodian::begin(const Digest& blob_id,
                                                              std::uint64_t size_bytes) {
  return store_.create(blob_id, size_bytes);
}

Result<v1::StorageReceipt> Custodian::keep(const Digest& blob_id, BytesView bytes) {
  const auto writer = store_.create(blob_id, bytes.size());
  if (!writer && writer.error().code != Code::kAlreadyExists) return fail(writer.error());
  if (writer) {
    TRY_STATUS((*writer)->append(bytes.substr((*writer)->size_bytes())));
    TRY_STATUS((*writer)->commit());
  }
  return receipt(blob_id);
}

Result<v1::StorageReceipt> Custodian::receipt(const Digest& blob_id) const {
  TRY(const auto held, store_.info(blob_id));
  if (!held) return fail(Code::kNotFound, "this node does not hold blob " + blob_id.hex());
  return ledger::make_storage_receipt(chain_id_, blob_id, held->size_bytes, node_number_, key_);
}

Status Custodian::purge(const Digest& blob_id) { return store_.purge(blob_id); }

}  // namespace sekisho::blobs
