// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "node/base/workers.h"

namespace sekisho {

// A fixed number of hands: the calling thread and count - 1 threads of its own, which sleep between
// runs and end with the object. The work must not throw.
class WorkerThreads final : public Workers {
 public:
  explicit WorkerThreads(std::size_t count);
  ~WorkerThreads() override;
  WorkerThreads(const WorkerThreads&) = delete;
  WorkerThreads& operator=(const WorkerThreads&) = delete;

  [[nodiscard]] std::size_t count() const override { return threads_.size() + 1; }
  void run(std::size_t pieces,
           const std::function<void(std::size_t piece, std::size_t worker)>& work) override;

 private:
  void serve(std::size_t worker);
  void take_pieces(std::unique_lock<std::mutex>& lock, std::size_t worker);

  std::mutex mutex_;
  std::condition_variable work_there_;
  std::condition_variable work_done_;
  const std::function<void(std::size_t, std::size_t)>* work_ = nullptr;
  std::size_t next_piece_ = 0;
  std::size_t pieces_ = 0;
  std::size_t unfinished_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace sekisho
