// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/payload_check.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "node/base/bytes.h"
#include "node/base/limits.h"
#include "node/ledger/genesis.h"
#include "node/ledger/policy.h"
#include "node/ledger/text.h"

namespace sekisho::ledger {
namespace {

constexpr std::size_t kTokenMax = 64;
constexpr std::size_t kNoteSizeMax = 1024;
constexpr std::uint64_t kPersonsMax = 10'000'000;

// Collects the first thing that is wrong, so that each field stands on one line.
class Checker {
 public:
  explicit Checker(std::string_view place) : place_(place) {}

  Checker& require(bool holds, std::string_view what) {
    if (!holds && wrong_.empty()) wrong_ = what;
    return *this;
  }
  Checker& known(const google::protobuf::Message& message) {
    return require(!has_unknown_fields(message), "has fields this version lacks");
  }
  Checker& digest(const std::string& bytes, std::string_view what) {
    return require(bytes.size() == Digest::kSize, what);
  }
  Checker& id(const std::string& bytes, std::string_view what) {
    const auto value = Id16::from_bytes(bytes);
    return require(value && !value->is_zero(), what);
  }
  Checker& text(const std::string& value, std::size_t size_max, std::string_view what) {
    return require(!value.empty() && valid_text(value, size_max), what);
  }
  [[nodiscard]] Status status() const {
    if (wrong_.empty()) return {};
    return fail(Code::kInvalidArgument, place_ + ": " + wrong_);
  }

 private:
  std::string place_;
  std::string wrong_;
};

Status check_blob(const v1::BlobRef& blob, bool sealed) {
  const std::size_t size_max = sealed ? limits::kBlobSizeMax : limits::kMapFileSizeMax;
  return Checker("blob")
      .known(blob)
      .digest(blob.blob_id(), "blob_id must have 32 bytes")
      .require(blob.size_bytes() > 0 && blob.size_bytes() <= size_max,
               "size_bytes is out of bounds")
      .require(blob.commitment().size() == (sealed ? Digest::kSize : 0),
               sealed ? "commitment must have 32 bytes" : "a map has no commitment")
      .status();
}

template <typename Receipts>
Status check_receipts(const Receipts& receipts) {
  if (receipts.size() > kReceiptsMax) {
    return fail(Code::kInvalidArgument, "receipts: more than " + std::to_string(kReceiptsMax));
  }
  for (const v1::StorageReceipt& receipt : receipts) {
    TRY_STATUS(Checker("receipt")
                   .known(receipt)
                   .digest(receipt.blob_id(), "blob_id must have 32 bytes")
                   .require(receipt.node_number() > 0, "node_number is missing")
                   .require(receipt.issued_ms() > 0, "issued_ms is missing")
                   .require(valid_member_id(receipt.member_id()), "member_id is no member id")
                   .require(!receipt.signature().empty() && receipt.signature().size() <= 128,
                            "signature is missing or too long")
                   .status());
  }
  return {};
}

Status check_evidence(const v1::ConversionEvidence& evidence) {
  Checker checker("evidence");
  checker.known(evidence)
      .require(valid_token(evidence.converter_version(), kTokenMax),
               "converter_version is no version")
      .digest(evidence.map_digest(), "map_digest must have 32 bytes")
      .digest(evidence.catalog_digest(), "catalog_digest must have 32 bytes")
      .digest(evidence.input_commitment(), "input_commitment must have 32 bytes")
      .require(evidence.persons_in() <= kPersonsMax && evidence.persons_out() <= kPersonsMax &&
                   evidence.persons_held() <= kPersonsMax,
               "a number of persons is out of bounds")
      .require(evidence.counts_size() <= kCodeCountsMax, "more than 100 codes");
  std::string_view previous;
  for (const v1::CodeCount& count : evidence.counts()) {
    checker.known(count)
        .require(valid_message_code(count.code()), "a code is not a code")
        .require(previous < count.code(), "codes must ascend");
    previous = count.code();
  }
  return checker.status();
}

Status check(const v1::Offer& offer) {
  TRY_STATUS(
      Checker("offer")
          .known(offer)
          .id(offer.exchange_id(), "exchange_id must be 16 random bytes")
          .require(valid_member_id(offer.receiver_member()), "receiver_member is no member id")
          .digest(offer.map_digest(), "map_digest must have 32 bytes")
          .require(offer.converter_node() > 0, "converter_node is missing")
          .require(offer.has_input(), "input is missing")
          .status());
  TRY_STATUS(check_blob(offer.input(), true));
  return check_receipts(offer.receipts());
}

Status check(const v1::ConversionResult& result) {
  TRY_STATUS(
      Checker("conversion_result")
          .known(result)
          .id(result.exchange_id(), "exchange_id must be 16 random bytes")
          .require(result.has_output(), "output is missing")
          .require(result.has_evidence(), "evidence is missing")
          .require(!result.has_report() || result.report().blob_id() != result.output().blob_id(),
                   "output and report must differ")
          .status());
  TRY_STATUS(check_blob(result.output(), true));
  if (result.has_report()) TRY_STATUS(check_blob(result.report(), true));
  TRY_STATUS(check_evidence(result.evidence()));
  return check_receipts(result.receipts());
}

Status check(const v1::ConversionFailure& failure) {
  TRY_STATUS(Checker("conversion_failure")
                 .known(failure)
                 .id(failure.exchange_id(), "exchange_id must be 16 random bytes")
                 .require(failure.has_report(), "report is missing")
                 .require(failure.has_evidence(), "evidence is missing")
                 .require(valid_message_code(failure.code()), "code is no code")
                 .status());
  TRY_STATUS(check_blob(failure.report(), true));
  TRY_STATUS(check_evidence(failure.evidence()));
  return check_receipts(failure.receipts());
}

Status check(const v1::RecordFetch& fetch) {
  return Checker("record_fetch")
      .known(fetch)
      .id(fetch.exchange_id(), "exchange_id must be 16 random bytes")
      .digest(fetch.blob_id(), "blob_id must have 32 bytes")
      .require(fetch.node_number() > 0, "node_number is missing")
      .status();
}

Status check(const v1::ConfirmReceipt& confirm) {
  return Checker("confirm_receipt")
      .known(confirm)
      .id(confirm.exchange_id(), "exchange_id must be 16 random bytes")
      .digest(confirm.blob_id(), "blob_id must have 32 bytes")
      .digest(confirm.commitment(), "commitment must have 32 bytes")
      .status();
}

Status check(const v1::RejectDelivery& reject) {
  return Checker("reject_delivery")
      .known(reject)
      .id(reject.exchange_id(), "exchange_id must be 16 random bytes")
      .text(reject.reason(), limits::kTextMax,
            "reason is missing, too long or has control characters")
      .status();
}

Status check(const v1::Withdraw& withdraw) {
  return Checker("withdraw")
      .known(withdraw)
      .id(withdraw.exchange_id(), "exchange_id must be 16 random bytes")
      .text(withdraw.reason(), limits::kTextMax,
            "reason is missing, too long or has control characters")
      .status();
}

Status check(const v1::RecordDeletion& deletion) {
  return Checker("record_deletion")
      .known(deletion)
      .digest(deletion.blob_id(), "blob_id must have 32 bytes")
      .require(deletion.node_number() > 0, "node_number is missing")
      .require(valid_token(deletion.method(), 32), "method is no word")
      .status();
}

Status check(const v1::ExpireExchange& expire) {
  return Checker("expire_exchange")
      .known(expire)
      .id(expire.exchange_id(), "exchange_id must be 16 random bytes")
      .status();
}

Status check(const v1::RegisterMap& map) {
  TRY_STATUS(Checker("register_map")
                 .known(map)
                 .require(valid_token(map.map_id(), kTokenMax), "map_id is no id")
                 .require(map.version() > 0, "version starts at 1")
                 .require(map.has_map(), "map is missing")
                 .require(valid_token(map.catalog_id(), kTokenMax), "catalog_id is no id")
                 .text(map.title(), limits::kNameMax, "title is missing or too long")
                 .status());
  TRY_STATUS(check_blob(map.map(), false));
  return check_receipts(map.receipts());
}

Status check(const v1::AddMember& add) {
  TRY_STATUS(
      Checker("add_member").known(add).require(add.has_member(), "member is missing").status());
  return check_member_shape(add.member());
}

Status check(const v1::SuspendMember& suspend) {
  return Checker("suspend_member")
      .known(suspend)
      .require(valid_member_id(suspend.member_id()), "member_id is no member id")
      .text(suspend.reason(), limits::kTextMax, "reason is missing or too long")
      .status();
}

Status check(const v1::ReinstateMember& reinstate) {
  return Checker("reinstate_member")
      .known(reinstate)
      .require(valid_member_id(reinstate.member_id()), "member_id is no member id")
      .status();
}

Status check(const v1::ApproveMap& approve) {
  return Checker("approve_map")
      .known(approve)
      .digest(approve.map_digest(), "map_digest must have 32 bytes")
      .status();
}

Status check(const v1::RetireMap& retire) {
  return Checker("retire_map")
      .known(retire)
      .digest(retire.map_digest(), "map_digest must have 32 bytes")
      .text(retire.reason(), limits::kTextMax, "reason is missing or too long")
      .status();
}

Status check(const v1::SetPolicy& set) {
  const v1::Policy& policy = set.policy();
  TRY_STATUS(Checker("set_policy")
                 .known(set)
                 .known(policy)
                 .known(policy.routine())
                 .known(policy.sensitive())
                 .known(policy.constitutional())
                 .require(set.has_policy(), "policy is missing")
                 .status());
  return check_policy(policy_from_proto(policy));
}

Status check(const v1::Action& action) {
  if (has_unknown_fields(action)) {
    return fail(Code::kInvalidArgument, "action: has fields this version lacks");
  }
  switch (action.action_case()) {
    case v1::Action::kAddMember:
      return check(action.add_member());
    case v1::Action::kSuspendMember:
      return check(action.suspend_member());
    case v1::Action::kReinstateMember:
      return check(action.reinstate_member());
    case v1::Action::kApproveMap:
      return check(action.approve_map());
    case v1::Action::kRetireMap:
      return check(action.retire_map());
    case v1::Action::kSetPolicy:
      return check(action.set_policy());
    case v1::Action::ACTION_NOT_SET:
      break;
  }
  return fail(Code::kInvalidArgument, "action: empty");
}

Status check(const v1::Propose& propose) {
  TRY_STATUS(Checker("propose")
                 .known(propose)
                 .id(propose.proposal_id(), "proposal_id must be 16 random bytes")
                 .text(propose.title(), limits::kNameMax, "title is missing or too long")
                 .require(propose.actions_size() > 0 && propose.actions_size() <= kActionsMax,
                          "1 to 16 actions")
                 .status());
  for (const v1::Action& action : propose.actions()) TRY_STATUS(check(action));
  return {};
}

Status check(const v1::Vote& vote) {
  return Checker("vote")
      .known(vote)
      .id(vote.proposal_id(), "proposal_id must be 16 random bytes")
      .status();
}

Status check(const v1::AddKey& add) {
  TRY_STATUS(Checker("add_key")
                 .known(add)
                 .require(add.has_key(), "key is missing")
                 .require(add.node_number() == 0 || add.key().role() == v1::NODE,
                          "node_number belongs to a key of role NODE")
                 .status());
  return check_key_shape(add.key());
}

Status check(const v1::RevokeKey& revoke) {
  return Checker("revoke_key")
      .known(revoke)
      .digest(revoke.key_id(), "key_id must have 32 bytes")
      .text(revoke.reason(), limits::kTextMax, "reason is missing or too long")
      .status();
}

Status check(const v1::RenewEncryptionCertificate& renew) {
  return Checker("renew_encryption_certificate")
      .known(renew)
      .require(
          !renew.certificate_der().empty() && renew.certificate_der().size() <= kCertificateSizeMax,
          "certificate_der is missing or too large")
      .status();
}

Status check(const v1::RecordAuditQuery& query) {
  return Checker("record_audit_query")
      .known(query)
      .require(query.scope() == "exchange" || query.scope() == "member" || query.scope() == "time",
               "scope is one of exchange, member, time")
      .digest(query.query_digest(), "query_digest must have 32 bytes")
      .status();
}

Status check(const v1::Note& note) {
  // The hot path of load tests and anchors: no Checker.
  if (note.body().size() > kNoteSizeMax || has_unknown_fields(note)) {
    return fail(Code::kInvalidArgument, "note: body is larger than 1 KiB, or unknown fields");
  }
  return {};
}

}  // namespace

bool has_unknown_fields(const google::protobuf::Message& message) {
  return !message.GetReflection()->GetUnknownFields(message).empty();
}

Status check_key_shape(const v1::KeyDescription& key) {
  return Checker("key")
      .known(key)
      .require(!key.spki_der().empty() && key.spki_der().size() <= 256,
               "spki_der is missing or too long")
      .require(!key_role_name(key.role()).empty(), "role is unknown")
      .text(key.label(), limits::kNameMax, "label is missing or too long")
      .require(!key.possession().empty() && key.possession().size() <= 128,
               "possession is missing or too long")
      .status();
}

Status check_member_shape(const v1::MemberDescription& member) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  TRY_STATUS(
      Checker("member")
          .known(member)
          .require(valid_member_id(member.member_id()), "member_id must be [a-z0-9-]{1,64}")
          .require(!member_kind_name(member.kind()).empty(), "kind is unknown")
          .require(member.number().size() <= 20 &&
                       std::all_of(member.number().begin(), member.number().end(), is_digit),
                   "number must be at most 20 digits")
          .text(member.name(), limits::kNameMax, "name is missing or too long")
          .require(member.parent().empty() || valid_member_id(member.parent()),
                   "parent is no member id")
          .require(member.ca_certificate_der().size() <= kCertificateSizeMax,
                   "ca_certificate_der is too large")
          .require(member.encryption_certificate_der().size() <= kCertificateSizeMax,
                   "encryption_certificate_der is too large")
          .require(member.keys_size() > 0 && member.keys_size() <= kMemberKeysMax, "1 to 32 keys")
          .status());
  for (const v1::KeyDescription& key : member.keys()) TRY_STATUS(check_key_shape(key));
  return {};
}

Status check_payload(const v1::Operation& operation) {
  switch (operation.payload_case()) {
    case v1::Operation::kOffer:
      return check(operation.offer());
    case v1::Operation::kConversionResult:
      return check(operation.conversion_result());
    case v1::Operation::kConversionFailure:
      return check(operation.conversion_failure());
    case v1::Operation::kRecordFetch:
      return check(operation.record_fetch());
    case v1::Operation::kConfirmReceipt:
      return check(operation.confirm_receipt());
    case v1::Operation::kRejectDelivery:
      return check(operation.reject_delivery());
    case v1::Operation::kWithdraw:
      return check(operation.withdraw());
    case v1::Operation::kRecordDeletion:
      return check(operation.record_deletion());
    case v1::Operation::kExpireExchange:
      return check(operation.expire_exchange());
    case v1::Operation::kRegisterMap:
      return check(operation.register_map());
    case v1::Operation::kPropose:
      return check(operation.propose());
    case v1::Operation::kVote:
      return check(operation.vote());
    case v1::Operation::kAddKey:
      return check(operation.add_key());
    case v1::Operation::kRevokeKey:
      return check(operation.revoke_key());
    case v1::Operation::kRenewEncryptionCertificate:
      return check(operation.renew_encryption_certificate());
    case v1::Operation::kRecordAuditQuery:
      return check(operation.record_audit_query());
    case v1::Operation::kNote:
      return check(operation.note());
    case v1::Operation::PAYLOAD_NOT_SET:
      break;
  }
  return fail(Code::kInvalidArgument, "operation: it has no payload this version knows");
}

}  // namespace sekisho::ledger
