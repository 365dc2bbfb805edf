// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/blobs/expirer.h"

#include "node/base/log.h"
#include "node/ledger/operation.h"
#include "node/state/queries.h"

namespace sekisho::blobs {
namespace {

constexpr std::uint64_t kValidityMs = 10 * 60 * 1000;

}  // namespace

std::size_t Expirer::run_once(const state::Reader& reader) {
  const std::uint64_t grace_ms = state::policy(reader).expire_overdue_ms;
  const std::uint64_t now_ms = clock_.unix_ms();
  if (grace_ms == 0 || now_ms <= grace_ms) return 0;
  std::erase_if(not_before_ms_,
                [this](const auto& one) { return one.second <= clock_.monotonic_ms(); });
  std::size_t expired = 0;
  for (const auto& late : state::overdue_exchanges(reader, now_ms - grace_ms, kBatch)) {
    const Id16& id = late.exchange.exchange_id;
    if (not_before_ms_.contains(id) || !holds_due_part(reader, late.exchange)) continue;
    not_before_ms_[id] = clock_.monotonic_ms() + kAgainMs;
    const auto verdict = expire(id);
    if (!verdict) {
      log::warning("expiry_postponed",
                   {{"exchange", id.hex()}, {"why", verdict.error().to_string()}});
      break;
    }
    if (*verdict != ledger::Verdict::kAccepted) continue;
    log::info("exchange_expired", {{"exchange", id.hex()}, {"late", late.member_id}});
    not_before_ms_.erase(id);  // the report of the same exchange has a time of its own
    ++expired;
  }
  return expired;
}

bool Expirer::holds_due_part(const state::Reader& reader, const state::Exchange& exchange) const {
  for (const auto* part : {&exchange.output, &exchange.report}) {
    if (!*part) continue;
    const auto custody = state::custody(reader, (*part)->blob_id, signer_.node_number);
    if (custody && custody->status == state::CustodyStatus::kHeld) return true;
  }
  const auto input = state::custody(reader, exchange.input.blob_id, signer_.node_number);
  return input && input->status == state::CustodyStatus::kHeld;
}

Result<ledger::Verdict> Expirer::expire(const Id16& exchange_id) {
  auto operation = ledger::make_operation(signer_.member_id, clock_.unix_ms(), kValidityMs, rng_);
  operation.mutable_expire_exchange()->set_exchange_id(Bytes(exchange_id.view()));
  return submit_(ledger::sign_operation(operation, signer_.chain_id, signer_.operation_key));
}

}  // namespace sekisho::blobs
