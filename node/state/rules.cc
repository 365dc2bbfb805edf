// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/state/rules.h"

#include "node/base/check.h"
#include "node/state/queries.h"

namespace sekisho::state {

using ledger::Verdict;

namespace {

bool role_entitled(const v1::Operation& operation, v1::KeyRole role) {
  const bool admin = role == v1::ADMIN;
  const bool worker = admin || role == v1::OPERATOR;
  switch (operation.payload_case()) {
    case v1::Operation::kConversionResult:
    case v1::Operation::kConversionFailure:
    case v1::Operation::kRecordDeletion:
    case v1::Operation::kExpireExchange:
      return role == v1::NODE;
    case v1::Operation::kPropose:
    case v1::Operation::kVote:
    case v1::Operation::kAddKey:
    case v1::Operation::kRevokeKey:
    case v1::Operation::kRenewEncryptionCertificate:
      return admin;
    case v1::Operation::kRecordAuditQuery:
      return role != v1::NODE;
    case v1::Operation::kNote:
      return worker || role == v1::NODE;
    default:
      return worker;
  }
}

bool kind_entitled(const v1::Operation& operation, v1::MemberKind kind) {
  switch (operation.payload_case()) {
    case v1::Operation::kOffer:
    case v1::Operation::kRegisterMap:
      return kind == v1::INSTITUTION || kind == v1::MEDICAL;
    case v1::Operation::kPropose:
    case v1::Operation::kVote:
      return kind != v1::AUDITOR;
    default:
      return true;
  }
}

}  // namespace

bool may_offer(v1::MemberKind kind, v1::KeyRole role) {
  v1::Operation offer;
  offer.mutable_offer();
  return role_entitled(offer, role) && kind_entitled(offer, kind);
}

Verdict check_entitlement(const v1::Operation& operation, const Member& author, const Key& key) {
  // The duty to delete outlives a suspension; nothing else does.
  const bool deletion = operation.payload_case() == v1::Operation::kRecordDeletion;
  if (!author.active() && !deletion) return Verdict::kRejectedSuspendedMember;
  if (!role_entitled(operation, key.role)) return Verdict::kRejectedRoleNotEntitled;
  if (!kind_entitled(operation, author.kind)) return Verdict::kRejectedKindNotEntitled;
  return Verdict::kAccepted;
}

Verdict apply_payload(RuleContext& context, const v1::Operation& operation) {
  switch (operation.payload_case()) {
    case v1::Operation::kOffer:
      return apply(context, operation.offer());
    case v1::Operation::kConversionResult:
      return apply(context, operation.conversion_result());
    case v1::Operation::kConversionFailure:
      return apply(context, operation.conversion_failure());
    case v1::Operation::kRecordFetch:
      return apply(context, operation.record_fetch());
    case v1::Operation::kConfirmReceipt:
      return apply(context, operation.confirm_receipt());
    case v1::Operation::kRejectDelivery:
      return apply(context, operation.reject_delivery());
    case v1::Operation::kWithdraw:
      return apply(context, operation.withdraw());
    case v1::Operation::kRecordDeletion:
      return apply(context, operation.record_deletion());
    case v1::Operation::kExpireExchange:
      return apply(context, operation.expire_exchange());
    case v1::Operation::kRegisterMap:
      return apply(context, operation.register_map());
    case v1::Operation::kPropose:
      return apply(context, operation.propose());
    case v1::Operation::kVote:
      return apply(context, operation.vote());
    case v1::Operation::kAddKey:
      return apply(context, operation.add_key());
    case v1::Operation::kRevokeKey:
      return apply(context, operation.revoke_key());
    case v1::Operation::kRenewEncryptionCertificate:
      return apply(context, operation.renew_encryption_certificate());
    // These stand on the ledger and change nothing.
    case v1::Operation::kRecordAuditQuery:
    case v1::Operation::kNote:
      return Verdict::kAccepted;
    case v1::Operation::PAYLOAD_NOT_SET:
      break;
  }
  return Verdict::kRejectedMalformed;
}

}  // namespace sekisho::state
