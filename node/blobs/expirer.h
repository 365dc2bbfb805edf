// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "node/base/clock.h"
#include "node/base/rng.h"
#include "node/blobs/purger.h"
#include "node/state/reader.h"
#include "node/state/records.h"

namespace sekisho::blobs {

// Asks the ledger to expire exchanges that wait beyond the policy's time and whose sealed file this
// node holds. The ledger judges by block time and every holder may ask, so a wrong clock here costs
// a rejected operation, nothing more. Without it an idle ledger, whose time stands still, would
// keep a forgotten file for ever. One thread.
class Expirer {
 public:
  Expirer(NodeSigner signer, SubmitAndWait submit, const Clock& clock, Rng& rng)
      : signer_(signer), submit_(std::move(submit)), clock_(clock), rng_(rng) {}

  // Looks through the overdue once; returns how many were expired. An exchange that the ledger
  // would not expire is asked for again after a minute.
  std::size_t run_once(const state::Reader& reader);

 private:
  static constexpr std::size_t kBatch = 64;
  static constexpr std::uint64_t kAgainMs = 60'000;
  [[nodiscard]] bool holds_due_part(const state::Reader& reader,
                                    const state::Exchange& exchange) const;
  Result<ledger::Verdict> expire(const Id16& exchange_id);

  NodeSigner signer_;
  SubmitAndWait submit_;
  const Clock& clock_;
  Rng& rng_;
  std::map<Id16, std::uint64_t> not_before_ms_;  // monotonic time
};

}  // namespace sekisho::blobs
