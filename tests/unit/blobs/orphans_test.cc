// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/blobs/orphans.h"

#include <gtest/gtest.h>

#include "tests/support/test_blobs.h"
#include "tests/support/test_chain.h"

namespace sekisho::blobs {
namespace {

constexpr std::uint64_t kKeptMs = 1000;

class OrphansTest : public ::testing::Test {
 protected:
  std::size_t sweep() { return orphans_.sweep(chain_.machine).value(); }

  test::TestChain chain_;
  test::TestBlobs blobs_;
  ManualClock clock_;
  Custodian custodian_{*blobs_, chain_.consortium.operation_key(1), chain_.consortium.chain_id(),
                       1};
  Orphans orphans_{custodian_, clock_, kKeptMs};
};

TEST_F(OrphansTest, AnUploadIsKeptForAWhile) {
  const Digest id = blobs_.put("uploaded, never offered");
  EXPECT_EQ(sweep(), 0u);
  clock_.advance(kKeptMs);
  EXPECT_EQ(sweep(), 0u);
  clock_.advance(1);
  EXPECT_EQ(sweep(), 1u);
  EXPECT_TRUE(blobs_.purged(id));
}

TEST_F(OrphansTest, WhatCameOntoTheLedgerStays) {
  const Bytes content = "offered in the meantime";
  const Digest id = blobs_.put(content);
  EXPECT_EQ(sweep(), 0u);
  auto operation = chain_.offer_operation(chain_.fresh_id());
  auto& offer = *operation.mutable_offer();
  offer.mutable_input()->set_blob_id(Bytes(id.view()));
  offer.mutable_input()->set_size_bytes(content.size());
  offer.clear_receipts();
  chain_.add_receipts(offer.input(), *offer.mutable_receipts());
  ASSERT_EQ(chain_.submit(operation, v1::OPERATOR), ledger::Verdict::kAccepted);
  clock_.advance(2 * kKeptMs);
  EXPECT_EQ(sweep(), 0u);
  EXPECT_TRUE(blobs_.holds(id));
}

}  // namespace
}  // namespace sekisho::blobs
