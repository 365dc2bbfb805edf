// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/storage_receipt.h"

#include "node/crypto/signed_context.h"

namespace sekisho::ledger {

Bytes storage_receipt_input(const Digest& chain_id, const StorageClaim& claim) {
  Bytes numbers;
  put_u64(numbers, claim.size_bytes);
  put_u64(numbers, claim.node_number);
  put_u64(numbers, claim.issued_ms);
  return crypto::domain_separated(
      crypto::context::kStorageReceipt,
      {chain_id.view(), claim.blob_id.view(), numbers, claim.member_id});
}

v1::StorageReceipt make_storage_receipt(const Digest& chain_id, const StorageClaim& claim,
                                        const crypto::PrivateKey& operation_key) {
  v1::StorageReceipt receipt;
  receipt.set_blob_id(Bytes(claim.blob_id.view()));
  receipt.set_size_bytes(claim.size_bytes);
  receipt.set_node_number(claim.node_number);
  receipt.set_issued_ms(claim.issued_ms);
  receipt.set_member_id(claim.member_id);
  receipt.set_signature(operation_key.sign(storage_receipt_input(chain_id, claim)));
  return receipt;
}

Result<StorageClaim> storage_claim(const v1::StorageReceipt& receipt) {
  StorageClaim claim;
  TRY(claim.blob_id, Digest::from_bytes(receipt.blob_id()));
  claim.size_bytes = receipt.size_bytes();
  claim.node_number = receipt.node_number();
  claim.issued_ms = receipt.issued_ms();
  claim.member_id = receipt.member_id();
  return claim;
}

bool verify_storage_receipt(const Digest& chain_id, const v1::StorageReceipt& receipt,
                            const crypto::PublicKey& operation_key) {
  const auto claim = storage_claim(receipt);
  return claim &&
         operation_key.verify(storage_receipt_input(chain_id, *claim), receipt.signature());
}

}  // namespace sekisho::ledger
