// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/blobs/blob_server.h"

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "tests/support/test_blobs.h"

namespace sekisho::blobs {
namespace {

class BlobServerTest : public ::testing::Test {
 protected:
  v1::BlobChunk ask(std::uint64_t offset, std::uint32_t length) {
    v1::BlobRequest request;
    request.set_request(77);
    request.set_blob_id(Bytes(id_.view()));
    request.set_offset(offset);
    request.set_length(length);
    return ask(request);
  }
  v1::BlobChunk ask(const v1::BlobRequest& request) {
    return answer_blob_request(
        *blobs_, [this](std::uint64_t node, const Digest&) { return entitled(node); }, 2, request);
  }
  Status entitled(std::uint64_t node) {
    ++asked_;
    if (node == 2 && entitled_) return {};
    return fail(Code::kPermissionDenied, "not you");
  }
  static Code code_of(const v1::BlobChunk& chunk) { return static_cast<Code>(chunk.code() - 1); }

  test::TestBlobs blobs_;
  const Bytes content_ = "sealed file";
  Digest id_ = blobs_.put(content_);
  bool entitled_ = true;
  int asked_ = 0;
};

TEST_F(BlobServerTest, GivesThePieceThatWasAskedFor) {
  const auto chunk = ask(2, 4);
  EXPECT_EQ(chunk.request(), 77u);
  EXPECT_EQ(chunk.code(), 0u);
  EXPECT_EQ(chunk.total_size(), content_.size());
  EXPECT_EQ(chunk.data(), "aled");
}

TEST_F(BlobServerTest, TheLastPieceIsShort) { EXPECT_EQ(ask(8, 100).data(), "ile"); }

TEST_F(BlobServerTest, RefusesPiecesOutOfBounds) {
  EXPECT_EQ(code_of(ask(0, 0)), Code::kInvalidArgument);
  EXPECT_EQ(code_of(ask(0, limits::kBlobChunkSize + 1)), Code::kInvalidArgument);
  EXPECT_EQ(code_of(ask(content_.size(), 1)), Code::kInvalidArgument);
  EXPECT_EQ(code_of(ask(~std::uint64_t{0}, 1)), Code::kInvalidArgument);
  EXPECT_TRUE(ask(content_.size(), 1).data().empty());
}

TEST_F(BlobServerTest, RefusesWhatIsNoBlobId) {
  v1::BlobRequest request;
  request.set_blob_id("short");
  request.set_length(1);
  EXPECT_EQ(code_of(ask(request)), Code::kInvalidArgument);
  EXPECT_EQ(asked_, 0);
}

// Who is not entitled must not learn whether it is here.
TEST_F(BlobServerTest, EntitlementComesBeforeExistence) {
  entitled_ = false;
  EXPECT_EQ(code_of(ask(0, 1)), Code::kPermissionDenied);
  id_ = Digest{};
  EXPECT_EQ(code_of(ask(0, 1)), Code::kPermissionDenied);
}

TEST_F(BlobServerTest, SaysWhenItIsNotHere) {
  ASSERT_TRUE(blobs_->purge(id_));
  EXPECT_EQ(code_of(ask(0, 1)), Code::kNotFound);
}

}  // namespace
}  // namespace sekisho::blobs
