// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/linearizability/checker.h"

#include <gtest/gtest.h>

#include "node/base/rng.h"

namespace sekisho::linearizability {
namespace {

Operation write(std::uint64_t called, std::uint64_t returned, std::uint64_t value) {
  return {called, returned, true, value};
}
Operation read(std::uint64_t called, std::uint64_t returned, std::uint64_t value) {
  return {called, returned, false, value};
}
bool good(const std::vector<Operation>& history) {
  const Verdict verdict = check_register(history);
  EXPECT_NE(verdict, Verdict::kGaveUp);
  return verdict == Verdict::kLinearizable;
}

TEST(LinearizabilityTest, NothingAndSequencesAreFine) {
  EXPECT_TRUE(good({}));
  EXPECT_TRUE(good({read(1, 2, 0)}));
  EXPECT_TRUE(good({write(1, 2, 5), read(3, 4, 5), write(5, 6, 7), read(7, 8, 7)}));
}

TEST(LinearizabilityTest, AReadMayNotForgetAFinishedWrite) {
  EXPECT_FALSE(good({write(1, 2, 5), read(3, 4, 0)}));
}

TEST(LinearizabilityTest, AReadMayNotSeeTheFuture) {
  EXPECT_FALSE(good({read(1, 2, 5), write(3, 4, 5)}));
}

TEST(LinearizabilityTest, AReadOfNeverWrittenIsWrong) {
  EXPECT_FALSE(good({write(1, 2, 5), read(3, 4, 6)}));
}

TEST(LinearizabilityTest, ConcurrentOperationsMayFallEitherWay) {
  EXPECT_TRUE(good({write(1, 10, 5), read(2, 3, 0), read(4, 5, 5)}));
  EXPECT_TRUE(good({write(1, 10, 5), write(2, 9, 6), read(11, 12, 5)}));
  EXPECT_TRUE(good({write(1, 10, 5), write(2, 9, 6), read(11, 12, 6)}));
}

// The classic stale read: one client has seen the new value, a later one gets the old.
TEST(LinearizabilityTest, ReadsMayNotGoBack) {
  EXPECT_FALSE(good({write(1, 10, 5), read(2, 3, 5), read(4, 5, 0)}));
}

TEST(LinearizabilityTest, TwoReadersMustAgreeOnTheOrderOfTwoWrites) {
  EXPECT_FALSE(
      good({write(1, 20, 5), write(1, 20, 6), read(2, 3, 5), read(4, 5, 6), read(6, 7, 5)}));
  EXPECT_FALSE(good({write(1, 2, 5), write(3, 4, 6), read(5, 8, 6), read(9, 10, 5)}));
}

TEST(LinearizabilityTest, AnUnknownWriteMayHappenLateOrNever) {
  EXPECT_TRUE(good({write(1, kNever, 5), read(2, 3, 0), read(4, 5, 0)}));
  EXPECT_TRUE(good({write(1, kNever, 5), read(2, 3, 0), read(100, 105, 5)}));
  EXPECT_FALSE(good({write(10, kNever, 5), read(2, 3, 5)}));
  EXPECT_FALSE(good({write(1, kNever, 5), read(2, 3, 5), read(4, 5, 0)}));
}

TEST(LinearizabilityTest, AnAcknowledgedWriteThatWasLostIsFound) {
  EXPECT_FALSE(good({write(1, 2, 5), write(3, 4, 6), read(5, 6, 6), read(7, 8, 5)}));
}

TEST(LinearizabilityTest, GivesUpAfterTheBound) {
  std::vector<Operation> history;
  for (std::uint64_t i = 1; i <= 20; ++i) history.push_back(write(1, 100, i));
  history.push_back(read(101, 102, 99));
  EXPECT_EQ(check_register(history, 50), Verdict::kGaveUp);
}

// Histories made by a register that obeys, and the same with a read behind them of what was
// overwritten before it was called.
TEST(LinearizabilityTest, RandomHistoriesOfATrueRegister) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SeededRng rng(seed);
    std::vector<Operation> history;
    std::uint64_t value = 0;
    for (std::uint64_t i = 1; i <= 60; ++i) {
      const std::uint64_t moment = 1000 + 100 * i;
      const bool writes = rng.chance(1, 2);
      if (writes) value = i;
      history.push_back(
          {moment - rng.between(1, 250), moment + rng.between(1, 250), writes, value});
      if (writes && rng.chance(1, 10)) history.back().returned = kNever;
    }
    ASSERT_TRUE(good(history)) << "seed " << seed;
    history.push_back(write(10'000, 10'001, 1000));
    history.push_back(write(10'002, 10'003, 1001));
    history.push_back(read(10'004, 10'005, 1000));
    ASSERT_FALSE(good(history)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace sekisho::linearizability
