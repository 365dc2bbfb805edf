// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/peer_budget.h"

#include <gtest/gtest.h>

namespace sekisho {
namespace {

// A peer that sends faster than this node's disk allows must not fill its memory.
TEST(PeerBudgetTest, AFloodingPeerLosesFramesAndNobodyElseDoes) {
  PeerBudget budget(100);
  EXPECT_TRUE(budget.take(2, 60));
  EXPECT_FALSE(budget.take(2, 41));
  EXPECT_TRUE(budget.take(2, 40));
  EXPECT_TRUE(budget.take(3, 60));
  budget.give_back(2, 60);
  EXPECT_TRUE(budget.take(2, 60));
}

TEST(PeerBudgetTest, AFrameLargerThanTheBudgetPassesAlone) {
  PeerBudget budget(100);
  EXPECT_TRUE(budget.take(2, 500));
  EXPECT_FALSE(budget.take(2, 1));
  budget.give_back(2, 500);
  EXPECT_TRUE(budget.take(2, 1));
}

}  // namespace
}  // namespace sekisho
