// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "node/base/clock.h"
#include "node/crypto/certificate.h"
#include "node/tools/key_table.h"
#include "node/tools/node_client.h"
#include "node/tools/text.h"
#include "node/tools/verbs.h"

// members, member list and show: who takes part.
namespace sekisho::tools {
namespace {

namespace json = boost::json;

void print_fact(const Console& console, std::string_view japanese, std::string_view english,
                const std::string& value) {
  constexpr std::size_t kLabelWidth = 16;
  if (!value.empty())
    console.print(pad_to(console.pick(japanese, english), kLabelWidth) + "  " + value);
}

// Until when files can be sealed for the member.
std::string certificate_text(const json::value& member, const Console& console) {
  const std::string encoded = text_field(member, "encryption_certificate").value_or("");
  if (encoded.empty())
    return std::string(console.pick("なし（受信できません）", "none: receives nothing"));
  const auto der = from_base64(encoded);
  const auto certificate =
      der ? crypto::Certificate::from_der(*der) : Result<crypto::Certificate>(fail(der.error()));
  if (!certificate) return std::string(console.pick("読めません", "does not parse"));
  const std::uint64_t until_ms = certificate->validity().not_after_ms;
  const bool over = until_ms <= SystemClock().unix_ms();
  return std::string(console.pick("有効期限 ", "valid until ")) + time_in_japan(until_ms) +
         std::string(over ? console.pick("（切れています）", " (has expired)")
                          : std::string_view());
}

}  // namespace

Status members(const Context& context) {
  TRY(auto profile, Profile::open(context));
  TRY(auto client, NodeClient::connect(profile, context.console, Person::kOperator));
  TRY(const auto members, client.get("/v1/members"));
  TRY(const auto nodes, client.get("/v1/nodes"));
  if (context.console.json()) {
    context.console.result(json::serialize(
        json::value{{"members", field(members, "members")}, {"nodes", field(nodes, "nodes")}}));
    return {};
  }
  const auto word = [&context](const json::value& row, std::string_view name) {
    return word_text(text_field(row, name).value_or(""), context.console.language());
  };
  TRY(const auto* rows, array_field(members, "members"));
  for (const auto& row : *rows) {
    context.console.print(pad_to(text_field(row, "member_id").value_or(""), 20) + "  " +
                          pad_to(word(row, "kind"), 13) + "  " + pad_to(word(row, "status"), 10) +
                          "  " + pad_to(text_field(row, "number").value_or(""), 12) + "  " +
                          text_field(row, "name").value_or(""));
  }
  TRY(const auto* node_rows, array_field(nodes, "nodes"));
  for (const auto& row : *node_rows) {
    const bool converter = field(row, "converter").is_bool() && field(row, "converter").get_bool();
    context.console.print(std::string(context.console.pick("ノード ", "node ")) +
                          std::to_string(number_field(row, "node_number").value_or(0)) + "  " +
                          pad_to(text_field(row, "name").value_or(""), 20) + "  " +
                          text_field(row, "member_id").value_or("") +
                          std::string(converter ? context.console.pick("  変換", "  converter")
                                                : std::string_view()));
  }
  return {};
}

Status member_show(const Context& context, const MemberShow& options) {
  const Console& console = context.console;
  TRY(auto profile, Profile::open(context));
  TRY(auto client, NodeClient::connect(profile, console, Person::kOperator));
  const std::string id = options.member.empty() ? client.member_id() : options.member;
  auto member = client.get("/v1/members/" + id);
  if (!member) return fail(member.error().within("member " + id));
  console.result(json::serialize(*member));
  if (console.json()) return {};
  const auto text = [&](std::string_view name) { return text_field(*member, name).value_or(""); };
  print_fact(console, "会員ID", "member id", text("member_id"));
  print_fact(console, "名称", "name", text("name"));
  print_fact(console, "種別", "kind", word_text(text("kind"), console.language()));
  print_fact(console, "番号", "number", text("number"));
  print_fact(console, "親機関", "parent", text("parent"));
  print_fact(console, "状態", "standing",
             word_text(text("status"), console.language()) + "  " +
                 time_in_japan(number_field(*member, "since_ms").value_or(0)) +
                 std::string(console.pick(" から", " on")));
  print_fact(console, "暗号化証明書", "encryption", certificate_text(*member, console));
  TRY(const auto* keys, array_field(*member, "keys"));
  print_keys(*keys, console);
  return {};
}

}  // namespace sekisho::tools
