// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/storage_receipt.h"

#include "node/crypto/signed_context.h"

namespace sekisho::ledger {

Bytes storage_receipt_input(const Digest& chain_id, const Digest& blob_id, std::uint64_t size_bytes,
                            std::uint64_t node_number) {
  Bytes numbers;
  put_u64(numbers, size_bytes);
  put_u64(numbers, node_number);
  return crypto::domain_separated(crypto::context::kStorageReceipt,
                                  {chain_id.view(), blob_id.view(), numbers});
}

v1::StorageReceipt make_storage_receipt(const Digest& chain_id, const Digest& blob_id,
                                        std::uint64_t size_bytes, std::uint64_t node_number,
                                        const crypto::PrivateKey& operation_key) {
  v1::StorageReceipt receipt;
  receipt.set_blob_id(Bytes(blob_id.view()));
  receipt.set_size_bytes(size_bytes);
  receipt.set_node_number(node_number);
  receipt.set_signature(
      operation_key.sign(storage_receipt_input(chain_id, blob_id, size_bytes, node_number)));
  return receipt;
}

bool verify_storage_receipt(const Digest& chain_id, const v1::StorageReceipt& receipt,
                            const crypto::PublicKey& operation_key) {
  const auto blob_id = Digest::from_bytes(receipt.blob_id());
  if (!blob_id) return false;
  return operation_key.verify(
      storage_receipt_input(chain_id, *blob_id, receipt.size_bytes(), receipt.node_number()),
      receipt.signature());
}

}  // namespace sekisho::ledger
