// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "consensus/membership.h"

#include <gtest/gtest.h>

namespace sekisho::consensus {
namespace {

TEST(MembershipTest, RefusesWhatIsNotAConfiguration) {
  EXPECT_TRUE(validate(Configuration{}).has_value());
  EXPECT_TRUE(validate(Configuration{{1, 2, 3}, {1, 4}, {5}}).has_value());
  EXPECT_FALSE(validate(Configuration{{2, 1}, {}, {}}).has_value());
  EXPECT_FALSE(validate(Configuration{{1, 1}, {}, {}}).has_value());
  EXPECT_FALSE(validate(Configuration{{0, 1}, {}, {}}).has_value());
  EXPECT_FALSE(validate(Configuration{{}, {1}, {}}).has_value());
  EXPECT_FALSE(validate(Configuration{{1, 2}, {}, {2}}).has_value());
  EXPECT_FALSE(validate(Configuration{{1, 2, 3, 4, 5, 6, 7, 8}, {}, {}}).has_value());
}

TEST(MembershipTest, OutgoingVoterMayBecomeLearner) {
  EXPECT_TRUE(validate(Configuration{{1, 2}, {1, 2, 3}, {3}}).has_value());
}

TEST(MembershipTest, TwoStepsOfJointConsensus) {
  const Configuration old{{1, 2, 3}, {}, {4}};
  const auto joint = enter_joint(old, Configuration{{1, 2, 4}, {}, {}});
  ASSERT_TRUE(joint.has_value());
  EXPECT_EQ(*joint, (Configuration{{1, 2, 4}, {1, 2, 3}, {}}));
  EXPECT_EQ(enter_joint(*joint, old).error().code, Code::kFailedPrecondition);
  const auto next = leave_joint(*joint);
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(*next, (Configuration{{1, 2, 4}, {}, {}}));
  EXPECT_EQ(leave_joint(*next).error().code, Code::kFailedPrecondition);
}

TEST(MembershipTest, NormalizedSortsAndRemovesRepetitions) {
  EXPECT_EQ(normalized({{3, 1, 3}, {}, {9, 8}}), (Configuration{{1, 3}, {}, {8, 9}}));
}

TEST(MembershipTest, MembersAreEverybodyOnce) {
  EXPECT_EQ(members_of({{1, 2}, {2, 3}, {4}}), (std::set<NodeId>{1, 2, 3, 4}));
}

TEST(MembershipTest, JointOverlapsBothItsEnds) {
  const Configuration old{{1, 2, 3}, {}, {}};
  const Configuration next{{4, 5, 6}, {}, {}};
  const auto joint = enter_joint(old, next);
  ASSERT_TRUE(joint.has_value());
  EXPECT_TRUE(quorums_overlap(old, *joint));
  EXPECT_TRUE(quorums_overlap(*joint, next));
  EXPECT_FALSE(quorums_overlap(old, next));
}

TEST(MembershipTest, OneVoterMoreOverlapsAndTwoDoNot) {
  EXPECT_TRUE(quorums_overlap({{1, 2, 3}, {}, {}}, {{1, 2, 3, 4}, {}, {}}));
  EXPECT_FALSE(quorums_overlap({{1, 2, 3}, {}, {}}, {{1, 2, 3, 4, 5}, {}, {}}));
}

}  // namespace
}  // namespace sekisho::consensus
