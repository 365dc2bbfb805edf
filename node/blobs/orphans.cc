// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/blobs/orphans.h"

#include <vector>

#include "node/base/limits.h"
#include "node/base/log.h"
#include "node/state/queries.h"

namespace sekisho::blobs {
namespace {

// The moment `age_ms` before now; 0 when there is none.
std::uint64_t earlier(std::uint64_t now_ms, std::uint64_t age_ms) {
  return now_ms > age_ms ? now_ms - age_ms : 0;
}

}  // namespace

Result<std::size_t> Orphans::sweep(const state::Reader& reader, std::uint64_t certified_ms) {
  const std::uint64_t before_ms = earlier(certified_ms, limits::kValidityMaxMs);
  std::vector<Digest> overdue;
  TRY_STATUS(custodian_.store().list([&](const Digest& blob_id, const storage::BlobInfo& info) {
    const bool unknown = !state::custody(reader, blob_id, custodian_.node_number());
    if (unknown && info.origin.since_ms < before_ms) overdue.push_back(blob_id);
    return true;
  }));
  std::size_t destroyed = 0;
  for (const Digest& blob_id : overdue) {
    // Not when somebody has asked for another receipt meanwhile.
    TRY(const bool purged, custodian_.purge_older(blob_id, before_ms));
    if (!purged) continue;
    log::info("orphan_destroyed", {{"blob", blob_id.hex()}});
    ++destroyed;
  }
  TRY(const std::size_t dropped,
      custodian_.drop_unfinished(earlier(clock_.unix_ms(), limits::kValidityMaxMs)));
  if (dropped != 0) log::info("unfinished_uploads_dropped", {{"uploads", dropped}});
  return destroyed;
}

}  // namespace sekisho::blobs
