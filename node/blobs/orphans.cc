// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/blobs/orphans.h"

#include <utility>
#include <vector>

#include "node/base/log.h"
#include "node/state/queries.h"

namespace sekisho::blobs {

Result<std::size_t> Orphans::sweep(const state::Reader& reader) {
  const std::uint64_t now_ms = clock_.monotonic_ms();
  std::map<Digest, std::uint64_t> still_unknown;
  std::size_t destroyed = 0;
  std::vector<Digest> overdue;
  TRY_STATUS(custodian_.store().list([&](const Digest& blob_id, const storage::BlobInfo&) {
    if (state::custody(reader, blob_id, custodian_.node_number())) return true;
    const auto seen = first_seen_ms_.find(blob_id);
    const std::uint64_t since_ms = seen == first_seen_ms_.end() ? now_ms : seen->second;
    if (now_ms - since_ms > kept_ms_) {
      overdue.push_back(blob_id);
    } else {
      still_unknown.emplace(blob_id, since_ms);
    }
    return true;
  }));
  first_seen_ms_ = std::move(still_unknown);
  for (const Digest& blob_id : overdue) {
    TRY_STATUS(custodian_.purge(blob_id));
    log::info("orphan_destroyed", {{"blob", blob_id.hex()}});
    ++destroyed;
  }
  return destroyed;
}

}  // namespace sekisho::blobs
