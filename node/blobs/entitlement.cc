// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/blobs/entitlement.h"

#include "node/state/queries.h"

namespace sekisho::blobs {
namespace {

tl::unexpected<Error> not_yet() {
  return fail(
      Code::kPermissionDenied,
      "the ledger does not entitle this node to the blob now; the receiver's fetch, through this "
      "node, must be recorded first");
}

Status may_fetch_of_exchange(const state::Reader& reader, std::uint64_t from_node,
                             const state::Custody& custody) {
  if (custody.role == state::BlobRole::kMap) return {};
  const auto exchange = state::exchange(reader, custody.exchange_id);
  if (!exchange) return fail(Code::kNotFound, "the ledger does not know the blob's exchange");
  switch (custody.role) {
    case state::BlobRole::kInput:
      if (exchange->converter_node == from_node &&
          exchange->state == state::ExchangeState::kOffered) {
        return {};
      }
      return not_yet();
    case state::BlobRole::kOutput:
      if (exchange->output_node == from_node &&
          state::may_fetch(reader, exchange->receiver, custody.blob_id)) {
        return {};
      }
      return not_yet();
    case state::BlobRole::kReport:
      if (exchange->report_node == from_node &&
          state::may_fetch(reader, exchange->sender, custody.blob_id)) {
        return {};
      }
      return not_yet();
    case state::BlobRole::kMap:
      break;
  }
  return not_yet();
}

}  // namespace

Status may_node_fetch(const state::Reader& reader, std::uint64_t from_node, const Digest& blob_id) {
  if (!state::node(reader, from_node)) {
    return fail(Code::kPermissionDenied, "the asking node is not on the ledger");
  }
  const auto holders = state::custody_of(reader, blob_id);
  if (holders.empty()) return fail(Code::kNotFound, "the ledger does not know this blob");
  return may_fetch_of_exchange(reader, from_node, holders.front());
}

}  // namespace sekisho::blobs
