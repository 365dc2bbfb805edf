// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/state/actions.h"
#include "node/state/queries.h"
#include "node/state/rules.h"
#include "node/state/writes.h"

namespace sekisho::state {

using ledger::Verdict;

Verdict apply(RuleContext& context, const v1::AddKey& add) {
  Key fresh;
  const Verdict verdict =
      key_from_proto(add.key(), context.author.member_id, context.verifier, fresh);
  if (verdict != Verdict::kAccepted) return verdict;
  if (key(context.state, fresh.key_id)) return Verdict::kRejectedKeyExists;
  fresh.added_ms = context.now_ms;
  put_key(context.state, fresh);
  if (add.node_number() == 0) return Verdict::kAccepted;
  std::optional<Node> subject = node(context.state, add.node_number());
  if (!subject || subject->member_id != context.author.member_id) {
    return Verdict::kRejectedNodeNotOwn;
  }
  subject->operation_key_spki = fresh.spki_der;
  put_node(context.state, *subject);
  return Verdict::kAccepted;
}

Verdict apply(RuleContext& context, const v1::RevokeKey& revoke) {
  std::optional<Key> subject = key(context.state, *Digest::from_bytes(revoke.key_id()));
  if (!subject || subject->member_id != context.author.member_id) {
    return Verdict::kRejectedKeyNotOwn;
  }
  if (subject->revoked()) return Verdict::kRejectedKeyRevoked;
  if (subject->role == v1::ADMIN) {
    std::size_t admins = 0;
    for (const Key& one : keys_of_member(context.state, subject->member_id)) {
      if (one.role == v1::ADMIN && !one.revoked()) ++admins;
    }
    if (admins <= 1) return Verdict::kRejectedLastAdminKey;
  }
  subject->revoked_ms = context.now_ms;
  put_key(context.state, *subject);
  return Verdict::kAccepted;
}

Verdict apply(RuleContext& context, const v1::RenewEncryptionCertificate& renew) {
  if (!usable_encryption_certificate(renew.certificate_der())) {
    return Verdict::kRejectedBadCertificate;
  }
  Member author = context.author;
  author.encryption_certificate_der = renew.certificate_der();
  if (!encryption_certificate_valid(author, context.now_ms)) {
    return Verdict::kRejectedCertificateNotValid;
  }
  put_member(context.state, author);
  return Verdict::kAccepted;
}

}  // namespace sekisho::state
