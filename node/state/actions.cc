// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/state/actions.h"

#include <set>

#include "node/base/check.h"
#include "node/crypto/certificate.h"
#include "node/crypto/key.h"
#include "node/state/queries.h"
#include "node/state/writes.h"

namespace sekisho::state {

using ledger::Verdict;

namespace {

Verdict member_from_proto(const v1::MemberDescription& proto, const SignatureVerifier& verifier,
                          Action& action) {
  Member& fresh = action.member;
  fresh.member_id = proto.member_id();
  fresh.kind = proto.kind();
  fresh.number = proto.number();
  fresh.name = proto.name();
  fresh.parent = proto.parent();
  fresh.ca_certificate_der = proto.ca_certificate_der();
  fresh.encryption_certificate_der = proto.encryption_certificate_der();
  const Bytes& certificate = fresh.encryption_certificate_der;
  if (!certificate.empty() && !usable_encryption_certificate(certificate)) {
    return Verdict::kRejectedBadCertificate;
  }
  bool admin = false;
  for (const v1::KeyDescription& description : proto.keys()) {
    const Verdict verdict =
        key_from_proto(description, fresh.member_id, verifier, action.keys.emplace_back());
    if (verdict != Verdict::kAccepted) return verdict;
    admin = admin || action.keys.back().role == v1::ADMIN;
  }
  return admin ? Verdict::kAccepted : Verdict::kRejectedLastAdminKey;
}

Verdict add_member(Writer& state, const Action& action, std::uint64_t now_ms) {
  Member fresh = action.member;
  if (member(state, fresh.member_id)) return Verdict::kRejectedMemberExists;
  if (!fresh.parent.empty()) {
    const std::optional<Member> parent = member(state, fresh.parent);
    if (!parent || !parent->parent.empty()) return Verdict::kRejectedUnknownParent;
  }
  std::set<Digest> ids;
  for (const Key& one : action.keys) {
    if (key(state, one.key_id) || !ids.insert(one.key_id).second)
      return Verdict::kRejectedKeyExists;
  }
  if (!fresh.encryption_certificate_der.empty() && !encryption_certificate_valid(fresh, now_ms)) {
    return Verdict::kRejectedCertificateNotValid;
  }
  fresh.since_ms = now_ms;
  put_member(state, fresh);
  for (Key one : action.keys) {
    one.added_ms = now_ms;
    put_key(state, one);
  }
  return Verdict::kAccepted;
}

bool other_active_secretariat(const Writer& state, const std::string& member_id) {
  for (const Member& one : members(state)) {
    if (one.kind == v1::SECRETARIAT && one.active() && one.member_id != member_id) return true;
  }
  return false;
}

Verdict suspend_member(Writer& state, const Action& action, std::uint64_t now_ms) {
  std::optional<Member> subject = member(state, action.member_id);
  if (!subject) return Verdict::kRejectedUnknownMember;
  if (!subject->active()) return Verdict::kRejectedMemberNotActive;
  if (subject->kind == v1::SECRETARIAT && !other_active_secretariat(state, subject->member_id)) {
    return Verdict::kRejectedLastSecretariat;
  }
  subject->status = MemberStatus::kSuspended;
  subject->since_ms = now_ms;
  put_member(state, *subject);
  return Verdict::kAccepted;
}

Verdict reinstate_member(Writer& state, const Action& action, std::uint64_t now_ms) {
  std::optional<Member> subject = member(state, action.member_id);
  if (!subject) return Verdict::kRejectedUnknownMember;
  if (subject->active()) return Verdict::kRejectedMemberNotSuspended;
  subject->status = MemberStatus::kActive;
  subject->since_ms = now_ms;
  put_member(state, *subject);
  return Verdict::kAccepted;
}

Verdict move_map(Writer& state, const Digest& map_digest, MapStatus from, MapStatus to,
                 Verdict otherwise, std::uint64_t now_ms) {
  std::optional<Map> subject = map(state, map_digest);
  if (!subject) return Verdict::kRejectedUnknownMap;
  if (subject->status != from) return otherwise;
  subject->status = to;
  subject->since_ms = now_ms;
  put_map(state, *subject);
  return Verdict::kAccepted;
}

}  // namespace

Verdict key_from_proto(const v1::KeyDescription& proto, std::string_view member_id,
                       const SignatureVerifier& verifier, Key& key) {
  const auto parsed = crypto::PublicKey::from_spki_der(proto.spki_der());
  if (!parsed) return Verdict::kRejectedBadKey;
  if (!verifier.verify(proto.spki_der(), ledger::possession_input(member_id, proto.spki_der()),
                       proto.possession())) {
    return Verdict::kRejectedBadPossession;
  }
  key = Key{};
  key.key_id = parsed->key_id();
  key.member_id = std::string(member_id);
  key.role = proto.role();
  key.label = proto.label();
  key.spki_der = proto.spki_der();
  return Verdict::kAccepted;
}

bool usable_encryption_certificate(BytesView der) {
  const auto certificate = crypto::Certificate::from_der(der);
  if (!certificate || !certificate->may_agree_keys()) return false;
  const auto key = certificate->public_key();
  return key && key->algorithm() == crypto::KeyAlgorithm::kEcdsaP256;
}

bool certificate_in_dates(BytesView der, std::uint64_t now_ms) {
  const auto certificate = crypto::Certificate::from_der(der);
  return certificate && certificate->validity().covers(now_ms);
}

bool encryption_certificate_valid(const Member& member, std::uint64_t now_ms) {
  if (!certificate_in_dates(member.encryption_certificate_der, now_ms)) return false;
  if (member.ca_certificate_der.empty()) return true;
  const auto certificate = crypto::Certificate::from_der(member.encryption_certificate_der);
  const auto authority = crypto::Certificate::from_der(member.ca_certificate_der);
  return authority && certificate->issued_by(*authority);
}

Verdict action_from_proto(const v1::Action& proto, const SignatureVerifier& verifier,
                          Action& action) {
  action = Action{};
  switch (proto.action_case()) {
    case v1::Action::kAddMember:
      action.type = ActionType::kAddMember;
      return member_from_proto(proto.add_member().member(), verifier, action);
    case v1::Action::kSuspendMember:
      action.type = ActionType::kSuspendMember;
      action.member_id = proto.suspend_member().member_id();
      action.reason = proto.suspend_member().reason();
      return Verdict::kAccepted;
    case v1::Action::kReinstateMember:
      action.type = ActionType::kReinstateMember;
      action.member_id = proto.reinstate_member().member_id();
      return Verdict::kAccepted;
    case v1::Action::kApproveMap:
      action.type = ActionType::kApproveMap;
      action.map_digest = *Digest::from_bytes(proto.approve_map().map_digest());
      return Verdict::kAccepted;
    case v1::Action::kRetireMap:
      action.type = ActionType::kRetireMap;
      action.map_digest = *Digest::from_bytes(proto.retire_map().map_digest());
      action.reason = proto.retire_map().reason();
      return Verdict::kAccepted;
    case v1::Action::kSetPolicy:
      action.type = ActionType::kSetPolicy;
      action.policy = ledger::policy_from_proto(proto.set_policy().policy());
      return ledger::check_policy(action.policy) ? Verdict::kAccepted : Verdict::kRejectedBadPolicy;
    case v1::Action::ACTION_NOT_SET:
      break;
  }
  return Verdict::kRejectedMalformed;
}

ProposalClass class_of(ActionType type) {
  switch (type) {
    case ActionType::kApproveMap:
    case ActionType::kRetireMap:
      return ProposalClass::kRoutine;
    case ActionType::kAddMember:
    case ActionType::kSuspendMember:
    case ActionType::kReinstateMember:
      return ProposalClass::kSensitive;
    case ActionType::kSetPolicy:
      return ProposalClass::kConstitutional;
  }
  return ProposalClass::kConstitutional;
}

Verdict apply_action(Writer& state, const Action& action, std::uint64_t now_ms) {
  switch (action.type) {
    case ActionType::kAddMember:
      return add_member(state, action, now_ms);
    case ActionType::kSuspendMember:
      return suspend_member(state, action, now_ms);
    case ActionType::kReinstateMember:
      return reinstate_member(state, action, now_ms);
    case ActionType::kApproveMap:
      return move_map(state, action.map_digest, MapStatus::kPending, MapStatus::kApproved,
                      Verdict::kRejectedMapNotPending, now_ms);
    case ActionType::kRetireMap:
      return move_map(state, action.map_digest, MapStatus::kApproved, MapStatus::kRetired,
                      Verdict::kRejectedMapNotApproved, now_ms);
    case ActionType::kSetPolicy:
      put_policy(state, action.policy);
      return Verdict::kAccepted;
  }
  return Verdict::kRejectedMalformed;
}

}  // namespace sekisho::state
