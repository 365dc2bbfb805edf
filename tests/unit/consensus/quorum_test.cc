// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "consensus/quorum.h"

#include <gtest/gtest.h>

namespace sekisho::consensus {
namespace {

std::uint64_t reached(const Configuration& configuration,
                      const std::map<NodeId, std::uint64_t>& values) {
  return quorum_value(configuration, [&](NodeId id) {
    const auto found = values.find(id);
    return found == values.end() ? std::uint64_t{0} : found->second;
  });
}

TEST(QuorumTest, MajorityOfOddAndEven) {
  EXPECT_EQ(majority_of(1), 1u);
  EXPECT_EQ(majority_of(2), 2u);
  EXPECT_EQ(majority_of(3), 2u);
  EXPECT_EQ(majority_of(4), 3u);
  EXPECT_EQ(majority_of(7), 4u);
}

TEST(QuorumTest, ValueIsWhatAMajorityReached) {
  const Configuration three{{1, 2, 3}, {}, {}};
  EXPECT_EQ(reached(three, {}), 0u);
  EXPECT_EQ(reached(three, {{1, 9}}), 0u);
  EXPECT_EQ(reached(three, {{1, 9}, {2, 5}}), 5u);
  EXPECT_EQ(reached(three, {{1, 9}, {2, 5}, {3, 7}}), 7u);
  const Configuration four{{1, 2, 3, 4}, {}, {}};
  EXPECT_EQ(reached(four, {{1, 9}, {2, 8}}), 0u);
  EXPECT_EQ(reached(four, {{1, 9}, {2, 8}, {4, 7}}), 7u);
}

TEST(QuorumTest, LearnersNeverCount) {
  const Configuration configuration{{1, 2, 3}, {}, {4, 5}};
  EXPECT_EQ(reached(configuration, {{1, 9}, {4, 9}, {5, 9}}), 0u);
}

TEST(QuorumTest, JointQuorumNeedsBothMajorities) {
  const Configuration joint{{1, 2, 3}, {3, 4, 5}, {}};
  EXPECT_EQ(reached(joint, {{1, 9}, {2, 9}, {3, 9}}), 0u);
  EXPECT_EQ(reached(joint, {{1, 9}, {3, 9}, {4, 6}}), 6u);
}

TEST(QuorumTest, NobodyDecidesWithoutVoters) {
  EXPECT_EQ(reached({}, {{1, 9}}), 0u);
  EXPECT_EQ(tally({}, {{1, true}}), VoteResult::kLost);
}

TEST(TallyTest, PendingWonLost) {
  const Configuration three{{1, 2, 3}, {}, {}};
  EXPECT_EQ(tally(three, {}), VoteResult::kPending);
  EXPECT_EQ(tally(three, {{1, true}}), VoteResult::kPending);
  EXPECT_EQ(tally(three, {{1, true}, {2, false}}), VoteResult::kPending);
  EXPECT_EQ(tally(three, {{1, true}, {3, true}}), VoteResult::kWon);
  EXPECT_EQ(tally(three, {{1, true}, {2, false}, {3, false}}), VoteResult::kLost);
}

TEST(TallyTest, BallotsOfStrangersAreIgnored) {
  const Configuration three{{1, 2, 3}, {}, {4}};
  EXPECT_EQ(tally(three, {{1, true}, {4, true}, {9, true}}), VoteResult::kPending);
}

TEST(TallyTest, JointElectionNeedsBothHalves) {
  const Configuration joint{{1, 2, 3}, {3, 4, 5}, {}};
  EXPECT_EQ(tally(joint, {{1, true}, {2, true}}), VoteResult::kPending);
  EXPECT_EQ(tally(joint, {{1, true}, {2, true}, {4, false}, {5, false}}), VoteResult::kLost);
  EXPECT_EQ(tally(joint, {{1, true}, {3, true}, {5, true}}), VoteResult::kWon);
}

}  // namespace
}  // namespace sekisho::consensus
