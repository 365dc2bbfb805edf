// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/core_thread.h"

#include <chrono>
#include <utility>

namespace sekisho {

void CoreThread::start(std::uint64_t tick_ms, std::function<void()> tick) {
  thread_ = std::thread([this, tick_ms, tick = std::move(tick)] { run(tick_ms, tick); });
}

void CoreThread::post(std::function<void()> task) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    first = tasks_.empty();
    tasks_.push_back(std::move(task));
  }
  if (first) changed_.notify_one();
}

void CoreThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::size_t CoreThread::queued() const {
  const std::lock_guard lock(mutex_);
  return tasks_.size();
}

void CoreThread::run(std::uint64_t tick_ms, const std::function<void()>& tick) {
  using Clock = std::chrono::steady_clock;
  const auto period = std::chrono::milliseconds(tick_ms);
  auto next_tick = Clock::now() + period;
  std::vector<std::function<void()>> batch;
  std::unique_lock lock(mutex_);
  while (!stopping_ || !tasks_.empty()) {
    changed_.wait_until(lock, next_tick, [this] { return stopping_ || !tasks_.empty(); });
    batch.swap(tasks_);
    lock.unlock();
    for (auto& task : batch) task();
    batch.clear();
    if (Clock::now() >= next_tick) {
      tick();
      // A stalled machine does not get its missed ticks at once: timeouts must not fire in a burst.
      next_tick = Clock::now() + period;
    }
    lock.lock();
  }
}

}  // namespace sekisho
