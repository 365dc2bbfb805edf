// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/loop.h"

#include <chrono>
#include <utility>

namespace sekisho {

Loop::Loop(std::uint64_t period_ms, std::function<void()> body)
    : body_(std::move(body)), thread_([this, period_ms] { run(period_ms); }) {}

Loop::~Loop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Loop::kick() {
  {
    const std::lock_guard lock(mutex_);
    kicked_ = true;
  }
  changed_.notify_all();
}

void Loop::run(std::uint64_t period_ms) {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    kicked_ = false;
    lock.unlock();
    body_();
    lock.lock();
    changed_.wait_for(lock, std::chrono::milliseconds(period_ms),
                      [this] { return kicked_ || stopping_; });
  }
}

}  // namespace sekisho
