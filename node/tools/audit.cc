// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "node/crypto/hash.h"
#include "node/ledger/checkpoint.h"
#include "node/ledger/receipt.h"
#include "node/tools/files.h"
#include "node/tools/node_client.h"
#include "node/tools/text.h"
#include "node/tools/timeline.h"
#include "node/tools/verbs.h"

namespace sekisho::tools {
namespace {

namespace json = boost::json;
constexpr std::uint64_t kDayMs = 24ull * 3600 * 1000;

Result<std::string> query_of(const Audit& options) {
  if (!options.exchange.empty()) return "exchange=" + options.exchange;
  if (!options.member.empty()) return "member=" + options.member;
  std::string query = "limit=500";
  if (!options.from.empty()) {
    TRY(const std::uint64_t begin_ms, parse_day_in_japan(options.from));
    query += "&from_ms=" + std::to_string(begin_ms);
  }
  if (!options.to.empty()) {
    TRY(const std::uint64_t last_day_ms, parse_day_in_japan(options.to));
    query += "&to_ms=" + std::to_string(last_day_ms + kDayMs);
  }
  return query;
}

struct Found {
  json::array rows;
  json::value head;
};

Result<Found> fetch_rows(NodeClient& client, const std::string& query) {
  Found found;
  std::string cursor = "0";
  for (;;) {
    TRY(const auto page, client.get("/v1/audit?" + query + "&cursor=" + cursor));
    TRY(const auto* rows, array_field(page, "operations"));
    found.rows.insert(found.rows.end(), rows->begin(), rows->end());
    found.head = field(page, "head");
    if (field(page, "next_cursor").is_null()) return found;
    TRY(const std::uint64_t next, number_field(page, "next_cursor"));
    cursor = std::to_string(next);
  }
}

Result<MemberNames> member_names(NodeClient& client) {
  TRY(const auto answer, client.get("/v1/members"));
  TRY(const auto* members, array_field(answer, "members"));
  MemberNames names;
  for (const auto& member : *members) {
    TRY(const std::string id, text_field(member, "member_id"));
    TRY(const std::string name, text_field(member, "name"));
    names.emplace(id, name);
  }
  return names;
}

// That the node read the chain for us is itself put on the chain (医療情報ガイドライン 6.0,
// システム運用編 17).
Status record_query(NodeClient& client, const Audit& options, const std::string& query) {
  auto operation = client.make_operation();
  auto& record = *operation.mutable_record_audit_query();
  record.set_scope(!options.exchange.empty() ? "exchange"
                   : !options.member.empty() ? "member"
                                             : "time");
  record.set_query_digest(Bytes(crypto::sha256(query).view()));
  TRY_STATUS(client.submit(operation));
  return {};
}

Status verify_row(NodeClient& client, const json::value& row,
                  const ledger::GenesisDocument& genesis, const std::string& folder) {
  TRY(const std::string operation_id, text_field(row, "operation_id"));
  TRY(const Bytes text,
      client.get_bytes("/v1/operations/" + operation_id + "/receipt", ledger::kReceiptSizeMax));
  TRY(const auto receipt, ledger::parse_receipt(text));
  TRY(const auto verified, ledger::verify_receipt(receipt, genesis));
  TRY(const std::uint64_t index, number_field(row, "index"));
  TRY(const std::uint64_t verdict, number_field(row, "verdict"));
  TRY(const Digest digest, digest_field(row, "operation_digest"));
  const bool same = verified.record.index == index && verified.record.verdict == verdict &&
                    verified.record.operation_digest == digest;
  if (!same)
    return fail(Code::kCorrupt, "the receipt of operation " + operation_id +
                                    " says something else than the node's answer");
  if (folder.empty()) return {};
  TRY_STATUS(make_folder(folder));
  return write_file(folder + "/" + std::to_string(index) + "-" + operation_id + ".receipt", text,
                    false, true);
}

Status print_rows(NodeClient& client, const Found& found, const Console& console) {
  TRY(const auto names, member_names(client));
  KnownFiles files;
  for (const auto& row : found.rows) {
    TRY(const std::string line, timeline_line(row, names, files, console.language()));
    console.print(line);
  }
  return {};
}

}  // namespace

Status audit(const Context& context, const Audit& options) {
  const Console& console = context.console;
  if (options.verify && options.exchange.empty() && options.member.empty() &&
      options.from.empty() && options.to.empty()) {
    return verify_chain(context);
  }
  TRY(const std::string query, query_of(options));
  TRY(auto profile, Profile::open(context));
  TRY(auto client, NodeClient::connect(profile, console, Person::kOperator));
  TRY_STATUS(record_query(client, options, query));
  TRY(const auto found, fetch_rows(client, query));
  if (console.json()) {
    console.result(json::serialize(json::value{{"operations", found.rows}, {"head", found.head}}));
  } else {
    TRY_STATUS(print_rows(client, found, console));
  }
  if (!options.verify && options.receipts.empty()) return {};
  std::uint64_t verified = 0;
  std::uint64_t unspent = 0;
  for (const auto& row : found.rows) {
    // An operation whose id the ledger did not honour has no receipt of its own.
    const auto verdict = static_cast<ledger::Verdict>(number_field(row, "verdict").value_or(0));
    if (!ledger::claims_operation_id(verdict)) {
      ++unspent;
      continue;
    }
    TRY_STATUS(verify_row(client, row, profile.genesis(), options.receipts));
    console.progress(console.pick("検証", "Verifying"), ++verified, found.rows.size() - unspent);
  }
  console.end_progress();
  console.say("表示した操作 " + std::to_string(verified) +
                  " 件の受領証明を、創世文書だけを信頼して検証しました。",
              "Verified the receipts of " + std::to_string(verified) +
                  " operations, trusting the genesis document alone.");
  return {};
}

}  // namespace sekisho::tools
