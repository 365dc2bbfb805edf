// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/schema.h"

#include <string>

#include "proto/v1/storage.pb.h"
#include "storage/record.h"

namespace sekisho::storage {
namespace {

constexpr BytesView kIdentityKey = "I";
constexpr const char* kSoftware = "sekisho 0.1.0";

Result<bool> is_empty(const KvView& kv) {
  bool empty = true;
  TRY_STATUS(kv.scan({}, {}, [&](BytesView, BytesView) {
    empty = false;
    return false;
  }));
  return empty;
}

std::string store(std::string_view name) { return "the store \"" + std::string(name) + "\" "; }

Status check_owner(const v1::StoreIdentity& found, std::string_view name, const StoreOwner& owner) {
  TRY(const Digest chain_id, Digest::from_bytes(found.chain_id()));
  if (chain_id != owner.chain_id) {
    return fail(Code::kFailedPrecondition,
                store(name) + "belongs to the ledger with chain id " + chain_id.hex() +
                    ", not to " + owner.chain_id.hex() +
                    "; use the genesis document of that ledger or another data directory");
  }
  if (found.node_number() != owner.node_number) {
    return fail(Code::kFailedPrecondition,
                store(name) + "belongs to node " + std::to_string(found.node_number()) +
                    ", not to node " + std::to_string(owner.node_number) +
                    "; start that node here or use another data directory");
  }
  return {};
}

}  // namespace

Result<bool> check_identity(const KvView& kv, std::string_view name, const StoreOwner& owner) {
  TRY(const auto record, get_record(kv, kIdentityKey));
  if (!record) {
    TRY(const bool empty, is_empty(kv));
    if (empty) return false;
    return fail(Code::kFailedPrecondition,
                store(name) +
                    "has data but no identity record, so it was not made by sekisho; use "
                    "another data directory");
  }
  v1::StoreIdentity found;
  if (!found.ParseFromString(*record)) {
    return fail(Code::kCorrupt, store(name) +
                                    "has an identity record that does not parse; restore "
                                    "the data directory from a backup or join anew");
  }
  if (found.schema_version() != kSchemaVersion) {
    return fail(Code::kFailedPrecondition,
                store(name) + "has schema version " + std::to_string(found.schema_version()) +
                    " (written by " + found.created_by() + "), and this program reads version " +
                    std::to_string(kSchemaVersion) +
                    "; start the version that wrote it, or empty the data directory and run "
                    "`sekisho node join`");
  }
  TRY_STATUS(check_owner(found, name, owner));
  return true;
}

void put_identity(WriteBatch& batch, const StoreOwner& owner) {
  v1::StoreIdentity identity;
  identity.set_schema_version(kSchemaVersion);
  identity.set_chain_id(Bytes(owner.chain_id.view()));
  identity.set_node_number(owner.node_number);
  identity.set_created_by(kSoftware);
  put_record(batch, Bytes(kIdentityKey), identity.SerializeAsString());
}

}  // namespace sekisho::storage
