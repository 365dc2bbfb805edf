// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/tools/timeline.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "tests/support/test_chain.h"

namespace sekisho::tools {
namespace {

class TimelineTest : public ::testing::Test {
 protected:
  static boost::json::object row(const Bytes& bytes, std::uint16_t verdict = 0) {
    return {{"index", 7},
            {"block_time_ms", 1'735'657'200'000},
            {"verdict", verdict},
            {"operation_digest", ledger::operation_digest(bytes).hex()},
            {"signed_operation", to_base64(bytes)}};
  }
  std::string line(const Bytes& bytes, Language language, std::uint16_t verdict = 0) {
    const auto text = timeline_line(row(bytes, verdict), names_, files_, language);
    EXPECT_TRUE(text) << text.error().to_string();
    return text.value_or("");
  }
  // Both languages name who, and say this of it.
  void expect_line(const v1::Operation& operation, const std::string& ja, const std::string& en) {
    const Bytes bytes = chain_.sign(operation, v1::OPERATOR);
    const std::string japanese = line(bytes, Language::kJapanese);
    const std::string english = line(bytes, Language::kEnglish);
    EXPECT_NE(japanese.find(ja), std::string::npos) << japanese;
    EXPECT_NE(english.find(en), std::string::npos) << english;
    EXPECT_NE(japanese.find(names_.at(operation.author_member())), std::string::npos) << japanese;
    EXPECT_TRUE(english.starts_with("#7    2025-01-01 00:00:00 JST  ")) << english;
  }

  test::TestChain chain_;
  KnownFiles files_;
  MemberNames names_{{"kenshin-a", "健診センターＡ"},
                     {"hoken-a", "健保Ａ"},
                     {"jimukyoku", "事務局"},
                     {"kansa", "監査"}};
};

TEST_F(TimelineTest, TheLifeOfAnExchange) {
  const Id16 id = chain_.offer();
  const std::string mark = id.hex().substr(0, 8);
  expect_line(chain_.offer_operation(id), "送信 " + mark + " → 健保Ａ",
              "sent " + mark + " to 健保Ａ");
  expect_line(chain_.result_operation(id, true), "変換完了 " + mark + "（変換 100 人、保留 0 人）",
              "converted " + mark + " (100 persons converted, 0 held back)");
  expect_line(chain_.failure_operation(id), "変換エラー " + mark + "（F-HEADER-HASH",
              "conversion failed " + mark + " (F-HEADER-HASH");
  chain_.convert(id, false);
  const auto output = *chain_.exchange(id).output;
  expect_line(chain_.fetch_operation("hoken-a", id, output.blob_id), "受信 " + mark,
              "fetched " + mark);
  expect_line(chain_.confirm_operation("hoken-a", id, output), "受信完了 " + mark,
              "confirmed receipt of " + mark);
  auto reject = chain_.operation("hoken-a");
  reject.mutable_reject_delivery()->set_exchange_id(Bytes(id.view()));
  reject.mutable_reject_delivery()->set_reason("対象外");
  expect_line(reject, "返戻 " + mark + "（対象外）", "sent back " + mark + " (対象外)");
  auto withdraw = chain_.operation("kenshin-a");
  withdraw.mutable_withdraw()->set_exchange_id(Bytes(id.view()));
  withdraw.mutable_withdraw()->set_reason("誤送信");
  expect_line(withdraw, "取消 " + mark + "（誤送信）", "withdrew " + mark + " (誤送信)");
  expect_line(chain_.deletion_operation(output.blob_id, 1),
              "削除 暗号化ファイル " + output.blob_id.hex().substr(0, 8) + "（ノード 1",
              "deleted sealed file " + output.blob_id.hex().substr(0, 8) + " (node 1");
}

// The sender's fetch of its error list used to read like the receiver's 受信完了.
TEST_F(TimelineTest, NamesThePartOfTheExchangeOnceItIsKnown) {
  const Id16 id = chain_.offer();
  const std::string mark = id.hex().substr(0, 8);
  const auto offer = chain_.offer_operation(id);
  const auto result = chain_.result_operation(id, true);
  const auto blob_of = [](const v1::BlobRef& ref) {
    return state::Blob{*Digest::from_bytes(ref.blob_id()), ref.size_bytes(),
                       *Digest::from_bytes(ref.commitment())};
  };
  const auto report = blob_of(result.conversion_result().report());
  const auto output = blob_of(result.conversion_result().output());
  expect_line(offer, "送信 " + mark, "sent " + mark);
  expect_line(result, "変換完了 " + mark, "converted " + mark);
  expect_line(chain_.confirm_operation("hoken-a", id, output), "受信完了 " + mark,
              "confirmed receipt of " + mark);
  expect_line(chain_.fetch_operation("kenshin-a", id, report.blob_id), "確認リストを受信 " + mark,
              "fetched the error list of " + mark);
  expect_line(chain_.confirm_operation("kenshin-a", id, report), "確認リストを確認 " + mark,
              "confirmed the error list of " + mark);
  expect_line(chain_.deletion_operation(output.blob_id, 1), "削除 " + mark + " の標準CSV（ノード 1",
              "deleted the standard CSV of " + mark + " (node 1");
}

TEST_F(TimelineTest, MapsAndGovernance) {
  auto map = chain_.operation("kenshin-a");
  auto& body = *map.mutable_register_map();
  body.set_map_id("regional-286");
  body.set_version(3);
  body.set_catalog_id("standard-1");
  body.set_title("地域標準");
  *body.mutable_map() = chain_.blob(false);
  chain_.add_receipts(body.map(), *body.mutable_receipts());
  expect_line(map, "変換テーブル登録 regional-286 版 3", "registered map regional-286 version 3");

  std::vector<v1::Action> actions(6);
  *actions[0].mutable_add_member()->mutable_member() =
      chain_.consortium.describe_member("hoken-c", v1::INSURER, "");
  actions[1].mutable_suspend_member()->set_member_id("hoken-a");
  actions[1].mutable_suspend_member()->set_reason("調査");
  actions[2].mutable_reinstate_member()->set_member_id("hoken-a");
  actions[3].mutable_approve_map()->set_map_digest(Bytes(32, '\x11'));
  actions[4].mutable_retire_map()->set_map_digest(Bytes(32, '\x11'));
  actions[4].mutable_retire_map()->set_reason("旧版");
  *actions[5].mutable_set_policy()->mutable_policy() = ledger::policy_to_proto(ledger::Policy{});
  const std::vector<std::pair<std::string, std::string>> texts{
      {"「試験 hoken-c」の加入", "admit 試験 hoken-c"},
      {"「健保Ａ」の停止", "suspend hoken-a"},
      {"「健保Ａ」の再開", "reinstate hoken-a"},
      {"変換テーブル 11111111 の承認", "approve map 11111111"},
      {"変換テーブル 11111111 の廃止", "retire map 11111111"},
      {"規則の変更", "change of rules"}};
  for (std::size_t i = 0; i < actions.size(); ++i) {
    expect_line(chain_.propose_operation("jimukyoku", {actions[i]}), texts[i].first,
                texts[i].second);
  }
  const Id16 id = chain_.fresh_id();
  const std::string mark = id.hex().substr(0, 8);
  expect_line(chain_.vote_operation("kenshin-a", id, true), "投票：賛成（提案 " + mark,
              "voted for " + mark);
  expect_line(chain_.vote_operation("kenshin-a", id, false), "投票：反対（提案 " + mark,
              "voted against " + mark);
}

TEST_F(TimelineTest, KeysAuditsAndNotes) {
  auto add = chain_.operation("hoken-a");
  const auto key = crypto::PrivateKey::generate(crypto::KeyAlgorithm::kEd25519);
  *add.mutable_add_key()->mutable_key() =
      ledger::make_key_description("hoken-a", key, v1::OPERATOR, "operator-2");
  expect_line(add, "鍵の追加 operator-2", "added key operator-2");
  auto node_key = chain_.operation("hoken-a");
  *node_key.mutable_add_key()->mutable_key() =
      ledger::make_key_description("hoken-a", key, v1::NODE, "node-3b");
  node_key.mutable_add_key()->set_node_number(3);
  expect_line(node_key, "鍵の追加 node-3b（ノード 3 の操作鍵）",
              "added key node-3b (operation key of node 3)");
  auto expire = chain_.operation("hoken-a");
  expire.mutable_expire_exchange()->set_exchange_id(Bytes(16, '\x11'));
  expect_line(expire, "期限切れ 11111111", "expired 11111111");
  auto revoke = chain_.operation("hoken-a");
  revoke.mutable_revoke_key()->set_key_id(Bytes(32, 'k'));
  revoke.mutable_revoke_key()->set_reason("紛失");
  expect_line(revoke, "鍵の失効 6b6b6b6b（紛失）", "revoked key 6b6b6b6b (紛失)");
  auto renew = chain_.operation("hoken-a");
  renew.mutable_renew_encryption_certificate()->set_certificate_der(
      test::encryption_certificate_der());
  expect_line(renew, "暗号化証明書の更新", "renewed the encryption certificate");
  auto query = chain_.operation("kansa");
  query.mutable_record_audit_query()->set_scope("member");
  query.mutable_record_audit_query()->set_query_digest(Bytes(32, 'q'));
  expect_line(query, "監査照会（会員別）", "audit query (member)");
  auto note = chain_.operation("kansa");
  note.mutable_note()->set_body("x");
  expect_line(note, "記録", "note");
}

TEST_F(TimelineTest, ARejectionIsSaid) {
  auto note = chain_.operation("kansa");
  note.mutable_note()->set_body("x");
  const Bytes bytes = chain_.sign(note, v1::OPERATOR);
  const auto verdict = static_cast<std::uint16_t>(ledger::Verdict::kRejectedExpired);
  EXPECT_NE(line(bytes, Language::kEnglish, verdict).find("rejected: "), std::string::npos);
  EXPECT_NE(line(bytes, Language::kJapanese, verdict).find("×不受理："), std::string::npos);
}

TEST_F(TimelineTest, ARowThatIsNotWhatItsDigestSaysIsRefused) {
  auto note = chain_.operation("kansa");
  note.mutable_note()->set_body("x");
  auto altered = row(chain_.sign(note, v1::OPERATOR));
  altered["operation_digest"] = std::string(64, '0');
  EXPECT_EQ(timeline_line(altered, names_, files_, Language::kEnglish).error().code,
            Code::kCorrupt);
  altered.erase("index");
  EXPECT_FALSE(timeline_line(altered, names_, files_, Language::kEnglish));
}

TEST_F(TimelineTest, JunkThatWasOrderedIsALineToo) {
  EXPECT_NE(line("junk", Language::kEnglish, 100).find("unreadable operation"), std::string::npos);
}

}  // namespace
}  // namespace sekisho::tools
