// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "node/ledger/verdict.h"
#include "node/state/records.h"
#include "node/state/signature_verifier.h"
#include "node/state/store.h"

// What proposals may change, and the parts they share with the operations on own keys. Internal to
// node/state, except action_from_proto.
namespace sekisho::state {

// Parses a key and checks its proof of possession. kAccepted or kRejectedBadKey or
// kRejectedBadPossession.
[[nodiscard]] ledger::Verdict key_from_proto(const v1::KeyDescription& proto,
                                             std::string_view member_id,
                                             const SignatureVerifier& verifier, Key& key);
// A certificate that files can be sealed for: P-256, for key agreement.
[[nodiscard]] bool usable_encryption_certificate(BytesView der);
// Block time is within the dates of the certificate.
[[nodiscard]] bool certificate_in_dates(BytesView der, std::uint64_t now_ms);
// The member's encryption certificate may be registered at this block time: it is in its dates and,
// when the member has a CA, issued by it.
[[nodiscard]] bool encryption_certificate_valid(const Member& member, std::uint64_t now_ms);

// Everything about the action that needs no state.
[[nodiscard]] ledger::Verdict action_from_proto(const v1::Action& proto,
                                                const SignatureVerifier& verifier, Action& action);

[[nodiscard]] ProposalClass class_of(ActionType type);

// Carries the action out or says why it cannot be; then nothing was written.
[[nodiscard]] ledger::Verdict apply_action(Writer& state, const Action& action,
                                           std::uint64_t now_ms);

}  // namespace sekisho::state
