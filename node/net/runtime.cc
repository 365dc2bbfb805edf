// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/runtime.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "node/base/check.h"
#include "node/net/detail/runtime_access.h"

namespace sekisho::net {

namespace asio = boost::asio;

struct WorkerPool::Impl {
  explicit Impl(std::size_t max) : queue_max(max) {}

  void run() {
    for (;;) {
      std::function<void()> task;
      {
        std::unique_lock lock(mutex);
        wake.wait(lock, [this] { return stopping || !queue.empty(); });
        if (queue.empty()) return;
        task = std::move(queue.front());
        queue.pop_front();
      }
      task();
    }
  }

  const std::size_t queue_max;
  mutable std::mutex mutex;
  std::condition_variable wake;
  std::deque<std::function<void()>> queue;
  bool stopping = false;
  std::vector<std::thread> threads;
};

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_max)
    : impl_(std::make_unique<Impl>(queue_max)) {
  CHECK(threads > 0);
  for (std::size_t i = 0; i < threads; ++i) {
    impl_->threads.emplace_back([impl = impl_.get()] { impl->run(); });
  }
}

WorkerPool::~WorkerPool() { stop(); }

Status WorkerPool::post(std::function<void()> task) {
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->stopping) return fail(Code::kUnavailable, "the node is stopping");
    if (impl_->queue.size() >= impl_->queue_max) {
      return fail(Code::kResourceExhausted, "the worker queue is full; try again later");
    }
    impl_->queue.push_back(std::move(task));
  }
  impl_->wake.notify_one();
  return {};
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->wake.notify_all();
  for (auto& thread : impl_->threads) thread.join();
  impl_->threads.clear();
}

std::size_t WorkerPool::queued() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->queue.size();
}

namespace {

// One io_context and the thread that runs it.
struct IoThread {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::thread thread;
};

}  // namespace

struct Runtime::Impl {
  explicit Impl(const RuntimeOptions& options)
      : workers(options.worker_threads, options.worker_queue_max) {
    CHECK(options.io_threads > 0);
    for (std::size_t i = 0; i < options.io_threads; ++i) io.push_back(std::make_unique<IoThread>());
    std::signal(SIGPIPE, SIG_IGN);
    if (options.handle_signals) watch_signals();
    for (auto& one : io) one->thread = std::thread([&context = one->context] { context.run(); });
  }

  void watch_signals() {
    signals.emplace(io.front()->context, SIGINT, SIGTERM);
    signals->async_wait([this](const boost::system::error_code& error, int number) {
      if (!error) request_stop(number == SIGINT ? "SIGINT" : "SIGTERM");
    });
  }

  void request_stop(std::string reason) {
    const std::lock_guard lock(mutex);
    if (!stop_reason) stop_reason = std::move(reason);
    stop_wanted.notify_all();
  }

  std::vector<std::unique_ptr<IoThread>> io;
  std::optional<asio::signal_set> signals;
  std::atomic<std::size_t> turn{0};
  std::mutex mutex;
  std::condition_variable stop_wanted;
  std::optional<std::string> stop_reason;
  WorkerPool workers;
};

Runtime::Runtime(const RuntimeOptions& options) : impl_(std::make_unique<Impl>(options)) {}

Runtime::~Runtime() { stop(); }

WorkerPool& Runtime::workers() { return impl_->workers; }

void Runtime::post(std::function<void()> task) {
  asio::post(impl_->io.front()->context, std::move(task));
}

void Runtime::post_after(std::uint64_t delay_ms, std::function<void()> task) {
  auto timer = std::make_shared<asio::steady_timer>(impl_->io.front()->context,
                                                    std::chrono::milliseconds(delay_ms));
  timer->async_wait([timer, task = std::move(task)](const boost::system::error_code& error) {
    if (!error) task();
  });
}

std::string Runtime::wait_for_stop() {
  std::unique_lock lock(impl_->mutex);
  impl_->stop_wanted.wait(lock, [this] { return impl_->stop_reason.has_value(); });
  return impl_->stop_reason.value_or("");
}

void Runtime::request_stop(std::string reason) { impl_->request_stop(std::move(reason)); }

void Runtime::stop() {
  impl_->workers.stop();
  for (auto& one : impl_->io) {
    one->work.reset();
    one->context.stop();
  }
  for (auto& one : impl_->io) {
    if (one->thread.joinable()) one->thread.join();
  }
}

std::size_t RuntimeAccess::count(Runtime& runtime) { return runtime.impl_->io.size(); }

asio::io_context& RuntimeAccess::at(Runtime& runtime, std::size_t i) {
  CHECK(i < runtime.impl_->io.size());
  return runtime.impl_->io[i]->context;
}

asio::io_context& RuntimeAccess::next(Runtime& runtime) {
  const std::size_t turn = runtime.impl_->turn.fetch_add(1, std::memory_order_relaxed);
  return at(runtime, turn % count(runtime));
}

}  // namespace sekisho::net
