// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/base/rng.h"
#include "node/crypto/key.h"
#include "proto/v1/operation.pb.h"

namespace sekisho::ledger {

// A fresh operation: random id, valid until `now_ms + validity_ms`. The caller sets one payload.
// CHECKs validity_ms <= limits::kValidityMaxMs.
[[nodiscard]] v1::Operation make_operation(std::string_view author_member, std::uint64_t now_ms,
                                           std::uint64_t validity_ms, Rng& rng);

// Serialises, signs, wraps: the bytes of a SignedOperation, ready to be submitted.
[[nodiscard]] Bytes sign_operation(const v1::Operation& operation, const Digest& chain_id,
                                   const crypto::PrivateKey& key);

// A SignedOperation that passed every check that needs no state. Movable value; any thread.
struct ParsedOperation {
  v1::Operation operation;
  Id16 operation_id;
  Digest digest;  // SHA-256 of the SignedOperation's bytes as they came
  Digest key_id;
  Bytes operation_bytes;  // what the signature covers, behind the context and the chain id
  Bytes signature;
};

// Bounds, structure, one known payload, no unknown fields, every field within its limits, no
// control characters in texts. kInvalidArgument with the field. The signature is not verified.
[[nodiscard]] Result<ParsedOperation> parse_operation(BytesView signed_operation);

// The same checks for an operation that is not signed yet; clients call it before signing.
[[nodiscard]] Status check_operation(const v1::Operation& operation);

// True when the signature is `key`'s and `key` is the one the operation names.
[[nodiscard]] bool verify_operation(const ParsedOperation& operation, const Digest& chain_id,
                                    const crypto::PublicKey& key);

// SHA-256 of the SignedOperation's bytes.
[[nodiscard]] Digest operation_digest(BytesView signed_operation);

// "offer", "confirm_receipt": the field name of the payload; "none" when there is none.
[[nodiscard]] std::string_view payload_name(const v1::Operation& operation);

}  // namespace sekisho::ledger
