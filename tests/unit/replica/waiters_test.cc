// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/replica/waiters.h"

#include <vector>

#include <gtest/gtest.h>

#include "node/ledger/verdict.h"

namespace sekisho::replica {
namespace {

Id16 id(std::uint8_t number) {
  Id16 made;
  made.bytes[0] = number;
  return made;
}

ledger::AppliedBlock block_with(std::uint64_t height, const Id16& operation,
                                ledger::Verdict verdict = ledger::Verdict::kAccepted) {
  ledger::AppliedBlock block;
  block.header.height = height;
  ledger::OperationRecord record;
  record.index = 40 + height;
  record.height = height;
  record.operation_id = operation;
  record.verdict = static_cast<std::uint16_t>(verdict);
  block.operations.push_back(record);
  return block;
}

TEST(WaitersTest, AnswersWhenTheBlockIsCertified) {
  Waiters waiters;
  waiters.add(id(1), 0, 1000, {}, nullptr);
  waiters.on_applied(block_with(3, id(1)));
  EXPECT_TRUE(waiters.on_certified(2, 0).empty());
  const auto answers = waiters.on_certified(4, 0);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers.front().status.stage, OperationStage::kAttested);
  EXPECT_EQ(answers.front().status.index, 43U);
  EXPECT_EQ(answers.front().status.certified_height, 4U);
  EXPECT_EQ(waiters.size(), 0U);
}

TEST(WaitersTest, AllWhoWaitForOneOperationAreAnswered) {
  Waiters waiters;
  waiters.add(id(1), 0, 1000, {}, nullptr);
  waiters.add(id(1), 500, 2000, {}, nullptr);
  waiters.add(id(2), 0, 1000, {}, nullptr);
  waiters.on_applied(block_with(1, id(1)));
  EXPECT_EQ(waiters.on_certified(1, 100).size(), 2U);
  EXPECT_EQ(waiters.size(), 1U);
}

TEST(WaitersTest, ExpiresOnlyWhenCertifiedTimeHasPassed) {
  Waiters waiters;
  waiters.add(id(1), 500, 1000, {}, nullptr);
  EXPECT_TRUE(waiters.on_certified(1, 500).empty());
  const auto answers = waiters.on_certified(2, 501);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers.front().status.stage, OperationStage::kExpired);
}

TEST(WaitersTest, CommittedOperationNeverExpires) {
  Waiters waiters;
  waiters.add(id(1), 500, 1000, {}, nullptr);
  waiters.on_applied(block_with(3, id(1)));
  EXPECT_TRUE(waiters.on_certified(2, 9000).empty());
  EXPECT_EQ(waiters.on_certified(3, 9001).front().status.stage, OperationStage::kAttested);
}

TEST(WaitersTest, JunkUnderAnIdAnswersNobody) {
  Waiters waiters;
  waiters.add(id(1), 0, 1000, {}, nullptr);
  waiters.on_applied(block_with(1, id(1), ledger::Verdict::kRejectedBadSignature));
  EXPECT_TRUE(waiters.on_certified(1, 0).empty());
}

TEST(WaitersTest, DeadlineTellsWhatIsKnown) {
  Waiters waiters;
  waiters.add(id(1), 0, 1000, {}, nullptr);
  waiters.add(id(2), 0, 2000, {}, nullptr);
  waiters.on_applied(block_with(3, id(1)));
  EXPECT_TRUE(waiters.on_time(999).empty());
  const auto answers = waiters.on_time(1000);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers.front().status.stage, OperationStage::kCommitted);
  EXPECT_TRUE(waiters.on_certified(3, 0).empty());  // answered once
  EXPECT_EQ(waiters.take_all().size(), 1U);
}

}  // namespace
}  // namespace sekisho::replica
