// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/api/api_test_server.h"

namespace sekisho::api {
namespace {

class BlobsRoutesTest : public ApiTest {
 protected:
  Answer put(BytesView whole, BytesView part, std::uint64_t offset) {
    return send("PUT",
                "/v1/blobs/" + crypto::sha256(whole).hex() +
                    "?size=" + std::to_string(whole.size()) + "&offset=" + std::to_string(offset),
                Bytes(part));
  }
  void serve_the_sender() {
    serve();
    become("kenshin-a");
  }
};

TEST_F(BlobsRoutesTest, TakesABlobInAndVouchesForIt) {
  serve_the_sender();
  const Bytes content = "sealed file";
  const std::string target = "/v1/blobs/" + crypto::sha256(content).hex();
  expect_refused(target, 404, "NOT_FOUND");
  const Answer stored = put(content, content, 0);
  ASSERT_EQ(stored.status, 201u) << stored.body;
  EXPECT_TRUE(blobs_.holds(crypto::sha256(content)));
  EXPECT_EQ(put(content, content, 0).status, 200u) << "again";
  const auto info = ok(target);
  EXPECT_TRUE(info.at("held").as_bool());
  EXPECT_EQ(info.at("receipt"), stored.json);
}

TEST_F(BlobsRoutesTest, AskingForABlobLeavesNoTrace) {
  serve_the_sender();
  const auto info = ok("/v1/blobs/" + crypto::sha256("never sent").hex() + "?size=272629760");
  EXPECT_FALSE(info.at("held").as_bool());
  EXPECT_EQ(info.at("offset").to_number<int>(), 0);
  EXPECT_EQ(blobs_->used_bytes(), 0u);
}

TEST_F(BlobsRoutesTest, AReceiptIsForTheMemberThatUploaded) {
  serve();
  become("kenshin-a");
  const Bytes content = "sealed file";
  const Answer stored = put(content, content, 0);
  ASSERT_EQ(stored.status, 201u) << stored.body;
  EXPECT_EQ(stored.json.as_object().at("member_id"), "kenshin-a");
  become("kenshin-b");
  EXPECT_TRUE(ok("/v1/blobs/" + crypto::sha256(content).hex()).at("receipt").is_null());
  EXPECT_EQ(put(content, content, 0).status, 403u);
}

TEST_F(BlobsRoutesTest, RefusesWhatDoesNotFitItsId) {
  serve_the_sender();
  const std::string target = "/v1/blobs/" + crypto::sha256("sealed").hex();
  EXPECT_EQ(send("PUT", target, "sealed").status, 400u) << "no size";
  EXPECT_EQ(send("PUT", target + "?size=6", "other!").status, 400u);
  EXPECT_EQ(send("PUT", target + "?size=6", "sealed and more").status, 400u);
  EXPECT_EQ(send("PUT", target + "?size=6", "sea").status, 400u);
  EXPECT_EQ(blobs_.count(), 0u);
}

TEST_F(BlobsRoutesTest, AnUploadContinuesWhereItStands) {
  serve_the_sender();
  const Bytes content(3 * 1024 * 1024, 'x');
  const Answer wrong = put(content, "xxx", 7);
  EXPECT_EQ(wrong.status, 409u);
  EXPECT_NE(wrong.json.at("detail").as_string().find("offset 0"), std::string::npos);
  EXPECT_EQ(put(content, content, 0).status, 201u);
}

TEST_F(BlobsRoutesTest, OnlyWhoMaySendMayUpload) {
  serve();
  const Bytes content = "sealed file";
  const std::string target = "/v1/blobs/" + crypto::sha256(content).hex() + "?size=11";
  for (const auto& [member, role] : {std::pair{"kenshin-a", v1::READER},
                                     {"hoken-a", v1::OPERATOR},
                                     {"jimukyoku", v1::ADMIN},
                                     {"kansa", v1::OPERATOR}}) {
    become(member, role);
    const Answer answer = put(content, content, 0);
    EXPECT_EQ(answer.status, 403u) << member;
    EXPECT_EQ(answer.json.at("rule").as_string(), "UPLOAD_NOT_ENTITLED");
    expect_refused(target, 403, "PERMISSION_DENIED");
  }
  EXPECT_EQ(blobs_.count(), 0u);
  become("kenshin-a", v1::ADMIN);
  EXPECT_EQ(put(content, content, 0).status, 201u);
}

TEST_F(BlobsRoutesTest, AMembersUnusedUploadsAreBounded) {
  serve_the_sender();
  const Bytes first(3 * limits::kMiB, 'x');
  const Bytes second(2 * limits::kMiB, 'y');
  ASSERT_EQ(put(first, first, 0).status, 201u);
  EXPECT_EQ(put(first, first, 0).status, 200u) << "the same again is no second upload";
  const Answer refused = put(second, second, 0);
  EXPECT_EQ(refused.status, 429u);
  EXPECT_EQ(refused.json.at("rule").as_string(), "UPLOAD_LIMIT");
  become("kenshin-b");
  EXPECT_EQ(put(second, second, 0).status, 201u) << "another member has room of its own";
}

TEST(UploadsTest, RoomComesBackWithUseAndWithTime) {
  ManualClock clock;
  Uploads uploads(clock, 100);
  const auto unused = [](const Digest&) { return false; };
  const Digest a = crypto::sha256("a");
  const Digest b = crypto::sha256("b");
  ASSERT_TRUE(uploads.admit("m", a, 80, unused));
  EXPECT_FALSE(uploads.admit("m", b, 21, unused));
  EXPECT_TRUE(uploads.admit("m", b, 20, unused));
  EXPECT_TRUE(
      uploads.admit("m", crypto::sha256("c"), 80, [&](const Digest& id) { return id == a; }));
  EXPECT_FALSE(uploads.admit("m", crypto::sha256("d"), 1, unused));
  clock.advance(limits::kValidityMaxMs + 1);
  EXPECT_TRUE(uploads.admit("m", crypto::sha256("d"), 100, unused));
}

TEST_F(BlobsRoutesTest, GivesContentToTheEntitledOnly) {
  const Id16 id = chain_.offer();
  chain_.convert(id, false);
  const auto output = *chain_.exchange(id).output;
  serve();
  const std::string target = "/v1/blobs/" + output.blob_id.hex() + "/content";
  expect_refused(target, 403, "PERMISSION_DENIED");
  const auto fetch = chain_.fetch_operation("hoken-a", id, output.blob_id);
  ASSERT_EQ(send("POST", "/v1/operations", chain_.sign(fetch, v1::OPERATOR)).status, 200u);
  become("hoken-b");
  expect_refused(target, 403, "PERMISSION_DENIED");
  expect_refused("/v1/blobs/" + std::string(64, '0') + "/content", 404, "NOT_FOUND");
}

TEST_F(BlobsRoutesTest, StreamsAMapToEveryMember) {
  const Bytes content(2'500'000, 'm');
  auto operation = chain_.operation("kenshin-a");
  auto& map = *operation.mutable_register_map();
  map.set_map_id("large");
  map.set_version(1);
  map.set_catalog_id("standard-1");
  map.set_title("大きい");
  map.mutable_map()->set_blob_id(Bytes(blobs_.put(content).view()));
  map.mutable_map()->set_size_bytes(content.size());
  chain_.add_receipts(map.map(), *map.mutable_receipts());
  ASSERT_EQ(chain_.submit(operation, v1::OPERATOR), ledger::Verdict::kAccepted);
  serve();
  for (const char* member : {"hoken-b", "kansa"}) {
    become(member);
    const Answer answer = get("/v1/blobs/" + crypto::sha256(content).hex() + "/content");
    EXPECT_EQ(answer.status, 200u);
    EXPECT_TRUE(answer.body == content);
  }
}

}  // namespace
}  // namespace sekisho::api
