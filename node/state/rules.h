// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "node/ledger/block.h"
#include "node/ledger/verdict.h"
#include "node/state/records.h"
#include "node/state/signature_verifier.h"
#include "node/state/store.h"
#include "proto/v1/operation.pb.h"

// What each payload means. A rule returns kAccepted, or a verdict and may then have written
// something: the caller rolls back. Internal to node/state; core thread only.
namespace sekisho::state {

// What a rule knows beside its payload.
struct RuleContext {
  Writer& state;
  const SignatureVerifier& verifier;
  const Digest& chain_id;
  const Member& author;
  const Key& key;
  std::uint64_t index = 0;   // of the operation
  std::uint64_t now_ms = 0;  // block time
  ledger::AuditTerms& terms;
};

// May a key of this role, of a member of this kind and status, do this at all?
[[nodiscard]] ledger::Verdict check_entitlement(const v1::Operation& operation,
                                                const Member& author, const Key& key);

// Dispatches to the rules below.
[[nodiscard]] ledger::Verdict apply_payload(RuleContext& context, const v1::Operation& operation);

[[nodiscard]] ledger::Verdict apply(RuleContext& context, const v1::Offer& offer);
[[nodiscard]] ledger::Verdict apply(RuleContext& context, const v1::ConversionResult& result);
[[nodiscard]] ledger::Verdict apply(RuleContext& context, const v1::ConversionFailure& failure);
[[nodiscard]] ledger::Verdict apply(RuleContext& context, const v1::RecordFetch& fetch);
[[nodiscard]] ledger::Verdict apply(RuleContext& context, const v1::ConfirmReceipt& confirm);
[[nodiscard]] ledger::Verdict apply(RuleContext& context, const v1::RejectDelivery& reject);
[[nodiscard]] ledger::Verdict apply(RuleContext& context, const v1::Withdraw& withdraw);
[[nodiscard]] ledger::Verdict apply(RuleContext& context, const v1::RecordDeletion& deletion);
[[nodiscard]] ledger::Verdict apply(RuleContext& context, const v1::ExpireExchange& expire);
[[nodiscard]] ledger::Verdict apply(RuleContext& context, const v1::RegisterMap& map);
[[nodiscard]] ledger::Verdict apply(RuleContext& context, const v1::Propose& propose);
[[nodiscard]] ledger::Verdict apply(RuleContext& context, const v1::Vote& vote);
[[nodiscard]] ledger::Verdict apply(RuleContext& context, const v1::AddKey& add);
[[nodiscard]] ledger::Verdict apply(RuleContext& context, const v1::RevokeKey& revoke);
[[nodiscard]] ledger::Verdict apply(RuleContext& context,
                                    const v1::RenewEncryptionCertificate& renew);

// Closes the open proposals whose time has passed.
void expire_proposals(Writer& state, std::uint64_t block_time_ms);

}  // namespace sekisho::state
