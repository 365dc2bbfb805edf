// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/runtime.h"

#include <atomic>
#include <csignal>
#include <future>
#include <thread>

#include <gtest/gtest.h>

namespace sekisho::net {
namespace {

TEST(WorkerPoolTest, RunsWhatWasQueuedBeforeItStops) {
  std::atomic<int> ran{0};
  {
    WorkerPool pool(2, 1000);
    for (int i = 0; i < 1000; ++i) {
      const Status posted = pool.post([&] { ++ran; });
      ASSERT_TRUE(posted);
    }
  }
  EXPECT_EQ(ran, 1000);
}

TEST(WorkerPoolTest, RefusesWhatExceedsItsQueue) {
  WorkerPool pool(1, 1);
  std::promise<void> gate;
  std::promise<void> entered;
  ASSERT_TRUE(pool.post([&] {
    entered.set_value();
    gate.get_future().wait();
  }));
  entered.get_future().wait();
  ASSERT_TRUE(pool.post([] {}));
  const Status third = pool.post([] {});
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, Code::kResourceExhausted);
  gate.set_value();
  pool.stop();
  EXPECT_EQ(pool.post([] {}).error().code, Code::kUnavailable);
}

TEST(RuntimeTest, PostsInOrderAndLater) {
  Runtime runtime(RuntimeOptions{1, 1, 8, false});
  std::vector<int> order;
  std::promise<void> done;
  runtime.post_after(10, [&] {
    order.push_back(3);
    done.set_value();
  });
  runtime.post([&] { order.push_back(1); });
  runtime.post([&] { order.push_back(2); });
  done.get_future().wait();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

TEST(RuntimeTest, TakesASignalAsTheWishToStop) {
  Runtime runtime(RuntimeOptions{1, 1, 8, true});
  std::promise<void> watching;
  runtime.post([&] { watching.set_value(); });
  watching.get_future().wait();
  std::raise(SIGTERM);
  EXPECT_EQ(runtime.wait_for_stop(), "SIGTERM");
}

TEST(RuntimeTest, TheFirstReasonWins) {
  Runtime runtime(RuntimeOptions{1, 1, 8, false});
  runtime.request_stop("disk");
  runtime.request_stop("later");
  EXPECT_EQ(runtime.wait_for_stop(), "disk");
}

}  // namespace
}  // namespace sekisho::net
