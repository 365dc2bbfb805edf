// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include <gtest/gtest.h>

#include "consensus/actions.h"
#include "node/replica/log_thread.h"
#include "node/replica/verify_pool.h"

namespace sekisho::replica {
namespace {

// Stands for the core thread: what is posted runs in run_one.
class Inbox {
 public:
  void post(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    wake_.notify_one();
  }
  void run_one() {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(wake_.wait_for(lock, std::chrono::seconds(20), [this] { return !tasks_.empty(); }));
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
};

consensus::Persist batch(std::uint64_t token) {
  consensus::Persist made;
  made.token = token;
  return made;
}

TEST(LogThreadTest, ReportsInOrderAndUpToTheNewest) {
  Inbox inbox;
  std::vector<std::uint64_t> written;
  std::uint64_t reported = 0;
  LogThread log(
      [&written](std::span<const consensus::Persist> group) -> Status {
        for (const auto& one : group) written.push_back(one.token);
        return {};
      },
      [&](std::uint64_t token, const Status& status) {
        inbox.post([&, token, ok = status.has_value()] {
          EXPECT_TRUE(ok);
          EXPECT_GT(token, reported);
          reported = token;
        });
      });
  for (std::uint64_t token = 1; token <= 200; ++token) log.persist(batch(token));
  while (reported < 200) inbox.run_one();
  ASSERT_EQ(written.size(), 200U);
  for (std::uint64_t i = 0; i < 200; ++i) EXPECT_EQ(written[i], i + 1);
}

TEST(LogThreadTest, NothingIsWrittenAfterAFailure) {
  Inbox inbox;
  std::atomic<int> writes{0};
  bool failed = false;
  {
    LogThread log(
        [&writes](std::span<const consensus::Persist>) -> Status {
          ++writes;
          return fail(Code::kNoSpace, "full");
        },
        [&](std::uint64_t, const Status& status) {
          inbox.post([&failed, ok = status.has_value()] { failed = !ok; });
        });
    log.persist(batch(1));
    inbox.run_one();
    log.persist(batch(2));
    log.persist(batch(3));
  }
  EXPECT_TRUE(failed);
  EXPECT_EQ(writes, 1);
}

TEST(VerifyPoolTest, GivesEachResultItsPlace) {
  Inbox inbox;
  VerifyPool pool(3, [&inbox](std::function<void()> task) { inbox.post(std::move(task)); });
  std::vector<Verifier::Check> checks;
  for (int i = 0; i < 100; ++i) checks.push_back([i] { return i % 3 == 0; });
  std::vector<bool> results;
  pool.verify(std::move(checks),
              [&results](std::vector<bool> valid) { results = std::move(valid); });
  inbox.run_one();
  ASSERT_EQ(results.size(), 100U);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(results[i], i % 3 == 0);
}

TEST(VerifyPoolTest, NoChecksAreAnsweredToo) {
  Inbox inbox;
  VerifyPool pool(1, [&inbox](std::function<void()> task) { inbox.post(std::move(task)); });
  bool answered = false;
  pool.verify({}, [&answered](const std::vector<bool>& valid) { answered = valid.empty(); });
  inbox.run_one();
  EXPECT_TRUE(answered);
}

TEST(VerifyPoolTest, EndsWithWorkUnderWay) {
  std::atomic<int> ran{0};
  {
    VerifyPool pool(2, [](const std::function<void()>&) {});
    for (int i = 0; i < 50; ++i) {
      pool.verify(std::vector<Verifier::Check>(64, [&ran] { return ++ran > 0; }),
                  [](const std::vector<bool>&) {});
    }
  }
  EXPECT_LE(ran, 50 * 64);
}

}  // namespace
}  // namespace sekisho::replica
