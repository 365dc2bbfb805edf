// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "node/api/call.h"

namespace sekisho::api {

// A line of the route table: either a read, answered from one view, or a handler of its own.
struct Route {
  std::string_view method;
  std::string_view path;  // "/v1/blobs/{blob_id}"
  ReadFunction read = nullptr;
  void (*handle)(CallPtr) = nullptr;
  net::RoutePlan plan;
};
[[nodiscard]] std::span<const Route> routes();

// routes_operations.cc
void submit_operation(CallPtr call);
void operation_status(CallPtr call);
void operation_receipt(CallPtr call);
// routes_blobs.cc
Result<boost::json::value> blob_info(const Call& call, const storage::LedgerView& view);
void put_blob(CallPtr call);
void get_blob(CallPtr call);
// routes_exchanges.cc
Result<boost::json::value> list_exchanges(const Call& call, const storage::LedgerView& view);
Result<boost::json::value> get_exchange(const Call& call, const storage::LedgerView& view);
// routes_consortium.cc
Result<boost::json::value> whoami(const Call& call, const storage::LedgerView& view);
Result<boost::json::value> list_members(const Call& call, const storage::LedgerView& view);
Result<boost::json::value> get_member(const Call& call, const storage::LedgerView& view);
Result<boost::json::value> list_nodes(const Call& call, const storage::LedgerView& view);
Result<boost::json::value> list_maps(const Call& call, const storage::LedgerView& view);
Result<boost::json::value> list_proposals(const Call& call, const storage::LedgerView& view);
Result<boost::json::value> get_proposal(const Call& call, const storage::LedgerView& view);
// routes_audit.cc
Result<boost::json::value> audit(const Call& call, const storage::LedgerView& view);
Result<boost::json::value> ledger_head(const Call& call, const storage::LedgerView& view);
Result<boost::json::value> list_blocks(const Call& call, const storage::LedgerView& view);
Result<boost::json::value> overdue(const Call& call, const storage::LedgerView& view);
void get_genesis(CallPtr call);
// routes_openapi.cc
void get_openapi(CallPtr call);
// routes_health.cc
void health(CallPtr call);
void ready(CallPtr call);
void metrics(CallPtr call);
void node_status(CallPtr call);

}  // namespace sekisho::api
