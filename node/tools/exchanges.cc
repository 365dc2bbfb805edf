// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "node/tools/node_client.h"
#include "node/tools/text.h"
#include "node/tools/verbs.h"

// inbox, status, withdraw, reject: what somebody sees and decides about exchanges.
namespace sekisho::tools {
namespace {

namespace json = boost::json;
constexpr std::size_t kStateWidth = 32;

Result<json::array> exchanges_of(NodeClient& client, const std::string& side) {
  json::array all;
  std::string cursor = "0";
  for (;;) {
    TRY(const auto page, client.get("/v1/exchanges?side=" + side + "&limit=1000&cursor=" + cursor));
    TRY(const auto* rows, array_field(page, "exchanges"));
    all.insert(all.end(), rows->begin(), rows->end());
    if (field(page, "next_cursor").is_null()) return all;
    TRY(const std::uint64_t next, number_field(page, "next_cursor"));
    cursor = std::to_string(next);
  }
}

std::string counts_text(const json::value& exchange, const Console& console) {
  const auto& evidence = field(exchange, "evidence");
  if (evidence.is_null()) return "";
  const std::string out = std::to_string(number_field(evidence, "persons_out").value_or(0));
  const std::string held = std::to_string(number_field(evidence, "persons_held").value_or(0));
  return std::string(console.pick("変換 ", "converted ")) + out +
         std::string(console.pick("人・保留 ", ", held ")) + held +
         std::string(console.pick("人", ""));
}

// Which of an exchange's two sides to name, and what waits for me.
void print_row(const json::value& exchange, const std::string& other_field,
               const Console& console) {
  const std::string state = text_field(exchange, "state").value_or("");
  const std::string failure = text_field(exchange, "failure_code").value_or("");
  std::string line = text_field(exchange, "exchange_id").value_or("") + "  " +
                     time_in_japan(number_field(exchange, "offered_ms").value_or(0)) + "  " +
                     pad_to(text_field(exchange, other_field).value_or(""), 16) + "  " +
                     pad_to(state_text(state, console.language()), kStateWidth) + "  " +
                     counts_text(exchange, console);
  if (!failure.empty()) line += "  [" + failure + "]";
  console.print(line);
}

bool waits(const json::value& exchange, bool as_receiver) {
  const std::string state = text_field(exchange, "state").value_or("");
  if (as_receiver) return state == "CONVERTED" || state == "FETCHED";
  if (field(exchange, "report").is_null()) return state == "OFFERED";
  return number_field(exchange, "report_confirmed_ms").value_or(1) == 0;
}

json::array only_waiting(const json::array& rows, bool as_receiver) {
  json::array waiting;
  for (const auto& row : rows) {
    if (waits(row, as_receiver)) waiting.push_back(row);
  }
  return waiting;
}

Result<Id16> parse_exchange(const std::string& text) {
  auto id = Id16::from_hex(text);
  if (!id)
    return fail(Code::kInvalidArgument,
                "an exchange is named by its 32 hex digits; see `sekisho inbox`");
  return id;
}

Status submit_reason(const Context& context, const Reason& options, bool withdrawal) {
  TRY(const Id16 exchange_id, parse_exchange(options.exchange));
  TRY(auto profile, Profile::open(context));
  TRY(auto client, NodeClient::connect(profile, context.console, Person::kOperator));
  auto operation = client.make_operation();
  const auto fill = [&](auto& payload) {
    payload.set_exchange_id(Bytes(exchange_id.view()));
    payload.set_reason(options.reason);
  };
  withdrawal ? fill(*operation.mutable_withdraw()) : fill(*operation.mutable_reject_delivery());
  TRY(const auto outcome, client.submit(operation));
  context.console.result("{\"index\":" + std::to_string(outcome.index) + "}");
  if (withdrawal) {
    context.console.say("送信を取り消しました。ファイルは削除されます。",
                        "Withdrawn. The file is being deleted.");
  } else {
    context.console.say("返戻しました。ファイルは削除されます。",
                        "Sent back. The file is being deleted.");
  }
  return {};
}

}  // namespace

Status inbox(const Context& context, const Inbox& options) {
  const Console& console = context.console;
  TRY(auto profile, Profile::open(context));
  TRY(auto client, NodeClient::connect(profile, console, Person::kOperator));
  TRY(json::array received, exchanges_of(client, "receiver"));
  TRY(json::array sent, exchanges_of(client, "sender"));
  if (!options.all) {
    received = only_waiting(received, true);
    sent = only_waiting(sent, false);
  }
  if (console.json()) {
    console.result(
        json::serialize(json::value{{"received", std::move(received)}, {"sent", std::move(sent)}}));
    return {};
  }
  console.say("【受け取るファイル】 " + std::to_string(received.size()) + " 件",
              "[To receive] " + std::to_string(received.size()));
  for (const auto& row : received) print_row(row, "sender", console);
  console.say("【送ったファイル】 " + std::to_string(sent.size()) + " 件",
              "[Sent] " + std::to_string(sent.size()));
  for (const auto& row : sent) print_row(row, "receiver", console);
  return {};
}

Status exchange_status(const Context& context, const ExchangeStatus& options) {
  TRY(const Id16 exchange_id, parse_exchange(options.exchange));
  TRY(auto profile, Profile::open(context));
  TRY(auto client, NodeClient::connect(profile, context.console, Person::kOperator));
  TRY(const auto exchange, client.get("/v1/exchanges/" + exchange_id.hex()));
  if (context.console.json()) {
    context.console.result(json::serialize(exchange));
    return {};
  }
  print_row(exchange, "receiver", context.console);
  TRY(const auto* custody, array_field(exchange, "custody"));
  for (const auto& row : *custody) {
    const std::uint64_t deleted_ms = number_field(row, "deleted_ms").value_or(0);
    context.console.print("  " + text_field(row, "role").value_or("") + " node " +
                          std::to_string(number_field(row, "node_number").value_or(0)) + "  " +
                          text_field(row, "status").value_or("") +
                          (deleted_ms == 0 ? "" : "  " + time_in_japan(deleted_ms)));
  }
  return {};
}

Status withdraw(const Context& context, const Reason& options) {
  return submit_reason(context, options, true);
}
Status reject(const Context& context, const Reason& options) {
  return submit_reason(context, options, false);
}

Status node_status(const Context& context) {
  TRY(auto profile, Profile::open(context));
  TRY(auto client, NodeClient::connect(profile, context.console, Person::kOperator));
  TRY(const auto status, client.get("/v1/node"));
  if (context.console.json()) {
    context.console.result(json::serialize(status));
    return {};
  }
  const auto number = [&status](const char* name) {
    return std::to_string(number_field(status, name).value_or(0));
  };
  context.console.say(
      "ノード " + text_field(status, "node_name").value_or("") + "：" +
          text_field(status, "role").value_or("") + "、リーダーはノード " + number("leader") +
          "、ブロック " + number("applied_height") + "（証明済み " + number("certified_height") +
          "）、操作 " + number("operations") + " 件",
      "Node " + text_field(status, "node_name").value_or("") + ": " +
          text_field(status, "role").value_or("") + ", leader node " + number("leader") +
          ", block " + number("applied_height") + " (certified " + number("certified_height") +
          "), " + number("operations") + " operations");
  return {};
}

}  // namespace sekisho::tools
