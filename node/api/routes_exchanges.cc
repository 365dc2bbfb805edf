// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "node/api/render.h"
#include "node/api/routes.h"
#include "node/state/queries.h"

namespace sekisho::api {
namespace {

namespace json = boost::json;

// Exchanges are shown to their two sides, to who runs the converter node, to the secretariat and to
// auditors.
bool may_see(const Call& call, const state::Reader& reader, const state::Exchange& exchange) {
  const std::string& member_id = call.caller.member_id;
  if (exchange.sender == member_id || exchange.receiver == member_id) return true;
  const auto converter = state::node(reader, exchange.converter_node);
  if (converter && converter->member_id == member_id) return true;
  const auto member = state::member(reader, member_id);
  return member && (member->kind == v1::SECRETARIAT || member->kind == v1::AUDITOR);
}

json::array custody_of(const state::Reader& reader, const state::Exchange& exchange) {
  json::array rows;
  const auto add = [&](const Digest& blob_id) {
    for (const auto& custody : state::custody_of(reader, blob_id)) rows.push_back(render(custody));
  };
  add(exchange.input.blob_id);
  if (exchange.output) add(exchange.output->blob_id);
  if (exchange.report) add(exchange.report->blob_id);
  return rows;
}

}  // namespace

Result<json::value> list_exchanges(const Call& call, const storage::LedgerView& view) {
  const std::string side = text_query(call, "side");
  if (side != "sender" && side != "receiver") {
    return fail(Code::kInvalidArgument, "side must be sender or receiver");
  }
  TRY(const Page page, page_query(call));
  const auto reader = view.state();
  const auto found = state::exchanges_of_member(
      *reader, call.caller.member_id,
      side == "sender" ? state::Side::kSender : state::Side::kReceiver, page.cursor, page.limit);
  json::array rows;
  for (const auto& exchange : found) rows.push_back(render(exchange));
  json::object answer{{"exchanges", std::move(rows)}, {"next_cursor", nullptr}};
  if (found.size() == page.limit) answer["next_cursor"] = found.back().offered_index + 1;
  return answer;
}

Result<json::value> get_exchange(const Call& call, const storage::LedgerView& view) {
  TRY(const Id16 exchange_id, id_arg(call, 0));
  const auto reader = view.state();
  const auto exchange = state::exchange(*reader, exchange_id);
  if (!exchange || !may_see(call, *reader, *exchange)) {
    return fail(Code::kNotFound, "no exchange with this id that concerns you is on the ledger");
  }
  json::object answer = render(*exchange).as_object();
  answer["custody"] = custody_of(*reader, *exchange);
  return answer;
}

}  // namespace sekisho::api
