// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "consensus/budget.h"
#include "consensus/outbox.h"
#include "consensus/progress.h"
#include "consensus/read_index.h"

namespace sekisho::consensus {
namespace {

TEST(InflightsTest, BoundsCountAndBytes) {
  Inflights inflights;
  inflights.add(3, 10);
  inflights.add(5, 20);
  EXPECT_TRUE(inflights.full(2, 1000));
  EXPECT_TRUE(inflights.full(9, 30));
  EXPECT_FALSE(inflights.full(3, 31));
  inflights.free_to(4);
  EXPECT_EQ(inflights.count(), 1u);
  EXPECT_EQ(inflights.bytes(), 20u);
  inflights.free_first();
  inflights.free_first();
  EXPECT_EQ(inflights.bytes(), 0u);
}

TEST(ProgressTest, ProbeSendsOneAndWaits) {
  Progress progress;
  progress.next = 5;
  progress.sent(7, 100);
  EXPECT_TRUE(progress.paused);
  EXPECT_EQ(progress.next, 5u);
  EXPECT_TRUE(progress.back_up(4, 2));
  EXPECT_EQ(progress.next, 3u);
  EXPECT_FALSE(progress.paused);
}

TEST(ProgressTest, StaleRejectionsAreIgnored) {
  Progress progress;
  progress.next = 5;
  EXPECT_FALSE(progress.back_up(9, 0));
  EXPECT_EQ(progress.next, 5u);
  progress.acknowledge(6);
  progress.become_replicate();
  EXPECT_FALSE(progress.back_up(6, 0));
  EXPECT_EQ(progress.state, ReplicationState::kReplicate);
}

TEST(ProgressTest, BackingUpNeverPassesWhatIsAcknowledged) {
  Progress progress;
  progress.acknowledge(4);
  progress.next = 9;
  EXPECT_TRUE(progress.back_up(8, 0));
  EXPECT_EQ(progress.next, 5u);
}

TEST(ProgressTest, ReplicationRunsAheadAndFallsBackToTheAcknowledged) {
  Progress progress;
  progress.acknowledge(2);
  progress.become_replicate();
  progress.sent(4, 10);
  progress.sent(6, 10);
  EXPECT_EQ(progress.next, 7u);
  EXPECT_EQ(progress.inflights.count(), 2u);
  EXPECT_TRUE(progress.acknowledge(4));
  EXPECT_FALSE(progress.acknowledge(3));
  EXPECT_EQ(progress.inflights.count(), 1u);
  EXPECT_TRUE(progress.back_up(6, 5));
  EXPECT_EQ(progress.state, ReplicationState::kProbe);
  EXPECT_EQ(progress.next, 5u);
  EXPECT_EQ(progress.inflights.count(), 0u);
}

TEST(ProgressTest, SnapshotStopsAppends) {
  Progress progress;
  progress.become_snapshot(10);
  EXPECT_FALSE(progress.back_up(progress.next - 1, 0));
  progress.acknowledge(10);
  progress.become_replicate();
  EXPECT_EQ(progress.next, 11u);
  EXPECT_EQ(progress.pending_snapshot, 0u);
}

TEST(EntryBudgetTest, OneAlwaysFitsAndTheSumIsBounded) {
  EntryBudget budget;
  budget.reset(4);
  EXPECT_TRUE(budget.fits(1000, 100));
  budget.enter({1, 5, EntryKind::kNormal, make_payload(Bytes(40, 'x'))});
  EXPECT_EQ(budget.bytes(), 72u);
  EXPECT_TRUE(budget.fits(28, 100));
  EXPECT_FALSE(budget.fits(29, 100));
  budget.enter({1, 6, EntryKind::kNoop, nullptr});
  budget.leave_to(5);
  EXPECT_EQ(budget.bytes(), Entry::kOverheadBytes);
  budget.leave_to(9);
  EXPECT_EQ(budget.bytes(), 0u);
  EXPECT_EQ(budget.count(), 0u);
}

Message vote(Term term) { return {1, 2, term, VoteReply{false, true, 0, 0}}; }

TEST(OutboxTest, NothingLeavesBeforeItsWrite) {
  Outbox outbox;
  outbox.send(vote(3), Promise::kTerm);
  outbox.send(vote(3), Promise::kLog);
  outbox.bind(4, 7, 3);
  EXPECT_TRUE(outbox.take().empty());
  EXPECT_EQ(outbox.held(), 2u);
  outbox.release(4, 3);
  EXPECT_EQ(outbox.take().size(), 1u);
  outbox.release(6, 3);
  EXPECT_TRUE(outbox.take().empty());
  outbox.release(7, 3);
  EXPECT_EQ(outbox.take().size(), 1u);
  EXPECT_EQ(outbox.held(), 0u);
}

TEST(OutboxTest, WhatIsDurableLeavesAtOnce) {
  Outbox outbox;
  outbox.send(vote(3), Promise::kTerm);
  outbox.bind(4, 7, 5);
  EXPECT_EQ(outbox.take().size(), 1u);
}

TEST(OutboxTest, PromisesOfOlderTermsAreDropped) {
  Outbox outbox;
  outbox.send(vote(3), Promise::kTerm);
  outbox.send(vote(4), Promise::kTerm);
  outbox.bind(2, 2, 1);
  outbox.release(2, 4);
  const auto messages = outbox.take();
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].term, 4u);
}

TEST(ReadRoundsTest, OneRoundAtATime) {
  ReadRounds rounds;
  EXPECT_FALSE(rounds.can_start());
  rounds.add({1, 10});
  EXPECT_EQ(rounds.start(5), 1u);
  rounds.add({1, 11});
  EXPECT_FALSE(rounds.can_start());
  EXPECT_EQ(rounds.pending(), 2u);
  EXPECT_TRUE(rounds.confirm(0).empty());
  const auto first = rounds.confirm(1);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].id, 10u);
  EXPECT_EQ(rounds.confirmed_index(), 5u);
  EXPECT_TRUE(rounds.can_start());
  EXPECT_EQ(rounds.start(6), 2u);
  EXPECT_TRUE(rounds.confirm(1).empty());
  EXPECT_EQ(rounds.reset().size(), 1u);
  EXPECT_EQ(rounds.sequence(), 0u);
}

TEST(ForwardedReadsTest, EachAnswerCountsOnce) {
  ForwardedReads reads;
  reads.add(77, 1);
  EXPECT_EQ(reads.take(78), std::nullopt);
  EXPECT_EQ(reads.take(77), 1u);
  EXPECT_EQ(reads.take(77), std::nullopt);
  reads.add(5, 2);
  EXPECT_EQ(reads.take_all(), std::vector<std::uint64_t>{2});
  EXPECT_EQ(reads.count(), 0u);
}

}  // namespace
}  // namespace sekisho::consensus
