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
};

TEST_F(BlobsRoutesTest, TakesABlobInAndVouchesForIt) {
  serve();
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

TEST_F(BlobsRoutesTest, RefusesWhatDoesNotFitItsId) {
  serve();
  const std::string target = "/v1/blobs/" + crypto::sha256("sealed").hex();
  EXPECT_EQ(send("PUT", target, "sealed").status, 400u) << "no size";
  EXPECT_EQ(send("PUT", target + "?size=6", "other!").status, 400u);
  EXPECT_EQ(send("PUT", target + "?size=6", "sealed and more").status, 400u);
  EXPECT_EQ(send("PUT", target + "?size=6", "sea").status, 400u);
  EXPECT_EQ(blobs_.count(), 0u);
}

TEST_F(BlobsRoutesTest, AnUploadContinuesWhereItStands) {
  serve();
  const Bytes content(3 * 1024 * 1024, 'x');
  const Answer wrong = put(content, "xxx", 7);
  EXPECT_EQ(wrong.status, 409u);
  EXPECT_NE(wrong.json.at("detail").as_string().find("offset 0"), std::string::npos);
  EXPECT_EQ(put(content, content, 0).status, 201u);
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
