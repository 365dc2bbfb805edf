// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "node/blobs/custodian.h"
#include "node/state/reader.h"

namespace sekisho::blobs {

// What is here and what the ledger says is here, held against each other: a disk restored from a
// backup brings back what was deleted, and a lost one loses what must be kept. One thread, the same
// as the purger's, so that nothing is destroyed under its eyes.
class Reconciler {
 public:
  explicit Reconciler(Custodian& custodian) : custodian_(custodian) {}

  struct Findings {
    std::size_t returned = 0;  // deleted on the ledger, was here, destroyed again
    std::size_t missing = 0;   // to be kept by the ledger, not here
  };
  // `certified_ms`: block time of the newest certified block; a deletion above it does not count
  // yet. Every blob found is logged, of the missing ones the first few.
  Result<Findings> run_once(const state::Reader& reader, std::uint64_t certified_ms);

 private:
  static constexpr std::size_t kMissingLogged = 20;
  Result<std::size_t> destroy_returned(const state::Reader& reader, std::uint64_t certified_ms);
  Result<std::size_t> count_missing(const state::Reader& reader) const;

  Custodian& custodian_;
};

}  // namespace sekisho::blobs
