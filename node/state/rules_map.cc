// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/state/holdings.h"
#include "node/state/keys.h"
#include "node/state/queries.h"
#include "node/state/rules.h"
#include "node/state/writes.h"

namespace sekisho::state {

using ledger::Verdict;

Verdict apply(RuleContext& context, const v1::RegisterMap& registration) {
  const Blob blob = blob_from_proto(registration.map());
  const std::string& owner = context.author.member_id;
  if (map(context.state, blob.blob_id)) return Verdict::kRejectedMapExists;
  if (context.state.get(map_version_key(owner, registration.map_id(), registration.version()))) {
    return Verdict::kRejectedMapVersionExists;
  }
  const Verdict held =
      take_custody(context, {{blob, BlobRole::kMap, Id16{}}}, registration.receipts());
  if (held != Verdict::kAccepted) return held;
  Map fresh;
  fresh.map_digest = blob.blob_id;
  fresh.owner = owner;
  fresh.map_id = registration.map_id();
  fresh.version = registration.version();
  fresh.catalog_id = registration.catalog_id();
  fresh.title = registration.title();
  fresh.size_bytes = blob.size_bytes;
  fresh.registered_ms = context.now_ms;
  fresh.since_ms = context.now_ms;
  put_map(context.state, fresh);
  return Verdict::kAccepted;
}

}  // namespace sekisho::state
