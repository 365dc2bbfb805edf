// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/api/openapi.h"
#include "tests/unit/api/api_test_server.h"

namespace sekisho::api {
namespace {

namespace json = boost::json;
using RoutesTest = ApiTest;

std::uint64_t number(const json::object& object, std::string_view name) {
  return object.at(name).to_number<std::uint64_t>();
}

TEST_F(RoutesTest, UnknownAddressesAndMethods) {
  serve();
  for (const char* target :
       {"/", "/v1", "/v2/members", "/v1/members/", "/v1/members/a/b", "/v1/operations//receipt"}) {
    expect_refused(target, 404, "NOT_FOUND");
  }
  EXPECT_EQ(send("DELETE", "/v1/members").status, 405u);
  EXPECT_EQ(send("POST", "/v1/members").status, 405u);
}

TEST_F(RoutesTest, BadPathAndQueryValuesAreNamed) {
  serve();
  const std::string id(32, 'a');
  const std::vector<std::string> targets{"/v1/exchanges/xyz",
                                         "/v1/exchanges/" + id + "00",
                                         "/v1/proposals/1",
                                         "/v1/operations/zz",
                                         "/v1/blobs/12",
                                         "/v1/operations/" + id + "?wait_ms=100001",
                                         "/v1/operations/" + id + "?wait_ms=-1",
                                         "/v1/blocks?from=1x",
                                         "/v1/blocks?limit=257",
                                         "/v1/audit?limit=1001",
                                         "/v1/audit?limit=0",
                                         "/v1/audit?cursor=",
                                         "/v1/audit?exchange=7",
                                         "/v1/audit?from_ms=99999999999999999999",
                                         "/v1/exchanges",
                                         "/v1/exchanges?side=both",
                                         "/v1/nodes?min_index=one",
                                         "/v1/nodes?consistency=eventual",
                                         "/v1/overdue?limit=9999"};
  for (const std::string& target : targets) {
    expect_refused(target, 400, "INVALID_ARGUMENT");
  }
}

// A page of no rows has no last row to continue behind.
TEST_F(RoutesTest, APageHasAtLeastOneRow) {
  chain_.offer();
  serve();
  expect_refused("/v1/exchanges?side=receiver&limit=0", 400, "INVALID_ARGUMENT");
}

TEST_F(RoutesTest, WhoAmIAndTheConsortium) {
  serve();
  const auto me = ok("/v1/whoami");
  EXPECT_EQ(me.at("member").at("member_id").as_string(), "hoken-a");
  EXPECT_EQ(me.at("role").as_string(), "OPERATOR");
  EXPECT_EQ(me.at("chain_id").as_string(), chain_.consortium.chain_id().hex());
  EXPECT_EQ(ok("/v1/members").at("members").as_array().size(), 8u);
  EXPECT_EQ(ok("/v1/nodes").at("nodes").as_array().size(), 3u);
  EXPECT_EQ(ok("/v1/members/kansa").at("keys").as_array().size(), 3u);
  expect_refused("/v1/members/nobody", 404, "NOT_FOUND");
  EXPECT_EQ(get("/v1/genesis").body, chain_.consortium.genesis_bytes());
}

TEST_F(RoutesTest, ServesItsDescription) {
  serve();
  EXPECT_EQ(get("/v1/openapi.json").body, openapi_text());
}

TEST_F(RoutesTest, HealthReadinessStatusMetrics) {
  serve();
  EXPECT_EQ(ok("/healthz").at("process").as_string(), "ok");
  EXPECT_TRUE(ok("/readyz").at("quorum").as_bool());
  EXPECT_EQ(ok("/v1/node").at("role").as_string(), "LEADER");
  EXPECT_NE(get("/metrics").body.find("http_requests_total"), Bytes::npos);
}

TEST_F(RoutesTest, ExchangesArePagedByCursor) {
  for (int i = 0; i < 5; ++i) chain_.offer();
  serve();
  std::size_t rows = 0;
  std::size_t pages = 0;
  std::string cursor = "0";
  while (!cursor.empty()) {
    const auto page = ok("/v1/exchanges?side=receiver&limit=2&cursor=" + cursor);
    rows += page.at("exchanges").as_array().size();
    ++pages;
    const auto& next = page.at("next_cursor");
    cursor = next.is_null() ? "" : std::to_string(next.to_number<std::uint64_t>());
  }
  EXPECT_EQ(rows, 5u);
  EXPECT_EQ(pages, 3u);
  EXPECT_EQ(ok("/v1/exchanges?side=sender").at("exchanges").as_array().size(), 0u);
  become("kenshin-a");
  EXPECT_EQ(ok("/v1/exchanges?side=sender").at("exchanges").as_array().size(), 5u);
}

TEST_F(RoutesTest, AnExchangeIsShownToThoseItConcerns) {
  const Id16 id = chain_.offer();
  chain_.convert(id, true);
  serve();
  const std::string target = "/v1/exchanges/" + id.hex();
  // Sender, receiver, who runs the converter (and is the secretariat), auditor.
  for (const char* member : {"kenshin-a", "hoken-a", "jimukyoku", "kansa"}) {
    become(member);
    const auto exchange = ok(target);
    EXPECT_EQ(exchange.at("state").as_string(), "CONVERTED");
    EXPECT_EQ(exchange.at("custody").as_array().size(), 6u);
  }
  for (const char* member : {"hoken-b", "kenshin-b", "kenshin-a-branch", "iryo-a"}) {
    become(member);
    expect_refused(target, 404, "NOT_FOUND");
  }
}

TEST_F(RoutesTest, AuditPagesLieBelowTheCertifiedHead) {
  const Id16 id = chain_.offer();
  chain_.convert(id, false);
  serve();
  const auto whole = ok("/v1/audit");
  const auto& rows = whole.at("operations").as_array();
  ASSERT_EQ(rows.size(), 4u);  // the map, its approval, the offer, the result
  EXPECT_TRUE(whole.at("next_cursor").is_null());
  EXPECT_GE(number(whole.at("head").as_object(), "tree_size"), 4u);
  EXPECT_EQ(rows[2].at("payload").as_string(), "offer");
  EXPECT_EQ(rows[2].at("verdict_name").as_string(), "ACCEPTED");
  const auto first = ok("/v1/audit?limit=3");
  EXPECT_EQ(number(first, "next_cursor"), 3u);
  EXPECT_EQ(ok("/v1/audit?limit=3&cursor=3").at("operations").as_array().size(), 1u);
  EXPECT_EQ(ok("/v1/audit?exchange=" + id.hex()).at("operations").as_array().size(), 2u);
  EXPECT_EQ(ok("/v1/audit?member=hoken-b").at("operations").as_array().size(), 0u);
  const std::string time = std::to_string(rows[2].at("block_time_ms").to_number<std::uint64_t>());
  EXPECT_EQ(ok("/v1/audit?to_ms=" + time).at("operations").as_array().size(), 2u);
  EXPECT_EQ(ok("/v1/audit?from_ms=" + time).at("operations").as_array().size(), 2u);
}

TEST_F(RoutesTest, BlocksAndHeads) {
  chain_.approved_map();
  serve();
  const auto ledger = ok("/v1/ledger");
  const std::uint64_t height = number(ledger, "height");
  const auto blocks = ok("/v1/blocks?from=2&limit=1");
  ASSERT_EQ(blocks.at("blocks").as_array().size(), 1u);
  EXPECT_EQ(number(blocks.at("blocks").as_array()[0].as_object(), "height"), 2u);
  EXPECT_EQ(ok("/v1/blocks?from=" + std::to_string(height + 1)).at("blocks").as_array().size(), 0u);
  EXPECT_EQ(ledger.at("certified").at("height").to_number<std::uint64_t>(), height);
}

TEST_F(RoutesTest, OverdueNamesTheLateParty) {
  const Id16 id = chain_.offer();
  chain_.convert(id, false);
  chain_.pass(400ull * 24 * 3600 * 1000);
  chain_.submit(chain_.offer_operation(chain_.fresh_id()), v1::OPERATOR);
  serve();
  const auto overdue = ok("/v1/overdue").at("overdue").as_array();
  ASSERT_EQ(overdue.size(), 1u);
  EXPECT_EQ(overdue[0].at("late_member").as_string(), "hoken-a");
}

TEST_F(RoutesTest, ReadsYourOwnWrites) {
  chain_.approved_map();
  serve();
  EXPECT_EQ(get("/v1/nodes?min_index=1").status, 200u);
  EXPECT_EQ(get("/v1/nodes?consistency=linearizable").status, 200u);
}

TEST_F(RoutesTest, SubmitsAndProves) {
  serve();
  auto operation = chain_.operation("hoken-a");
  operation.mutable_note()->set_body("hello");
  const Bytes bytes = chain_.sign(operation, v1::OPERATOR);
  const Answer submitted = send("POST", "/v1/operations", bytes);
  ASSERT_EQ(submitted.status, 200u) << submitted.body;
  EXPECT_EQ(submitted.json.at("status").as_string(), "ATTESTED");
  EXPECT_EQ(submitted.json.at("verdict_name").as_string(), "ACCEPTED");
  const std::string id = to_hex(operation.operation_id());
  EXPECT_EQ(ok("/v1/operations/" + id).at("status").as_string(), "ATTESTED");
  const Answer receipt = get("/v1/operations/" + id + "/receipt");
  EXPECT_EQ(receipt.status, 200u);
  EXPECT_TRUE(receipt.body.starts_with("c2sp.org/tlog-proof")) << receipt.body.substr(0, 80);
  EXPECT_EQ(send("POST", "/v1/operations", "junk").code(), "INVALID_ARGUMENT");
}

TEST_F(RoutesTest, WhatNobodyHasSeenIsOpen) {
  serve();
  const std::string id(32, 'a');
  const Answer answer = get("/v1/operations/" + id);
  EXPECT_EQ(answer.status, 202u);
  EXPECT_EQ(answer.json.at("status").as_string(), "NOT_SEEN");
  expect_refused("/v1/operations/" + id + "/receipt", 404, "NOT_FOUND");
}

// The connection was authorized before; the ledger's word at the time of the request counts.
TEST_F(RoutesTest, ARevokedKeyIsRefusedOnAnOpenConnection) {
  serve();
  EXPECT_EQ(get("/v1/whoami").status, 200u);
  auto revoke = chain_.operation("hoken-a");
  const auto& key = chain_.consortium.key("hoken-a", v1::OPERATOR);
  revoke.mutable_revoke_key()->set_key_id(Bytes(key.public_key().key_id().view()));
  revoke.mutable_revoke_key()->set_reason("紛失");
  EXPECT_EQ(send("POST", "/v1/operations", chain_.sign(revoke, v1::ADMIN)).status, 200u);
  expect_refused("/v1/whoami", 401, "UNAUTHENTICATED");
}

}  // namespace
}  // namespace sekisho::api
