// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "node/base/clock.h"
#include "node/blobs/custodian.h"
#include "node/state/reader.h"

namespace sekisho::blobs {

// Sealed files that were uploaded and never came onto the ledger: a client that gave up, an
// operation that was rejected. Nobody can ever fetch or delete them through the ledger, so they are
// destroyed once no block can name them any more. That is a matter of block time alone: a storage
// receipt is good for blocks up to limits::kValidityMaxMs after its issue, so when a majority has
// signed a later block and the state still has no custody of the blob, there will never be one. How
// long this node was cut off, or what its clock shows, is no matter. Unfinished uploads, for which
// nobody was promised anything, go by this node's clock. One thread.
class Orphans {
 public:
  Orphans(Custodian& custodian, const Clock& clock) : custodian_(custodian), clock_(clock) {}

  // Looks at every blob here; returns how many were destroyed. `certified_ms`: block time of the
  // newest certified block; `reader`: the state at that block or a later one.
  Result<std::size_t> sweep(const state::Reader& reader, std::uint64_t certified_ms);

 private:
  Custodian& custodian_;
  const Clock& clock_;
};

}  // namespace sekisho::blobs
