// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include "node/state/rules.h"

// Who holds what. Internal to node/state; core thread only.
namespace sekisho::state {

// One blob that an operation brings onto the ledger.
struct NewBlob {
  Blob blob;
  BlobRole role = BlobRole::kInput;
  Id16 exchange_id;  // zero for a map
};

[[nodiscard]] Blob blob_from_proto(const v1::BlobRef& proto);

// Checks the storage receipts of an operation for its blobs and writes their custody. Each blob is
// new to the ledger and has receipts of as many different, active nodes as the policy asks for;
// each receipt belongs to one of the blobs, is signed by its node's operation key, was made out to
// the author, and is not older than limits::kValidityMaxMs.
[[nodiscard]] ledger::Verdict take_custody(
    RuleContext& context, const std::vector<NewBlob>& blobs,
    const google::protobuf::RepeatedPtrField<v1::StorageReceipt>& receipts);

// Every holder must delete it now. Holders that already must, or did, stay as they are.
void demand_purge(RuleContext& context, const Blob& blob);

// The node whose operation key signed, if it is one: a NODE key acts for that node alone.
[[nodiscard]] bool signed_by_node(const RuleContext& context, std::uint64_t node_number);

}  // namespace sekisho::state
