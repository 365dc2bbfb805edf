// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/admission/gateway.h"

#include <atomic>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/solo_ledger.h"

namespace sekisho::admission {
namespace {

using replica::OperationStage;
constexpr std::uint64_t kMinuteMs = 60'000;

// Checks run at once; the test's thread is the core thread.
class GatewayTest : public ::testing::Test {
 protected:
  Gateway::Threads threads() {
    Gateway::Threads threads;
    threads.to_worker = [this](const std::function<void()>& task) {
      if (!busy_) task();
      return !busy_;
    };
    threads.to_core = [this](std::function<void()> task) {
      if (!core_stopped_) solo_.post(std::move(task));
    };
    return threads;
  }
  void submit(Bytes bytes, Until until, std::uint64_t deadline_ms = kMinuteMs) {
    answer_.reset();
    gateway_.submit(
        std::move(bytes), until, deadline_ms,
        [this](Result<replica::OperationStatus> answer) { answer_ = std::move(answer); });
  }
  replica::OperationStatus outcome() {
    solo_.step_until([this] { return answer_.has_value(); });
    EXPECT_TRUE(*answer_);
    return answer_->value();
  }
  Bytes note() {
    auto operation = chain_.operation("hoken-a");
    operation.mutable_note()->set_body("hello");
    return chain_.sign(operation, v1::OPERATOR);
  }

  test::TestChain chain_{{.nodes = 3, .voters = 1, .policy = {}}};
  test::SoloLedger solo_{chain_.consortium};
  Admission admission_{chain_.consortium.chain_id(), 1, solo_.clock,
                       [](const Digest&) { return true; }};
  bool busy_ = false;
  bool core_stopped_ = false;
  Gateway gateway_{admission_, *solo_.store, *solo_.replica, threads()};
  std::optional<Result<replica::OperationStatus>> answer_;
};

TEST_F(GatewayTest, AnswersWhenAttested) {
  const Bytes bytes = note();
  submit(bytes, Until::kAttested);
  const auto status = outcome();
  EXPECT_EQ(status.stage, OperationStage::kAttested);
  EXPECT_EQ(status.verdict, 0);
  EXPECT_EQ(status.digest, ledger::operation_digest(bytes));
}

TEST_F(GatewayTest, AnswersWhenAccepted) {
  submit(note(), Until::kAccepted);
  const auto status = outcome();
  EXPECT_FALSE(status.is_final());
}

TEST_F(GatewayTest, ARejectionByTheLedgerIsAStatus) {
  auto operation = chain_.operation("kansa");
  operation.mutable_withdraw()->set_exchange_id(Bytes(chain_.fresh_id().view()));
  operation.mutable_withdraw()->set_reason("誤送信");
  submit(chain_.sign(operation, v1::OPERATOR), Until::kAttested);
  EXPECT_NE(outcome().verdict, 0);
}

TEST_F(GatewayTest, ARefusalByTheChecksIsAnError) {
  submit("junk", Until::kAttested);
  ASSERT_TRUE(answer_);
  EXPECT_EQ(answer_->error().code, Code::kInvalidArgument);
}

TEST_F(GatewayTest, ABusyNodeSaysSoAtOnce) {
  busy_ = true;
  submit(note(), Until::kAttested);
  ASSERT_TRUE(answer_);
  EXPECT_EQ(answer_->error().code, Code::kResourceExhausted);
  EXPECT_NE(answer_->error().context.find("busy"), std::string::npos);
}

TEST_F(GatewayTest, TheSameBytesGetTheFirstAnswer) {
  const Bytes bytes = note();
  submit(bytes, Until::kAttested);
  const auto first = outcome();
  submit(bytes, Until::kAttested);
  const auto second = outcome();
  EXPECT_EQ(second.index, first.index);
  EXPECT_EQ(second.stage, OperationStage::kAttested);
}

// On an idle ledger such an operation used to wait for the whole deadline: ledger time stood still.
TEST_F(GatewayTest, AnExpiredOperationOnAnIdleLedgerIsAProvableNever) {
  solo_.clock.advance(kMinuteMs);
  auto operation = chain_.operation("hoken-a");
  operation.mutable_note()->set_body("late");
  operation.set_valid_until_ms(solo_.clock.unix_ms() - 1000);
  const std::uint64_t asked_ms = solo_.clock.monotonic_ms();
  submit(chain_.sign(operation, v1::OPERATOR), Until::kAttested);
  EXPECT_EQ(outcome().stage, OperationStage::kExpired);
  EXPECT_LT(solo_.clock.monotonic_ms() - asked_ms, 5000u);
  EXPECT_EQ(solo_.replica->status().tree_size, 0u) << "it was not ordered";
}

TEST_F(GatewayTest, StatusOfWhatNobodyHasSeen) {
  gateway_.status(chain_.fresh_id(), 0,
                  [this](Result<replica::OperationStatus> answer) { answer_ = std::move(answer); });
  EXPECT_EQ(outcome().stage, OperationStage::kNotSeen);
}

class GatewayWaitTest : public GatewayTest {
 protected:
  // Waits on a thread of its own, as the node's loops do, while this one is the core thread.
  Result<ledger::Verdict> wait_for(const Bytes& bytes) {
    std::optional<Result<ledger::Verdict>> verdict;
    std::atomic<bool> done{false};
    std::thread waiter([&] {
      verdict = gateway_.submit_and_wait(bytes, 200);
      done = true;
    });
    while (!done) {
      if (!core_stopped_) solo_.step();
      std::this_thread::yield();
    }
    waiter.join();
    return *verdict;
  }
};

TEST_F(GatewayWaitTest, GivesTheVerdict) {
  EXPECT_EQ(wait_for(note()).value(), ledger::Verdict::kAccepted);
}

TEST_F(GatewayWaitTest, PassesOnARefusal) {
  EXPECT_EQ(wait_for("junk").error().code, Code::kInvalidArgument);
}

// The tasks of a core thread that has stopped are dropped with everything they hold.
TEST_F(GatewayWaitTest, StopEndsAWaitThatNobodyAnswers) {
  core_stopped_ = true;
  gateway_.stop();
  EXPECT_EQ(wait_for(note()).error().code, Code::kCancelled);
}

}  // namespace
}  // namespace sekisho::admission
