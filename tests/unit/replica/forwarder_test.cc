// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/replica/forwarder.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace sekisho::replica {
namespace {

class ForwarderTest : public ::testing::Test {
 protected:
  struct Sent {
    std::uint64_t to;
    ForwardFrame frame;
  };

  Submission submission(std::uint8_t number, std::uint64_t deadline_ms = 5000) {
    Submission made;
    AdmittedOperation operation;
    operation.signed_operation = "operation " + std::to_string(number);
    operation.operation_id.bytes[0] = number;
    made.operations.push_back(operation);
    made.done = [this](Status status) { answers.push_back(std::move(status)); };
    made.deadline_ms = deadline_ms;
    return made;
  }
  static Id16 id(std::uint8_t number) {
    Id16 made;
    made.bytes[0] = number;
    return made;
  }

  std::vector<Sent> sent;
  std::vector<Status> answers;
  Forwarder forwarder{Options{}, [this](std::uint64_t to, const ForwardFrame& frame) {
                        sent.push_back({to, frame});
                      }};
};

TEST_F(ForwarderTest, WaitsForALeaderThenGathers) {
  forwarder.add(submission(1), 0);
  forwarder.add(submission(2), 0);
  EXPECT_TRUE(sent.empty());
  EXPECT_TRUE(forwarder.contains(id(1)));
  forwarder.set_leader(3, 10);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent.front().to, 3U);
  EXPECT_EQ(sent.front().frame.operations.size(), 2U);
  forwarder.on_reply(3, {sent.front().frame.request, {}, 3}, 20);
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_TRUE(answers.front());
  EXPECT_FALSE(forwarder.contains(id(1)));
}

TEST_F(ForwarderTest, NewLeaderGetsEverythingUnanswered) {
  forwarder.set_leader(3, 0);
  forwarder.add(submission(1), 0);
  forwarder.set_leader(2, 10);
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent.back().to, 2U);
  EXPECT_EQ(sent.back().frame.operations, sent.front().frame.operations);
  forwarder.on_reply(3, {sent.front().frame.request, {}, 3}, 20);  // late, of the old leader
  EXPECT_TRUE(answers.empty());
}

TEST_F(ForwarderTest, SilenceIsAnsweredByRepetitionThenByTheDeadline) {
  forwarder.set_leader(3, 0);
  forwarder.add(submission(1), 0);
  forwarder.tick(999);
  EXPECT_EQ(sent.size(), 1U);
  forwarder.tick(1000);
  EXPECT_EQ(sent.size(), 2U);
  forwarder.tick(5000);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers.front().error().code, Code::kDeadline);
}

TEST_F(ForwarderTest, NothingHandedOnIsUnavailable) {
  forwarder.add(submission(1), 0);
  forwarder.tick(5000);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers.front().error().code, Code::kUnavailable);
}

TEST_F(ForwarderTest, RefusalOfANonLeaderIsTriedAgain) {
  forwarder.set_leader(3, 0);
  forwarder.add(submission(1), 0);
  forwarder.on_reply(3, {sent.front().frame.request, fail(Code::kUnavailable, "not me"), 0}, 10);
  EXPECT_TRUE(answers.empty());
  EXPECT_EQ(sent.size(), 1U);
  forwarder.tick(1000);
  EXPECT_EQ(sent.size(), 2U);
}

TEST_F(ForwarderTest, FullPoolIsTold) {
  forwarder.set_leader(3, 0);
  forwarder.add(submission(1), 0);
  forwarder.on_reply(3, {sent.front().frame.request, fail(Code::kResourceExhausted, "full"), 3},
                     10);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers.front().error().code, Code::kResourceExhausted);
}

TEST_F(ForwarderTest, TakeAllEmptiesIt) {
  forwarder.set_leader(3, 0);
  for (std::uint8_t i = 1; i <= 6; ++i) forwarder.add(submission(i), 0);
  EXPECT_EQ(sent.size(), 4U);  // the rest waits for an answer
  EXPECT_EQ(forwarder.take_all().size(), 6U);
  EXPECT_EQ(forwarder.operations(), 0U);
}

}  // namespace
}  // namespace sekisho::replica
