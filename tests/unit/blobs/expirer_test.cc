// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/blobs/expirer.h"

#include <gtest/gtest.h>

#include "tests/support/test_chain.h"

namespace sekisho::blobs {
namespace {

using ledger::Verdict;
using state::ExchangeState;

test::TestConsortium::Options short_policy() {
  test::TestConsortium::Options options;
  options.policy.dwell_offered_ms = 10'000;
  options.policy.expire_overdue_ms = 5'000;
  return options;
}

// Nodes 1 and 2 hold the input of an offer that nobody converts.
class ExpirerTest : public ::testing::Test {
 protected:
  Expirer make(std::uint64_t node, const std::string& member) {
    return Expirer(
        {chain_.consortium.chain_id(), node, member, chain_.consortium.operation_key(node)},
        [this](const Bytes& bytes) -> Result<Verdict> {
          ++submitted_;
          if (silent_) return fail(Code::kDeadline, "no answer");
          return chain_.submit(bytes);
        },
        clock_, rng_);
  }
  // The node's clock stands `ahead_ms` before the next block's.
  std::size_t run(Expirer& expirer, std::uint64_t ahead_ms = 0) {
    const std::uint64_t wanted_ms = chain_.now_ms() + ahead_ms;
    clock_.advance(wanted_ms - clock_.unix_ms());
    return expirer.run_once(chain_.machine);
  }

  test::TestChain chain_{short_policy()};
  Id16 id_ = chain_.offer();
  ManualClock clock_{test::TestConsortium::kCreatedMs};
  SeededRng rng_{5};
  int submitted_ = 0;
  bool silent_ = false;
};

TEST_F(ExpirerTest, AsksOnceTheTimeIsOver) {
  Expirer holder = make(2, "kenshin-a");
  EXPECT_EQ(run(holder), 0u);
  EXPECT_EQ(submitted_, 0);
  chain_.pass(20'000);
  EXPECT_EQ(run(holder), 1u);
  EXPECT_EQ(chain_.exchange(id_).state, ExchangeState::kExpired);
  EXPECT_EQ(run(holder), 0u);
  EXPECT_EQ(submitted_, 1);
}

TEST_F(ExpirerTest, WhoHoldsNothingOfItDoesNotAsk) {
  Expirer other = make(3, "hoken-a");
  chain_.pass(20'000);
  EXPECT_EQ(run(other), 0u);
  EXPECT_EQ(submitted_, 0);
}

TEST_F(ExpirerTest, AClockThatIsAheadAsksOnceAMinute) {
  Expirer holder = make(2, "kenshin-a");
  EXPECT_EQ(run(holder, 30'000), 0u);
  EXPECT_EQ(run(holder, 30'000), 0u);
  EXPECT_EQ(submitted_, 1) << "refused by the ledger, and not at once asked again";
  EXPECT_EQ(chain_.exchange(id_).state, ExchangeState::kOffered);
  chain_.pass(60'000);
  EXPECT_EQ(run(holder, 30'000), 1u);
}

TEST_F(ExpirerTest, SilenceIsAskedAgainLater) {
  Expirer holder = make(2, "kenshin-a");
  chain_.pass(20'000);
  silent_ = true;
  EXPECT_EQ(run(holder), 0u);
  silent_ = false;
  chain_.pass(60'000);
  EXPECT_EQ(run(holder), 1u);
}

}  // namespace
}  // namespace sekisho::blobs
