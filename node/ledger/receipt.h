// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/ledger/block.h"
#include "node/ledger/checkpoint.h"
#include "node/ledger/genesis.h"
#include "node/ledger/merkle.h"
#include "node/ledger/operation.h"
#include "node/ledger/verdict.h"

namespace sekisho::ledger {

inline constexpr std::size_t kReceiptSizeMax = 256 * 1024;

// The proof that an operation stands on the ledger, with its place, time and verdict: C2SP
// tlog-proof text. Exact layout, the extra line included: docs/formats/ledger.md.
struct Receipt {
  OperationRecord record;    // digest, key id and operation id follow from the bytes
  Bytes signer_spki_der;     // the key that signed; proves itself by record.author_key_id
  std::vector<Digest> path;  // inclusion in the checkpoint's tree
  Bytes certificate;         // certified checkpoint note
};

// `certificate` is of the record's block or a later one; `nodes` reads the log tree.
[[nodiscard]] Result<Receipt> make_receipt(const OperationRecord& record, BytesView signer_spki_der,
                                           BytesView certificate, const TreeNodeReader& nodes);
[[nodiscard]] Result<std::string> format_receipt(const Receipt& receipt);
// Structure only; kInvalidArgument with the line. Nothing is verified.
[[nodiscard]] Result<Receipt> parse_receipt(BytesView text);

// What a receipt proves.
struct VerifiedReceipt {
  OperationRecord record;
  ParsedOperation operation;
  Verdict verdict = Verdict::kAccepted;
  Checkpoint checkpoint;
  std::vector<std::uint64_t> signers;  // node numbers on the certificate
};
// Offline, trusting the genesis document alone: a majority of its voters signed the checkpoint of
// this chain, the tree contains the leaf, the leaf is this operation, and the named key signed it.
// kInvalidArgument, kFailedPrecondition (too few voters) or kPermissionDenied (bad signature).
[[nodiscard]] Result<VerifiedReceipt> verify_receipt(const Receipt& receipt,
                                                     const GenesisDocument& genesis);

}  // namespace sekisho::ledger
