// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/blobs/custodian.h"

#include <gtest/gtest.h>

#include "node/ledger/storage_receipt.h"
#include "tests/support/test_blobs.h"
#include "tests/support/test_consortium.h"

namespace sekisho::blobs {
namespace {

class CustodianTest : public ::testing::Test {
 protected:
  test::TestConsortium consortium_;
  test::TestBlobs blobs_;
  ManualClock clock_;
  Custodian custodian_{*blobs_, consortium_.operation_key(2), consortium_.chain_id(), 2, clock_};
  const Bytes content_ = "sealed file";
  const Digest id_ = crypto::sha256(content_);
};

TEST_F(CustodianTest, VouchesForWhatItKeeps) {
  const auto receipt = custodian_.keep(id_, content_, "kenshin-a");
  ASSERT_TRUE(receipt);
  EXPECT_TRUE(blobs_.holds(id_));
  EXPECT_EQ(receipt->size_bytes(), content_.size());
  EXPECT_EQ(receipt->node_number(), 2u);
  EXPECT_EQ(receipt->member_id(), "kenshin-a");
  EXPECT_EQ(receipt->issued_ms(), clock_.unix_ms());
  EXPECT_TRUE(ledger::verify_storage_receipt(consortium_.chain_id(), *receipt,
                                             consortium_.operation_key(2).public_key()));
}

TEST_F(CustodianTest, KeepingTwiceIsFine) {
  ASSERT_TRUE(custodian_.keep(id_, content_, "kenshin-a"));
  EXPECT_TRUE(custodian_.keep(id_, content_, "kenshin-a"));
  EXPECT_EQ(blobs_.count(), 1u);
}

TEST_F(CustodianTest, ContinuesAnUploadThatWasCutOff) {
  const Bytes large(3 * 1024 * 1024, 'x');
  const Digest id = crypto::sha256(large);
  {
    auto writer = custodian_.begin(id, large.size(), "kenshin-a");
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->append(BytesView(large).substr(0, 2 * 1024 * 1024)));
  }
  EXPECT_TRUE(custodian_.keep(id, large, "kenshin-a"));
  EXPECT_EQ(blobs_->read(id, 0, large.size()).value(), large);
}

TEST_F(CustodianTest, NoReceiptWithoutTheBlob) {
  EXPECT_EQ(custodian_.receipt(id_, "kenshin-a").error().code, Code::kNotFound);
  auto writer = custodian_.begin(id_, content_.size(), "kenshin-a");
  ASSERT_TRUE(writer);
  ASSERT_TRUE((*writer)->append(content_));
  EXPECT_EQ(custodian_.receipt(id_, "kenshin-a").error().code, Code::kNotFound);
  ASSERT_TRUE((*writer)->commit());
  EXPECT_TRUE(custodian_.receipt(id_, "kenshin-a"));
}

// A storage receipt was good for ever and for anybody.
TEST_F(CustodianTest, AReceiptIsDatedAndForTheUploaderOnly) {
  const auto first = custodian_.keep(id_, content_, "kenshin-a");
  ASSERT_TRUE(first);
  clock_.advance(5000);
  EXPECT_EQ(custodian_.receipt(id_, "kenshin-a")->SerializeAsString(), first->SerializeAsString());
  const auto fresh = custodian_.fresh_receipt(id_, "kenshin-a");
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->issued_ms(), first->issued_ms() + 5000);
  EXPECT_EQ(custodian_.receipt(id_, "kenshin-b").error().code, Code::kPermissionDenied);
  EXPECT_EQ(custodian_.fresh_receipt(id_, "kenshin-b").error().code, Code::kPermissionDenied);
  EXPECT_EQ(custodian_.keep(id_, content_, "kenshin-b").error().code, Code::kPermissionDenied);
  blobs_.reopen();
  EXPECT_EQ(blobs_->info(id_).value()->origin.since_ms, fresh->issued_ms()) << "durable";
}

TEST_F(CustodianTest, OtherBytesThanTheIdSaysAreNotKept) {
  EXPECT_EQ(custodian_.keep(id_, "other bytes", "kenshin-a").error().code, Code::kInvalidArgument);
  EXPECT_EQ(blobs_.count(), 0u);
}

TEST_F(CustodianTest, APurgedBlobNeverComesBack) {
  ASSERT_TRUE(custodian_.keep(id_, content_, "kenshin-a"));
  ASSERT_TRUE(custodian_.purge(id_));
  ASSERT_TRUE(custodian_.purge(id_));
  EXPECT_EQ(custodian_.receipt(id_, "kenshin-a").error().code, Code::kNotFound);
  EXPECT_EQ(custodian_.keep(id_, content_, "kenshin-a").error().code, Code::kFailedPrecondition);
}

}  // namespace
}  // namespace sekisho::blobs
