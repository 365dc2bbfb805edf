// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "node/base/bytes.h"
#include "node/crypto/key.h"
#include "proto/v1/operation.pb.h"

namespace sekisho::ledger {

// What a holder vouches for: that it keeps these bytes for this member until block time has passed
// issued_ms + limits::kValidityMaxMs, and for as long as the ledger says once an operation of that
// member has named them. The time is the holder's own; a receipt is good for no longer, so a holder
// whose clock is wrong keeps its word all the same.
struct StorageClaim {
  Digest blob_id;
  std::uint64_t size_bytes = 0;
  std::uint64_t node_number = 0;
  std::uint64_t issued_ms = 0;
  std::string member_id;
};

// What a holder signs once a blob is durable with it, exact:
// "sekisho/storage-receipt/v2" 0x00 chain_id(32) blob_id(32) u64be size_bytes u64be node_number
// u64be issued_ms member_id.
[[nodiscard]] Bytes storage_receipt_input(const Digest& chain_id, const StorageClaim& claim);

// The signed word itself. Called after the blob's commit() only, and after issued_ms is durable.
[[nodiscard]] v1::StorageReceipt make_storage_receipt(const Digest& chain_id,
                                                      const StorageClaim& claim,
                                                      const crypto::PrivateKey& operation_key);

// The claim of a receipt, not yet verified; kInvalidArgument when the blob id has another size.
[[nodiscard]] Result<StorageClaim> storage_claim(const v1::StorageReceipt& receipt);

// True when well formed and signed by that node's operation key.
[[nodiscard]] bool verify_storage_receipt(const Digest& chain_id, const v1::StorageReceipt& receipt,
                                          const crypto::PublicKey& operation_key);

}  // namespace sekisho::ledger
