// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/task.h"

#include <thread>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace sekisho::net {
namespace {

TEST(WatchdogTest, FiresWhenItIsNotMoved) {
  asio::io_context io;
  int fired = 0;
  Watchdog watchdog(io.get_executor(), [&] { ++fired; });
  watchdog.arm(1);
  io.run();
  EXPECT_EQ(fired, 1);
  EXPECT_TRUE(watchdog.expired());
}

TEST(WatchdogTest, AShorterWaitReplacesALongerOne) {
  asio::io_context io;
  int fired = 0;
  Watchdog watchdog(io.get_executor(), [&] { ++fired; });
  watchdog.arm(3'600'000);
  watchdog.arm(1);
  io.run();
  EXPECT_EQ(fired, 1);
}

TEST(WatchdogTest, IsSilentWhenDisarmedOrGone) {
  asio::io_context io;
  int fired = 0;
  Watchdog disarmed(io.get_executor(), [&] { ++fired; });
  disarmed.arm(1);
  disarmed.disarm();
  {
    Watchdog gone(io.get_executor(), [&] { ++fired; });
    gone.arm(1);
  }
  io.run();
  EXPECT_EQ(fired, 0);
}

Task<Result<int>> wait_on(asio::steady_timer* timer) {
  timer->expires_after(std::chrono::hours(1));
  co_await timer->async_wait(kTuple);
  co_return fail(Code::kCancelled, "cut");
}

Task<void> guarded(asio::steady_timer* timer, Code* out) {
  Watchdog watchdog(timer->get_executor(), [timer] { timer->cancel(); });
  const auto result = co_await with_deadline(&watchdog, 1, wait_on(timer));
  *out = result.error().code;
}

TEST(WatchdogTest, WithDeadlineNamesTheCause) {
  asio::io_context io;
  asio::steady_timer timer(io);
  Code code = Code::kInternal;
  TaskGroup group;
  group.spawn(io.get_executor(), guarded(&timer, &code));
  io.run();
  EXPECT_TRUE(group.join(0));
  EXPECT_EQ(code, Code::kDeadline);
}

TEST(TaskGroupTest, JoinWaitsForItsChildren) {
  asio::io_context io;
  asio::steady_timer timer(io);
  Code code = Code::kInternal;
  TaskGroup group;
  group.spawn(io.get_executor(), guarded(&timer, &code));
  EXPECT_FALSE(group.join(0));
  std::thread thread([&] { io.run(); });
  EXPECT_TRUE(group.join(30'000));
  thread.join();
}

}  // namespace
}  // namespace sekisho::net
