// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "node/base/clock.h"
#include "node/base/rng.h"
#include "node/blobs/custodian.h"
#include "node/ledger/verdict.h"
#include "node/state/reader.h"

namespace sekisho::blobs {

// Who signs a node's own operations.
struct NodeSigner {
  Digest chain_id;
  std::uint64_t node_number = 0;
  std::string member_id;
  const crypto::PrivateKey& operation_key;
};

// Submits a signed operation and waits until its outcome is attested. Blocks; kDeadline and
// kUnavailable leave the outcome open. Not from the core thread.
using SubmitAndWait = std::function<Result<ledger::Verdict>(Bytes signed_operation)>;

// Destroys what the ledger says this node has to destroy, and records each deletion. One thread.
class Purger {
 public:
  Purger(Custodian& custodian, NodeSigner signer, SubmitAndWait submit, const Clock& clock,
         Rng& rng)
      : custodian_(custodian),
        signer_(signer),
        submit_(std::move(submit)),
        clock_(clock),
        rng_(rng) {}

  // Works through the list once. The copy is destroyed before its deletion is recorded; a crash in
  // between leaves the work on the list, and both steps can be repeated. Stops early when the
  // ledger does not answer. Returns how many deletions were recorded. Destroys nothing that a block
  // later than `certified_ms` (block time of the newest certified one) asks for: what a majority
  // has not signed yet may be this node's own error, and a destroyed key does not come back.
  std::size_t run_once(const state::Reader& reader, std::uint64_t certified_ms);

 private:
  static constexpr std::size_t kBatch = 64;
  Status purge_one(const Digest& blob_id);

  Custodian& custodian_;
  NodeSigner signer_;
  SubmitAndWait submit_;
  const Clock& clock_;
  Rng& rng_;
};

}  // namespace sekisho::blobs
