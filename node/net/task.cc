// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/task.h"

#include <exception>

#include <boost/asio/co_spawn.hpp>

#include "node/base/check.h"

namespace sekisho::net {

using SteadyClock = std::chrono::steady_clock;

struct Watchdog::State {
  State(const asio::any_io_executor& executor, std::function<void()> action)
      : timer(executor), on_expiry(std::move(action)) {}

  asio::steady_timer timer;
  std::function<void()> on_expiry;  // empty once the watchdog is gone
  SteadyClock::time_point deadline = SteadyClock::time_point::max();
  SteadyClock::time_point wake = SteadyClock::time_point::max();
  bool waiting = false;
  bool expired = false;
};

Watchdog::Watchdog(const asio::any_io_executor& executor, std::function<void()> on_expiry)
    : state_(std::make_shared<State>(executor, std::move(on_expiry))) {}

Watchdog::~Watchdog() {
  state_->on_expiry = nullptr;
  state_->timer.cancel();
}

void Watchdog::arm(std::uint64_t delay_ms) {
  state_->deadline = SteadyClock::now() + std::chrono::milliseconds(delay_ms);
  if (!state_->waiting || state_->deadline < state_->wake) wait(state_);
}

void Watchdog::disarm() { state_->deadline = SteadyClock::time_point::max(); }

bool Watchdog::expired() const { return state_->expired; }

void Watchdog::wait(std::shared_ptr<State> state) {
  State& s = *state;
  s.waiting = true;
  s.wake = s.deadline;
  s.timer.expires_at(s.wake);  // ends an earlier wait with operation_aborted
  s.timer.async_wait([state = std::move(state)](const boost::system::error_code& error) {
    if (error || !state->on_expiry) return;
    state->waiting = false;
    if (state->deadline == SteadyClock::time_point::max()) return;
    if (SteadyClock::now() < state->deadline) return wait(state);
    state->expired = true;
    state->on_expiry();
  });
}

void TaskGroup::spawn(const asio::any_io_executor& executor, Task<void> task) {
  {
    const std::lock_guard lock(state_->mutex);
    ++state_->running;
  }
  asio::co_spawn(executor, std::move(task), [state = state_](const std::exception_ptr& exception) {
    CHECK(exception == nullptr);
    const std::lock_guard lock(state->mutex);
    if (--state->running == 0) state->empty.notify_all();
  });
}

bool TaskGroup::join(std::uint64_t wait_ms) {
  std::unique_lock lock(state_->mutex);
  return state_->empty.wait_for(lock, std::chrono::milliseconds(wait_ms),
                                [this] { return state_->running == 0; });
}

Task<void> sleep_on(asio::steady_timer* timer, std::uint64_t delay_ms) {
  timer->expires_after(std::chrono::milliseconds(delay_ms));
  co_await timer->async_wait(kTuple);
}

}  // namespace sekisho::net
