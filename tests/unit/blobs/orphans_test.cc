// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/blobs/orphans.h"

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/blobs/reconciler.h"
#include "node/state/queries.h"
#include "tests/support/test_blobs.h"
#include "tests/support/test_chain.h"

namespace sekisho::blobs {
namespace {

constexpr std::uint64_t kDayMs = limits::kValidityMaxMs;
constexpr std::uint64_t kNode = 1;

// Node 1 with its blobs, and the chain of which it may be behind.
class OrphansTest : public ::testing::Test {
 protected:
  // At the newest block.
  std::size_t sweep() { return orphans_.sweep(chain_.machine, chain_.now_ms()).value(); }
  Digest upload(const Bytes& content) {
    clock_ = ManualClock(chain_.now_ms());
    return *Digest::from_bytes(
        custodian_.keep(crypto::sha256(content), content, "kenshin-a")->blob_id());
  }
  // An offer of the uploaded bytes with this receipt alone.
  v1::Operation offer(const Digest& id, const v1::StorageReceipt& receipt) {
    auto operation = chain_.offer_operation(chain_.fresh_id());
    auto& offer = *operation.mutable_offer();
    offer.mutable_input()->set_blob_id(Bytes(id.view()));
    offer.mutable_input()->set_size_bytes(receipt.size_bytes());
    offer.clear_receipts();
    *offer.add_receipts() = receipt;
    return operation;
  }

  test::TestChain chain_;
  test::TestBlobs blobs_;
  ManualClock clock_;
  Custodian custodian_{*blobs_, chain_.consortium.operation_key(kNode),
                       chain_.consortium.chain_id(), kNode, clock_};
  Orphans orphans_{custodian_, clock_};
  Reconciler reconciler_{custodian_};
};

TEST_F(OrphansTest, AnUploadIsKeptUntilNoBlockCanNameIt) {
  const Digest id = upload("uploaded, never offered");
  EXPECT_EQ(sweep(), 0u);
  chain_.pass(kDayMs);
  EXPECT_EQ(sweep(), 0u) << "this very block could";
  chain_.pass(1);
  EXPECT_EQ(sweep(), 1u);
  EXPECT_TRUE(blobs_.purged(id));
}

// The sweep measured age by the node's own clock against a state that stood still.
TEST_F(OrphansTest, AHeldFileIsNotAnOrphanWhileTheLedgerStandsStill) {
  const Digest id = upload("offered while this node was cut off");
  const std::uint64_t applied_ms = chain_.now_ms();
  clock_.advance(2 * kDayMs);
  EXPECT_EQ(orphans_.sweep(chain_.machine, applied_ms).value(), 0u);
  EXPECT_TRUE(blobs_.holds(id));
}

// The receipt counted for ever; the copy behind it did not.
TEST_F(OrphansTest, NoRecordPointsAtABlobThatNobodyHas) {
  chain_.approved_map();
  const Digest id = upload("offered a day too late");
  const v1::StorageReceipt receipt = custodian_.receipt(id, "kenshin-a").value();
  chain_.pass(kDayMs);
  EXPECT_EQ(chain_.submit(offer(id, receipt), v1::OPERATOR), ledger::Verdict::kRejectedBadReceipt);
  EXPECT_EQ(sweep(), 1u);
}

TEST_F(OrphansTest, AFreshReceiptKeepsItForAnotherDay) {
  chain_.approved_map();
  const Digest id = upload("asked for again");
  chain_.pass(kDayMs);
  clock_ = ManualClock(chain_.now_ms());
  const auto receipt = custodian_.fresh_receipt(id, "kenshin-a");
  chain_.pass(kDayMs - 1000);
  EXPECT_EQ(sweep(), 0u);
  EXPECT_EQ(chain_.submit(offer(id, *receipt), v1::OPERATOR), ledger::Verdict::kAccepted);
  chain_.pass(2 * kDayMs);
  EXPECT_EQ(sweep(), 0u);
  EXPECT_TRUE(blobs_.holds(id)) << "what came onto the ledger stays";
}

TEST_F(OrphansTest, AnUnfinishedUploadGoesByThisNodesClock) {
  {
    auto writer = custodian_.begin(crypto::sha256("x"), 3'000'000, "kenshin-a");
    ASSERT_TRUE((*writer)->append(Bytes(2'000'000, 'x')));
  }
  clock_.advance(kDayMs);
  EXPECT_EQ(sweep(), 0u);
  EXPECT_GT(blobs_->used_bytes(), 0u);
  clock_.advance(1);
  EXPECT_EQ(sweep(), 0u);
  EXPECT_EQ(blobs_->used_bytes(), 0u);
}

class ReconcilerTest : public OrphansTest {
 protected:
  // One input of node 1 on the ledger, with its bytes.
  ReconcilerTest() {
    chain_.approved_map();
    id_ = upload(content_);
    const auto operation = offer(id_, custodian_.receipt(id_, "kenshin-a").value());
    exchange_ = *Id16::from_bytes(operation.offer().exchange_id());
    EXPECT_EQ(chain_.submit(operation, v1::OPERATOR), ledger::Verdict::kAccepted);
  }
  Reconciler::Findings run() {
    return reconciler_.run_once(chain_.machine, chain_.now_ms()).value();
  }
  void withdraw_and_delete() {
    auto withdraw = chain_.operation("kenshin-a");
    withdraw.mutable_withdraw()->set_exchange_id(Bytes(exchange_.view()));
    withdraw.mutable_withdraw()->set_reason("誤送信");
    ASSERT_EQ(chain_.submit(withdraw, v1::OPERATOR), ledger::Verdict::kAccepted);
    chain_.delete_all();
  }

  const Bytes content_ = "sealed file";
  Digest id_;
  Id16 exchange_;
};

TEST_F(ReconcilerTest, ARestoredCopyDoesNotSurviveItsDeletion) {
  withdraw_and_delete();
  ASSERT_TRUE(blobs_.holds(id_)) << "as after a restored disk: held, without a tombstone";
  const std::uint64_t deleted_ms = state::custody(chain_.machine, id_, kNode)->deleted_ms;
  EXPECT_EQ(reconciler_.run_once(chain_.machine, deleted_ms - 1)->returned, 0u)
      << "not before a majority has signed that deletion";
  EXPECT_EQ(run().returned, 1u);
  EXPECT_TRUE(blobs_.purged(id_));
  EXPECT_EQ(run().returned, 0u);
}

TEST_F(ReconcilerTest, AMissingCopyIsNotSilent) {
  EXPECT_EQ(run().missing, 1u) << "the map, which node 1 vouched for in name only";
  ASSERT_TRUE(blobs_->purge(id_));
  EXPECT_EQ(run().missing, 2u);
  withdraw_and_delete();
  EXPECT_EQ(run().missing, 1u) << "what is deleted is not missed";
}

}  // namespace
}  // namespace sekisho::blobs
