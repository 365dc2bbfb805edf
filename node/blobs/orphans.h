// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>

#include "node/base/clock.h"
#include "node/blobs/custodian.h"
#include "node/state/reader.h"

namespace sekisho::blobs {

// Sealed files that were uploaded and never came onto the ledger: a client that gave up, an
// operation that was rejected. Nobody can ever fetch or delete them through the ledger, so they are
// destroyed once they have been seen here for longer than an operation can be valid (24 h) without
// a custody record. A restart starts the time anew. One thread.
class Orphans {
 public:
  // `kept_ms`: a little more than limits::kValidityMaxMs.
  Orphans(Custodian& custodian, const Clock& clock, std::uint64_t kept_ms)
      : custodian_(custodian), clock_(clock), kept_ms_(kept_ms) {}

  // Looks at every blob held; returns how many were destroyed.
  Result<std::size_t> sweep(const state::Reader& reader);

 private:
  Custodian& custodian_;
  const Clock& clock_;
  std::uint64_t kept_ms_;
  std::map<Digest, std::uint64_t> first_seen_ms_;  // monotonic time
};

}  // namespace sekisho::blobs
