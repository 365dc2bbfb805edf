// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/blobs/purger.h"

#include "node/base/log.h"
#include "node/ledger/operation.h"
#include "node/state/queries.h"

namespace sekisho::blobs {
namespace {

constexpr std::uint64_t kValidityMs = 10 * 60 * 1000;
constexpr const char* kMethod = "key-destroyed";

// No answer from the ledger: the next blob would wait as long for nothing.
bool is_silence(Code code) {
  return code == Code::kUnavailable || code == Code::kDeadline || code == Code::kCancelled;
}

}  // namespace

std::size_t Purger::run_once(const state::Reader& reader, std::uint64_t certified_ms) {
  std::size_t recorded = 0;
  for (const Digest& blob_id : state::purge_work(reader, signer_.node_number, kBatch)) {
    const auto custody = state::custody(reader, blob_id, signer_.node_number);
    if (!custody || custody->purge_ms > certified_ms) continue;
    const Status purged = purge_one(blob_id);
    if (purged) {
      ++recorded;
      continue;
    }
    log::warning("purge_postponed", {{"blob", blob_id.hex()}, {"why", purged.error().to_string()}});
    if (is_silence(purged.error().code)) break;
  }
  return recorded;
}

Status Purger::purge_one(const Digest& blob_id) {
  TRY_STATUS(custodian_.purge(blob_id));
  auto operation = ledger::make_operation(signer_.member_id, clock_.unix_ms(), kValidityMs, rng_);
  auto& deletion = *operation.mutable_record_deletion();
  deletion.set_blob_id(Bytes(blob_id.view()));
  deletion.set_node_number(signer_.node_number);
  deletion.set_method(kMethod);
  TRY(const auto verdict,
      submit_(ledger::sign_operation(operation, signer_.chain_id, signer_.operation_key)));
  // Recorded by an earlier attempt whose answer never came.
  if (verdict == ledger::Verdict::kRejectedAlreadyDeleted) return {};
  if (verdict != ledger::Verdict::kAccepted) {
    return fail(Code::kFailedPrecondition, std::string(ledger::verdict_name(verdict)));
  }
  log::info("blob_deleted", {{"blob", blob_id.hex()}});
  return {};
}

}  // namespace sekisho::blobs
