// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "node/base/clock.h"
#include "node/ledger/operation.h"
#include "node/replica/types.h"
#include "node/state/reader.h"
#include "node/state/records.h"
#include "node/state/signature_verifier.h"
#include "storage/ledger_store.h"

namespace sekisho::admission {

// An operation that has passed, and what the checks found out on the way.
struct Admitted {
  replica::AdmittedOperation operation;
  std::string author_member;
  // The same bytes are on the ledger already: ask for their status instead of submitting them.
  bool already_ordered = false;
};

// The checks before an operation may take a place in a block, cheap ones first: bounds and form; id
// not spent; time; key, member and its standing at the applied height; blobs really here when this
// node vouches for them; at last the signature. What passes may still be rejected by the ledger,
// whose verdict alone counts. Any thread.
class Admission {
 public:
  // `holds_blob`: this node has that blob durably.
  Admission(const Digest& chain_id, std::uint64_t node_number, const Clock& clock,
            std::function<bool(const Digest& blob_id)> holds_blob)
      : chain_id_(chain_id),
        node_number_(node_number),
        clock_(clock),
        holds_blob_(std::move(holds_blob)) {}

  // kInvalidArgument (form), kFailedPrecondition (time), kUnauthenticated (unknown or revoked key,
  // bad signature), kPermissionDenied (suspended, another member's key), kAlreadyExists (id spent
  // by other bytes): each with a sentence for the sender.
  [[nodiscard]] Result<Admitted> check(Bytes signed_operation,
                                       const storage::LedgerView& view) const;
  // The same for bytes that were parsed already.
  [[nodiscard]] Result<Admitted> check(const ledger::ParsedOperation& operation,
                                       Bytes signed_operation,
                                       const storage::LedgerView& view) const;

 private:
  Status check_time(const ledger::ParsedOperation& operation, std::uint64_t block_time_ms) const;
  static Result<state::Key> author_key(const ledger::ParsedOperation& operation,
                                       const state::Reader& reader);
  Status check_signature(const ledger::ParsedOperation& operation, const state::Key& key) const;
  Status check_receipts(const ledger::ParsedOperation& operation) const;

  Digest chain_id_;
  std::uint64_t node_number_;
  const Clock& clock_;
  std::function<bool(const Digest&)> holds_blob_;
};

}  // namespace sekisho::admission
