// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace sekisho {

// A thread that calls a function again and again: soon after each kick(), and at the latest after
// `period_ms`. The function runs on that thread only and is never called twice at once. Ends in the
// destructor, after the call under way.
class Loop {
 public:
  Loop(std::uint64_t period_ms, std::function<void()> body);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Any thread. Kicks during a call lead to one more call.
  void kick();

 private:
  void run(std::uint64_t period_ms);

  std::function<void()> body_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool kicked_ = true;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace sekisho
