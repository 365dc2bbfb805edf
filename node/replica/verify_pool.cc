// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/replica/verify_pool.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "node/base/check.h"

namespace sekisho::replica {
namespace {

// Checks per hand-over: about half a millisecond of work.
constexpr std::size_t kRunSize = 8;

struct Job {
  std::vector<Verifier::Check> checks;
  std::vector<char> results;  // not vector<bool>: workers write neighbours at the same time
  std::atomic<std::size_t> open{0};
  Verifier::Done done;
};

struct Run {
  std::shared_ptr<Job> job;
  std::size_t begin = 0;
  std::size_t end = 0;
};

}  // namespace

class VerifyPool::Impl {
 public:
  Impl(std::size_t threads, Post post) : post_(std::move(post)) {
    CHECK(threads > 0);
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }

  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void verify(std::vector<Check> checks, Done done) {
    auto job = std::make_shared<Job>();
    job->results.resize(checks.size());
    job->open = checks.size();
    job->checks = std::move(checks);
    job->done = std::move(done);
    if (job->checks.empty()) return finish(job);
    {
      const std::lock_guard lock(mutex_);
      for (std::size_t begin = 0; begin < job->checks.size(); begin += kRunSize)
        queue_.push_back({job, begin, std::min(begin + kRunSize, job->checks.size())});
    }
    wake_.notify_all();
  }

  std::size_t queue_size() const {
    const std::lock_guard lock(mutex_);
    return queue_.size();
  }

 private:
  // No job: the end.
  Run next_run() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return {};
    Run run = std::move(queue_.front());
    queue_.pop_front();
    return run;
  }

  void work() {
    for (Run run = next_run(); run.job; run = next_run()) {
      Job& job = *run.job;
      for (std::size_t i = run.begin; i < run.end; ++i) job.results[i] = job.checks[i]() ? 1 : 0;
      if (job.open.fetch_sub(run.end - run.begin) == run.end - run.begin) finish(run.job);
    }
  }

  void finish(const std::shared_ptr<Job>& job) {
    post_([job] { job->done({job->results.begin(), job->results.end()}); });
  }

  Post post_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Run> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

VerifyPool::VerifyPool(std::size_t threads, Post post)
    : impl_(std::make_unique<Impl>(threads, std::move(post))) {}
VerifyPool::~VerifyPool() = default;
void VerifyPool::verify(std::vector<Check> checks, Done done) {
  impl_->verify(std::move(checks), std::move(done));
}
std::size_t VerifyPool::queue_size() const { return impl_->queue_size(); }

}  // namespace sekisho::replica
