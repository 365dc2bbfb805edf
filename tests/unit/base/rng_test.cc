// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/rng.h"

#include <gtest/gtest.h>

namespace sekisho {
namespace {

TEST(RngTest, SameSeedGivesTheSameSequence) {
  SeededRng a(7);
  SeededRng b(7);
  SeededRng c(8);
  const std::uint64_t first = a.next_u64();
  EXPECT_EQ(first, b.next_u64());
  EXPECT_NE(first, c.next_u64());
}

TEST(RngTest, BelowStaysBelowAndReachesEveryValue) {
  SeededRng rng(1);
  std::array<int, 7> seen{};
  for (int i = 0; i < 7000; ++i) ++seen.at(rng.below(7));
  for (const int count : seen) EXPECT_GT(count, 800);
}

TEST(RngTest, SystemIdsDiffer) {
  SystemRng rng;
  EXPECT_NE(rng.id16(), rng.id16());
}

}  // namespace
}  // namespace sekisho
