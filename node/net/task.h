// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "node/base/result.h"

// Coroutines of the rim: node/net, node/api and main. This header brings Asio with it; nothing
// below node/net includes it.
namespace sekisho::net {

namespace asio = boost::asio;

// The one coroutine type. Parameters by value; no exception leaves a task.
template <typename T>
using Task = asio::awaitable<T>;

// Completion token of every Asio call of ours: errors are values.
inline constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

// Does something once when a time passes that keeps being moved. Moving it is a store: the timer
// behind it is touched only when the wait gets shorter. One thread: the executor's.
class Watchdog {
 public:
  Watchdog(const asio::any_io_executor& executor, std::function<void()> on_expiry);
  // Never fires afterwards.
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  void arm(std::uint64_t delay_ms);
  void disarm();
  // Fired since it was made: what it guards is lost.
  [[nodiscard]] bool expired() const;

 private:
  struct State;
  static void wait(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

// Awaits `work` under the watchdog, whose action makes `work` end (by closing its socket, say).
// kDeadline instead of the error that this caused. `watchdog` outlives the call.
template <typename T>
Task<Result<T>> with_deadline(Watchdog* watchdog, std::uint64_t delay_ms, Task<Result<T>> work) {
  watchdog->arm(delay_ms);
  auto result = co_await std::move(work);
  watchdog->disarm();
  if (!result && watchdog->expired()) co_return fail(Code::kDeadline, result.error().context);
  co_return result;
}

// The children of a component: spawns them and waits for their end. Ending them is up to the owner,
// who closes what they wait for. The only place where tasks are set free. Any thread.
class TaskGroup {
 public:
  TaskGroup() : state_(std::make_shared<State>()) {}
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Runs `task` on `executor`. An exception that reaches the group is our mistake and aborts.
  void spawn(const asio::any_io_executor& executor, Task<void> task);
  // Blocks until no child runs, at most `wait_ms`; false when some still do. Not from an io thread.
  bool join(std::uint64_t wait_ms);

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable empty;
    std::size_t running = 0;
  };
  std::shared_ptr<State> state_;
};

// A pause. Ends early, without telling, when the timer is cancelled.
Task<void> sleep_on(asio::steady_timer* timer, std::uint64_t delay_ms);

}  // namespace sekisho::net
