// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "node/api/render.h"
#include "node/api/routes.h"

namespace sekisho::api {

// The process runs and answers.
void health(CallPtr call) { answer(*call, 200, {{"process", "ok"}}); }

// Tells apart: a leader is known (quorum), this node follows it (current), its signatures are on
// certificates (attesting). 200 when all three hold.
void ready(CallPtr call) {
  call->parts.ask_status([call](const replica::ReplicaStatus& status) {
    constexpr std::uint64_t kLagMax = 100;
    const bool quorum = status.leader != 0 && !status.stopped;
    const bool current = status.applied_index + kLagMax >= status.commit_index;
    const bool attesting = status.attested_height + kLagMax >= status.applied_height;
    answer(*call, quorum && current && attesting ? 200 : 503,
           {{"process", "ok"}, {"quorum", quorum}, {"current", current}, {"attesting", attesting}});
  });
}

void metrics(CallPtr call) {
  net::Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = call->parts.metrics.render();
  call->responder.send(std::move(response));
}

void node_status(CallPtr call) {
  call->parts.ask_status([call](const replica::ReplicaStatus& status) {
    boost::json::object body = render(status).as_object();
    body["node_number"] = call->parts.node_number;
    body["node_name"] = call->parts.node_name;
    answer(*call, 200, body);
  });
}

}  // namespace sekisho::api
