// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/worker_threads.h"

namespace sekisho {

WorkerThreads::WorkerThreads(std::size_t count) {
  for (std::size_t worker = 1; worker < count; ++worker) {
    threads_.emplace_back([this, worker] { serve(worker); });
  }
}

WorkerThreads::~WorkerThreads() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  work_there_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerThreads::take_pieces(std::unique_lock<std::mutex>& lock, std::size_t worker) {
  while (next_piece_ < pieces_) {
    const std::size_t piece = next_piece_++;
    const auto& work = *work_;
    lock.unlock();
    work(piece, worker);
    lock.lock();
    if (--unfinished_ == 0) work_done_.notify_all();
  }
}

void WorkerThreads::serve(std::size_t worker) {
  std::unique_lock lock(mutex_);
  while (true) {
    work_there_.wait(lock, [this] { return ending_ || next_piece_ < pieces_; });
    if (ending_) return;
    take_pieces(lock, worker);
  }
}

void WorkerThreads::run(std::size_t pieces,
                        const std::function<void(std::size_t piece, std::size_t worker)>& work) {
  std::unique_lock lock(mutex_);
  work_ = &work;
  next_piece_ = 0;
  pieces_ = pieces;
  unfinished_ = pieces;
  work_there_.notify_all();
  take_pieces(lock, 0);
  work_done_.wait(lock, [this] { return unfinished_ == 0; });
  pieces_ = 0;
  next_piece_ = 0;
}

}  // namespace sekisho
