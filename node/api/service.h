// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "node/admission/gateway.h"
#include "node/api/uploads.h"
#include "node/base/clock.h"
#include "node/base/metrics.h"
#include "node/blobs/blob_fetcher.h"
#include "node/blobs/custodian.h"
#include "node/net/http_server.h"
#include "node/net/http_types.h"
#include "node/net/runtime.h"
#include "node/net/tls.h"
#include "node/replica/types.h"
#include "storage/ledger_store.h"

namespace sekisho::api {

// What the routes work with; each outlives the service.
struct Parts {
  admission::Gateway& gateway;
  storage::LedgerStore& ledger;
  blobs::Custodian& custodian;
  blobs::BlobFetcher& fetcher;
  Uploads& uploads;
  net::Runtime& runtime;
  const Clock& clock;
  MetricsRegistry& metrics;
  Digest chain_id;
  std::uint64_t node_number = 0;
  std::string node_name;
  Bytes genesis_document;
  // Answers on the core thread.
  std::function<void(std::function<void(replica::ReplicaStatus)>)> ask_status;
  std::function<void(replica::ReadDone)> ask_read_index;
};

// One line of the route table, for the OpenAPI test: "GET /v1/exchanges/{exchange_id}".
struct RouteName {
  std::string method;
  std::string path;
};
[[nodiscard]] std::vector<RouteName> route_names();

// The HTTPS API (openapi.json): the three functions an HttpServer needs. Any thread; answers come
// from workers or the core thread.
class Service {
 public:
  explicit Service(Parts parts);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // The certificate belongs to an active member: issued by that member's CA, in time, its key on
  // the ledger and not revoked.
  [[nodiscard]] Result<net::Principal> authorize(const net::PeerCertificate& certificate) const;
  [[nodiscard]] static net::RoutePlan plan(std::string_view method, std::string_view path);
  void handle(net::Request request, net::Responder responder) const;

 private:
  Parts parts_;
};

}  // namespace sekisho::api
