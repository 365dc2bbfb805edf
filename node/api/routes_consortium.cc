// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "node/api/render.h"
#include "node/api/routes.h"
#include "node/state/queries.h"

namespace sekisho::api {
namespace {

namespace json = boost::json;

template <typename Records>
json::array render_all(const Records& records) {
  json::array rows;
  for (const auto& record : records) rows.push_back(render(record));
  return rows;
}

Result<std::uint64_t> time_of(const storage::LedgerView& view) {
  TRY(const auto head, view.head());
  return head.height == 0 ? 0 : head.header.block_time_ms;
}

}  // namespace

Result<json::value> whoami(const Call& call, const storage::LedgerView& view) {
  const auto reader = view.state();
  const auto member = state::member(*reader, call.caller.member_id);
  if (!member) return fail(Code::kNotFound, "the member is not on the ledger");
  return json::value{{"member", render(*member)},
                     {"key_id", call.caller.key_id.hex()},
                     {"role", ledger::key_role_name(call.caller.role)},
                     {"chain_id", call.parts.chain_id.hex()},
                     {"node_number", call.parts.node_number},
                     {"node_name", call.parts.node_name}};
}

Result<json::value> list_members(const Call&, const storage::LedgerView& view) {
  return json::value{{"members", render_all(state::members(*view.state()))}};
}

Result<json::value> get_member(const Call& call, const storage::LedgerView& view) {
  const auto reader = view.state();
  const auto member = state::member(*reader, call.args.at(0));
  if (!member) return fail(Code::kNotFound, "no such member; see GET /v1/members");
  json::object answer = render(*member).as_object();
  answer["keys"] = render_all(state::keys_of_member(*reader, member->member_id));
  return answer;
}

Result<json::value> list_nodes(const Call&, const storage::LedgerView& view) {
  return json::value{{"nodes", render_all(state::nodes(*view.state()))}};
}

Result<json::value> list_maps(const Call&, const storage::LedgerView& view) {
  return json::value{{"maps", render_all(state::maps(*view.state()))}};
}

Result<json::value> list_proposals(const Call& call, const storage::LedgerView& view) {
  const auto reader = view.state();
  TRY(const std::uint64_t now_ms, time_of(view));
  json::array rows;
  const auto found = text_query(call, "open") == "true" ? state::open_proposals(*reader)
                                                        : state::proposals(*reader);
  for (const auto& proposal : found) rows.push_back(render(proposal, *reader, now_ms));
  return json::value{{"proposals", std::move(rows)}};
}

Result<json::value> get_proposal(const Call& call, const storage::LedgerView& view) {
  TRY(const Id16 proposal_id, id_arg(call, 0));
  TRY(const std::uint64_t now_ms, time_of(view));
  const auto reader = view.state();
  const auto proposal = state::proposal(*reader, proposal_id);
  if (!proposal) return fail(Code::kNotFound, "no such proposal; see GET /v1/proposals");
  return render(*proposal, *reader, now_ms);
}

}  // namespace sekisho::api
