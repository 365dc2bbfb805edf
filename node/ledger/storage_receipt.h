// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "node/base/bytes.h"
#include "node/crypto/key.h"
#include "proto/v1/operation.pb.h"

namespace sekisho::ledger {

// What a holder signs once a blob is durable with it, exact:
// "sekisho/storage-receipt/v1" 0x00 chain_id(32) blob_id(32) u64be size_bytes u64be node_number.
[[nodiscard]] Bytes storage_receipt_input(const Digest& chain_id, const Digest& blob_id,
                                          std::uint64_t size_bytes, std::uint64_t node_number);

// The signed word itself. Called after the blob's commit() only.
[[nodiscard]] v1::StorageReceipt make_storage_receipt(const Digest& chain_id, const Digest& blob_id,
                                                      std::uint64_t size_bytes,
                                                      std::uint64_t node_number,
                                                      const crypto::PrivateKey& operation_key);

// True when well formed and signed by that node's operation key.
[[nodiscard]] bool verify_storage_receipt(const Digest& chain_id, const v1::StorageReceipt& receipt,
                                          const crypto::PublicKey& operation_key);

}  // namespace sekisho::ledger
