// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sekisho {

// The one thread that owns the replica. Others post functions to it; it runs them in order and
// calls `tick` every `tick_ms` of monotonic time. Everything posted before stop() still runs.
class CoreThread {
 public:
  CoreThread() = default;
  ~CoreThread() { stop(); }
  CoreThread(const CoreThread&) = delete;
  CoreThread& operator=(const CoreThread&) = delete;

  void start(std::uint64_t tick_ms, std::function<void()> tick);
  // Any thread. Before start() it waits for it; after stop() it is dropped.
  void post(std::function<void()> task);
  // Not from the core thread. A second call does nothing.
  void stop();
  [[nodiscard]] std::size_t queued() const;

 private:
  void run(std::uint64_t tick_ms, const std::function<void()>& tick);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::function<void()>> tasks_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sekisho
