// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/api/routes.h"

#include <array>

#include "node/base/limits.h"

namespace sekisho::api {
namespace {

constexpr net::RoutePlan kAnonymous{.body_size_max = 0, .streamed = false, .anonymous = true};
constexpr net::RoutePlan kOperation{.body_size_max = limits::kOperationSizeMax};
constexpr net::RoutePlan kUpload{.body_size_max = limits::kBlobSizeMax, .streamed = true};

constexpr std::array kRoutes{
    Route{"POST", "/v1/operations", nullptr, submit_operation, kOperation},
    Route{"GET", "/v1/operations/{operation_id}", nullptr, operation_status, {}},
    Route{"GET", "/v1/operations/{operation_id}/receipt", nullptr, operation_receipt, {}},
    Route{"GET", "/v1/blobs/{blob_id}", blob_info, nullptr, {}},
    Route{"PUT", "/v1/blobs/{blob_id}", nullptr, put_blob, kUpload},
    Route{"GET", "/v1/blobs/{blob_id}/content", nullptr, get_blob, {}},
    Route{"GET", "/v1/exchanges", list_exchanges, nullptr, {}},
    Route{"GET", "/v1/exchanges/{exchange_id}", get_exchange, nullptr, {}},
    Route{"GET", "/v1/whoami", whoami, nullptr, {}},
    Route{"GET", "/v1/members", list_members, nullptr, {}},
    Route{"GET", "/v1/members/{member_id}", get_member, nullptr, {}},
    Route{"GET", "/v1/nodes", list_nodes, nullptr, {}},
    Route{"GET", "/v1/maps", list_maps, nullptr, {}},
    Route{"GET", "/v1/proposals", list_proposals, nullptr, {}},
    Route{"GET", "/v1/proposals/{proposal_id}", get_proposal, nullptr, {}},
    Route{"GET", "/v1/audit", audit, nullptr, {}},
    Route{"GET", "/v1/overdue", overdue, nullptr, {}},
    Route{"GET", "/v1/ledger", ledger_head, nullptr, {}},
    Route{"GET", "/v1/blocks", list_blocks, nullptr, {}},
    Route{"GET", "/v1/genesis", nullptr, get_genesis, {}},
    Route{"GET", "/v1/node", nullptr, node_status, {}},
    Route{"GET", "/v1/openapi.json", nullptr, get_openapi, {}},
    Route{"GET", "/metrics", nullptr, metrics, {}},
    Route{"GET", "/healthz", nullptr, health, kAnonymous},
    Route{"GET", "/readyz", nullptr, ready, kAnonymous},
};

}  // namespace

std::span<const Route> routes() { return kRoutes; }

}  // namespace sekisho::api
