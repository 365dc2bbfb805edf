// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/blobs/reconciler.h"

#include <vector>

#include "node/base/log.h"
#include "node/state/queries.h"

namespace sekisho::blobs {

Result<Reconciler::Findings> Reconciler::run_once(const state::Reader& reader,
                                                  std::uint64_t certified_ms) {
  Findings findings;
  TRY(findings.returned, destroy_returned(reader, certified_ms));
  TRY(findings.missing, count_missing(reader));
  return findings;
}

Result<std::size_t> Reconciler::destroy_returned(const state::Reader& reader,
                                                 std::uint64_t certified_ms) {
  std::vector<Digest> returned;
  TRY_STATUS(custodian_.store().list([&](const Digest& blob_id, const storage::BlobInfo&) {
    const auto custody = state::custody(reader, blob_id, custodian_.node_number());
    if (custody && custody->status == state::CustodyStatus::kDeleted &&
        custody->deleted_ms <= certified_ms) {
      returned.push_back(blob_id);
    }
    return true;
  }));
  for (const Digest& blob_id : returned) {
    TRY_STATUS(custodian_.purge(blob_id));
    log::error("deleted_blob_was_back", {{"blob", blob_id.hex()}});
  }
  return returned.size();
}

Result<std::size_t> Reconciler::count_missing(const state::Reader& reader) const {
  std::size_t missing = 0;
  for (const Digest& blob_id : state::holdings(reader, custodian_.node_number())) {
    TRY(const auto held, custodian_.store().info(blob_id));
    if (held) continue;
    if (++missing <= kMissingLogged) log::error("blob_missing", {{"blob", blob_id.hex()}});
  }
  return missing;
}

}  // namespace sekisho::blobs
