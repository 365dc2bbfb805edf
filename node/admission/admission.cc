// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/admission/admission.h"

#include <algorithm>
#include <map>

#include "node/base/limits.h"
#include "node/state/queries.h"

namespace sekisho::admission {
namespace {

// The receipts inside a payload, if it has any.
const google::protobuf::RepeatedPtrField<v1::StorageReceipt>* receipts_of(
    const v1::Operation& operation) {
  switch (operation.payload_case()) {
    case v1::Operation::kOffer:
      return &operation.offer().receipts();
    case v1::Operation::kConversionResult:
      return &operation.conversion_result().receipts();
    case v1::Operation::kConversionFailure:
      return &operation.conversion_failure().receipts();
    case v1::Operation::kRegisterMap:
      return &operation.register_map().receipts();
    default:
      return nullptr;
  }
}

}  // namespace

Result<Admitted> Admission::check(Bytes signed_operation, const storage::LedgerView& view) const {
  TRY(const auto operation, ledger::parse_operation(signed_operation));
  return check(operation, std::move(signed_operation), view);
}

Result<Admitted> Admission::check(const ledger::ParsedOperation& operation, Bytes signed_operation,
                                  const storage::LedgerView& view) const {
  TRY(const auto head, view.head());
  TRY(const auto spent, view.find_operation(operation.operation_id));
  Admitted admitted;
  admitted.author_member = operation.operation.author_member();
  admitted.operation.digest = operation.digest;
  admitted.operation.operation_id = operation.operation_id;
  admitted.operation.valid_until_ms = operation.operation.valid_until_ms();
  if (spent) {
    TRY(const auto record, view.operation(*spent));
    if (record.operation_digest != operation.digest) {
      return fail(Code::kAlreadyExists,
                  "this operation id belongs to another operation on the ledger; build a new one");
    }
    admitted.already_ordered = true;
    return admitted;
  }
  TRY_STATUS(check_time(operation, head.height == 0 ? 0 : head.header.block_time_ms));
  TRY(const auto key, author_key(operation, *view.state()));
  TRY_STATUS(check_receipts(operation));
  TRY_STATUS(check_signature(operation, key));
  admitted.operation.signed_operation = std::move(signed_operation);
  return admitted;
}

Status Admission::check_time(const ledger::ParsedOperation& operation,
                             std::uint64_t block_time_ms) const {
  const std::uint64_t valid_until_ms = operation.operation.valid_until_ms();
  if (valid_until_ms <= block_time_ms) {
    return fail(Code::kFailedPrecondition,
                "the operation's time is over (valid_until); build and sign a new one");
  }
  const std::uint64_t now_ms = std::max(clock_.unix_ms(), block_time_ms);
  if (valid_until_ms > now_ms + limits::kValidityMaxMs) {
    return fail(Code::kFailedPrecondition,
                "valid_until is more than 24 hours ahead; is the sending computer's clock right?");
  }
  return {};
}

Result<state::Key> Admission::author_key(const ledger::ParsedOperation& operation,
                                         const state::Reader& reader) {
  auto key = state::key(reader, operation.key_id);
  if (!key) {
    return fail(Code::kUnauthenticated,
                "the signing key is not on the ledger; has the member been admitted?");
  }
  if (key->revoked()) return fail(Code::kUnauthenticated, "the signing key has been revoked");
  if (key->member_id != operation.operation.author_member()) {
    return fail(Code::kPermissionDenied, "the signing key belongs to another member");
  }
  // The duty to delete outlives a suspension, as in the state machine's rules.
  const bool deletion = operation.operation.has_record_deletion();
  const auto member = state::member(reader, key->member_id);
  if (!member || (!member->active() && !deletion)) {
    return fail(Code::kPermissionDenied, "the member is suspended; ask the secretariat");
  }
  return std::move(*key);
}

Status Admission::check_signature(const ledger::ParsedOperation& operation,
                                  const state::Key& key) const {
  thread_local std::map<Digest, state::PlainVerifier> verifiers;  // parsed keys, one cache a worker
  const auto& verifier = verifiers.try_emplace(chain_id_, chain_id_).first->second;
  if (!verifier.verify_operation(operation, key.spki_der)) {
    return fail(Code::kUnauthenticated,
                "the signature does not fit the operation; it was altered on its way, or made for "
                "another consortium");
  }
  return {};
}

Status Admission::check_receipts(const ledger::ParsedOperation& operation) const {
  const auto* receipts = receipts_of(operation.operation);
  if (receipts == nullptr) return {};
  for (const auto& receipt : *receipts) {
    if (receipt.node_number() != node_number_) continue;
    TRY(const Digest blob_id, Digest::from_bytes(receipt.blob_id()));
    if (!holds_blob_(blob_id)) {
      return fail(Code::kFailedPrecondition, "this node does not hold blob " + blob_id.hex() +
                                                 "; upload it again before it is offered");
    }
  }
  return {};
}

}  // namespace sekisho::admission
