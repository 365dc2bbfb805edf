// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/blobs/purger.h"

#include <gtest/gtest.h>

#include "node/ledger/operation.h"
#include "node/state/keys.h"
#include "node/state/queries.h"
#include "node/state/store.h"
#include "tests/support/test_blobs.h"
#include "tests/support/test_chain.h"

namespace sekisho::blobs {
namespace {

using ledger::Verdict;

// Node 2 has copies of two inputs that have to go.
class PurgerTest : public ::testing::Test {
 protected:
  PurgerTest() {
    chain_.approved_map();
    for (const Bytes content : {"one", "two"}) withdraw(offer(content));
  }
  // An offer whose input really lies in the store.
  Id16 offer(const Bytes& content) {
    const Digest id = blobs_.put(content);
    ids_.push_back(id);
    const Id16 exchange_id = chain_.fresh_id();
    auto operation = chain_.offer_operation(exchange_id);
    auto& body = *operation.mutable_offer();
    body.mutable_input()->set_blob_id(Bytes(id.view()));
    body.mutable_input()->set_size_bytes(content.size());
    body.clear_receipts();
    chain_.add_receipts(body.input(), *body.mutable_receipts());
    EXPECT_EQ(chain_.submit(operation, v1::OPERATOR), Verdict::kAccepted);
    return exchange_id;
  }
  void withdraw(const Id16& exchange_id) {
    auto operation = chain_.operation("kenshin-a");
    operation.mutable_withdraw()->set_exchange_id(Bytes(exchange_id.view()));
    operation.mutable_withdraw()->set_reason("誤送信");
    EXPECT_EQ(chain_.submit(operation, v1::OPERATOR), Verdict::kAccepted);
  }
  std::size_t run() {
    clock_ = ManualClock(chain_.now_ms());
    return purger_.run_once(chain_.machine, chain_.now_ms());
  }
  Result<Verdict> submit(const Bytes& bytes) {
    ++submitted_;
    const auto parsed = ledger::parse_operation(bytes);
    EXPECT_TRUE(parsed);
    const auto blob_id = Digest::from_bytes(parsed->operation.record_deletion().blob_id());
    EXPECT_FALSE(blobs_.holds(*blob_id)) << "recorded before it was destroyed";
    if (trouble_) return fail(*trouble_, "no ledger");
    const Verdict verdict = chain_.submit(bytes);
    if (lose_answers_) return fail(Code::kDeadline, "no answer");
    return verdict;
  }
  std::size_t work() const { return state::purge_work(chain_.machine, 2, 10).size(); }

  test::TestChain chain_;
  test::TestBlobs blobs_;
  std::vector<Digest> ids_;
  ManualClock clock_;
  SeededRng rng_{3};
  Custodian custodian_{*blobs_, chain_.consortium.operation_key(2), chain_.consortium.chain_id(), 2,
                       clock_};
  Purger purger_{custodian_,
                 {chain_.consortium.chain_id(), 2, "kenshin-a", chain_.consortium.operation_key(2)},
                 [this](const Bytes& bytes) { return submit(bytes); },
                 clock_,
                 rng_};
  int submitted_ = 0;
  std::optional<Code> trouble_;
  bool lose_answers_ = false;
};

TEST_F(PurgerTest, DestroysThenRecords) {
  ASSERT_EQ(work(), 2u);
  EXPECT_EQ(run(), 2u);
  EXPECT_EQ(work(), 0u);
  for (const Digest& id : ids_) {
    EXPECT_TRUE(blobs_.purged(id));
    const auto custody = state::custody(chain_.machine, id, 2);
    EXPECT_EQ(custody->status, state::CustodyStatus::kDeleted);
    EXPECT_EQ(custody->method, "key-destroyed");
  }
  EXPECT_EQ(run(), 0u);
  EXPECT_EQ(submitted_, 2);
}

// Of all that a node does on its state, only this cannot be taken back.
TEST_F(PurgerTest, WaitsForTheCertificateOfTheBlockThatAsksForIt) {
  const std::uint64_t first_ms = state::custody(chain_.machine, ids_[0], 2)->purge_ms;
  const std::uint64_t second_ms = state::custody(chain_.machine, ids_[1], 2)->purge_ms;
  ASSERT_LT(first_ms, second_ms);
  EXPECT_EQ(purger_.run_once(chain_.machine, first_ms - 1), 0u);
  EXPECT_EQ(purger_.run_once(chain_.machine, first_ms), 1u);
  EXPECT_FALSE(blobs_.holds(ids_[0]));
  EXPECT_TRUE(blobs_.holds(ids_[1]));
}

TEST_F(PurgerTest, LeavesWhatIsStillInCustody) {
  offer("three");
  run();
  EXPECT_TRUE(blobs_.holds(ids_.back()));
}

// As after a crash between the destruction and its record: the copy is gone, the work is still
// there.
TEST_F(PurgerTest, RepeatsAfterACrashInBetween) {
  trouble_ = Code::kFailedPrecondition;
  EXPECT_EQ(run(), 0u);
  EXPECT_FALSE(blobs_.holds(ids_[0]));
  EXPECT_EQ(work(), 2u);
  blobs_.reopen();
  trouble_.reset();
  Custodian custodian(*blobs_, chain_.consortium.operation_key(2), chain_.consortium.chain_id(), 2,
                      clock_);
  Purger again(
      custodian, {chain_.consortium.chain_id(), 2, "kenshin-a", chain_.consortium.operation_key(2)},
      [this](const Bytes& bytes) { return submit(bytes); }, clock_, rng_);
  EXPECT_EQ(again.run_once(chain_.machine, chain_.now_ms()), 2u);
  EXPECT_EQ(work(), 0u);
}

TEST_F(PurgerTest, ARecordWhoseAnswerWasLostCountsWhenItIsRepeated) {
  // The list as it was before the lost answers.
  const test::TestChain& chain = chain_;
  state::Scratch before(chain.machine);
  for (const Digest& id : ids_) before.put(state::purge_work_key(2, id), Bytes());
  lose_answers_ = true;
  EXPECT_EQ(run(), 0u);
  EXPECT_EQ(run(), 0u);
  ASSERT_EQ(work(), 0u);
  lose_answers_ = false;
  EXPECT_EQ(purger_.run_once(before, chain_.now_ms()), 2u);
}

TEST_F(PurgerTest, StopsEarlyWhenTheLedgerIsSilent) {
  for (const Code code : {Code::kUnavailable, Code::kDeadline, Code::kCancelled}) {
    submitted_ = 0;
    trouble_ = code;
    EXPECT_EQ(run(), 0u);
    EXPECT_EQ(submitted_, 1);
  }
}

}  // namespace
}  // namespace sekisho::blobs
