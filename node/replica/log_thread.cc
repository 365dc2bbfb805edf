// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/replica/log_thread.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "consensus/actions.h"

namespace sekisho::replica {

class LogThread::Impl {
 public:
  Impl(Write write, Completed completed)
      : write_(std::move(write)), completed_(std::move(completed)), thread_([this] { run(); }) {}

  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

  void persist(consensus::Persist batch) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return queue_.size() < kQueueMax || stopping_; });
    queue_.push_back(std::move(batch));
    wake_.notify_one();
  }

  std::size_t queue_size() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
  }

 private:
  // Empty: the end.
  std::vector<consensus::Persist> next_group() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return {};
    std::vector<consensus::Persist> group = std::exchange(queue_, {});
    room_.notify_all();
    return group;
  }

  void run() {
    bool failed = false;
    for (auto group = next_group(); !group.empty(); group = next_group()) {
      if (failed) continue;  // the core has been told; it takes nothing back
      Status status = write_(group);
      failed = !status;
      completed_(group.back().token, std::move(status));
    }
  }

  Write write_;
  Completed completed_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable room_;
  std::vector<consensus::Persist> queue_;
  bool stopping_ = false;
  std::thread thread_;  // last: starts when everything else is there
};

LogThread::LogThread(Write write, Completed completed)
    : impl_(std::make_unique<Impl>(std::move(write), std::move(completed))) {}
LogThread::~LogThread() = default;
void LogThread::persist(consensus::Persist batch) { impl_->persist(std::move(batch)); }
std::size_t LogThread::queue_size() const { return impl_->queue_size(); }

}  // namespace sekisho::replica
