// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "node/base/clock.h"
#include "node/tools/node_client.h"
#include "node/tools/text.h"
#include "node/tools/verbs.h"

// inbox, status, withdraw, reject: what somebody sees and decides about exchanges.
namespace sekisho::tools {
namespace {

namespace json = boost::json;
constexpr std::size_t kIdWidth = 32;
constexpr std::size_t kTimeWidth = 23;
constexpr std::size_t kMemberWidth = 16;
constexpr std::size_t kStateWidth = 36;

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
         std::string(console.pick("人・保留 ", ", held back ")) + held +
         std::string(console.pick("人", ""));
}

// The state; how it ended when it is closed; the code of a failed conversion.
std::string whole_state(const json::value& exchange, const Console& console) {
  const std::string state = text_field(exchange, "state").value_or("");
  const std::string outcome = text_field(exchange, "outcome").value_or("");
  const std::string failure = text_field(exchange, "failure_code").value_or("");
  std::string text = state_text(state, console.language());
  if (state == "CLOSED") {
    const std::string how = word_text(outcome, console.language());
    text = std::string(console.pick("完了（", "closed (")) + how +
           std::string(console.pick("・全て削除済）", ", everything deleted)"));
  }
  return failure.empty() ? text : text + " [" + failure + "]";
}

void print_heading(const Console& console, std::string_view other) {
  console.print(pad_to(console.pick("送信番号", "exchange"), kIdWidth) + "  " +
                pad_to(console.pick("送信日時", "sent"), kTimeWidth) + "  " +
                pad_to(other, kMemberWidth) + "  " +
                pad_to(console.pick("状態", "state"), kStateWidth) + "  " +
                std::string(console.pick("人数", "persons")));
}

void print_row(const json::value& exchange, const std::string& other_field,
               const Console& console) {
  console.print(pad_to(text_field(exchange, "exchange_id").value_or(""), kIdWidth) + "  " +
                time_in_japan(number_field(exchange, "offered_ms").value_or(0)) + "  " +
                pad_to(text_field(exchange, other_field).value_or(""), kMemberWidth) + "  " +
                pad_to(whole_state(exchange, console), kStateWidth) + "  " +
                counts_text(exchange, console));
}

void print_rows(const json::array& rows, bool received, const Console& console) {
  if (rows.empty()) return;
  print_heading(console, received ? console.pick("送信元", "from") : console.pick("宛先", "to"));
  for (const auto& row : rows) print_row(row, received ? "sender" : "receiver", console);
}

// "label: value", labels aligned.
void print_fact(const Console& console, std::string_view japanese, std::string_view english,
                const std::string& value) {
  constexpr std::size_t kLabelWidth = 12;
  console.print(pad_to(console.pick(japanese, english), kLabelWidth) + "  " + value);
}

// Whose turn it is; the ledger's own rule is state::overdue_exchanges.
std::string turn_of(const json::value& exchange, const Console& console) {
  const std::string state = text_field(exchange, "state").value_or("");
  if (state == "OFFERED") {
    return std::string(console.pick("変換ノード ", "converter node ")) +
           std::to_string(number_field(exchange, "converter_node").value_or(0));
  }
  const bool receiver = state == "CONVERTED" || state == "FETCHED";
  return text_field(exchange, receiver ? "receiver" : "sender").value_or("");
}

// How long the party whose turn it is has, or that its time is over.
std::string deadline_text(const json::value& exchange, std::uint64_t deadline_ms,
                          const Console& console) {
  const bool over = deadline_ms < SystemClock().unix_ms();
  return time_in_japan(deadline_ms) + std::string(console.pick("　", ", turn of ")) +
         turn_of(exchange, console) + std::string(console.pick(" の番", "")) +
         std::string(over ? console.pick("（期限を過ぎています）", " (overdue)")
                          : std::string_view());
}

void print_exchange(const json::value& exchange, const Console& console) {
  print_fact(console, "送信番号", "exchange", text_field(exchange, "exchange_id").value_or(""));
  print_fact(console, "送信元・宛先", "from, to",
             text_field(exchange, "sender").value_or("") + " → " +
                 text_field(exchange, "receiver").value_or(""));
  print_fact(console, "送信日時", "sent",
             time_in_japan(number_field(exchange, "offered_ms").value_or(0)));
  print_fact(console, "状態", "state",
             whole_state(exchange, console) + std::string(console.pick("　", ", since ")) +
                 time_in_japan(number_field(exchange, "since_ms").value_or(0)) +
                 std::string(console.pick(" から", "")));
  const std::uint64_t deadline_ms = number_field(exchange, "deadline_ms").value_or(0);
  if (deadline_ms != 0) {
    print_fact(console, "期限", "deadline", deadline_text(exchange, deadline_ms, console));
  }
  const std::string reason = text_field(exchange, "reason").value_or("");
  if (!reason.empty()) print_fact(console, "理由", "reason", reason);
  const std::string counts = counts_text(exchange, console);
  if (!counts.empty()) print_fact(console, "変換", "conversion", counts);
}

void print_custody(const json::array& custody, const Console& console) {
  for (const auto& row : custody) {
    const std::uint64_t deleted_ms = number_field(row, "deleted_ms").value_or(0);
    const Language language = console.language();
    print_fact(console, "保管", "custody",
               pad_to(word_text(text_field(row, "role").value_or(""), language), 14) +
                   std::string(console.pick("ノード ", "node ")) +
                   std::to_string(number_field(row, "node_number").value_or(0)) + "  " +
                   word_text(text_field(row, "status").value_or(""), language) +
                   (deleted_ms == 0 ? "" : "  " + time_in_japan(deleted_ms)));
  }
}

bool waits(const json::value& exchange, bool as_receiver) {
  const std::string state = text_field(exchange, "state").value_or("");
  if (as_receiver) return state == "CONVERTED" || state == "FETCHED";
  if (field(exchange, "report").is_null() || state == "CLOSED") return state == "OFFERED";
  return state != "WITHDRAWN" && number_field(exchange, "report_confirmed_ms").value_or(1) == 0 &&
         number_field(exchange, "report_expired_ms").value_or(0) == 0;
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
  print_rows(received, true, console);
  console.say("【送ったファイル】 " + std::to_string(sent.size()) + " 件",
              "[Sent] " + std::to_string(sent.size()));
  print_rows(sent, false, console);
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
  print_exchange(exchange, context.console);
  TRY(const auto* custody, array_field(exchange, "custody"));
  print_custody(*custody, context.console);
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
          word_text(text_field(status, "role").value_or(""), Language::kJapanese) +
          "、リーダーはノード " + number("leader") + "、ブロック " + number("applied_height") +
          "（証明済み " + number("certified_height") + "）、操作 " + number("operations") + " 件",
      "Node " + text_field(status, "node_name").value_or("") + ": " +
          text_field(status, "role").value_or("") + ", leader node " + number("leader") +
          ", block " + number("applied_height") + " (certified " + number("certified_height") +
          "), " + number("operations") + " operations");
  return {};
}

}  // namespace sekisho::tools
