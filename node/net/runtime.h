// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "node/base/result.h"

namespace sekisho::net {

// Threads for work that blocks or computes: signature checks, disk reads, conversion. Any thread.
class WorkerPool {
 public:
  // At least one thread; at most `queue_max` tasks wait.
  WorkerPool(std::size_t threads, std::size_t queue_max);
  // Runs what was queued, then joins.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Runs `task` on some worker. kResourceExhausted when the queue is full, kUnavailable after
  // stop(); `task` is then not run. A task lets no exception out.
  Status post(std::function<void()> task);
  // Takes no more tasks, runs the queued ones, joins. Not from a worker.
  void stop();
  [[nodiscard]] std::size_t queued() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct RuntimeOptions {
  std::size_t io_threads = 1;  // 1 or 2; each connection lives on one of them
  std::size_t worker_threads = 2;
  std::size_t worker_queue_max = 8192;
  // Take SIGINT and SIGTERM as requests to stop. One runtime of a process at most; SIGPIPE is
  // ignored in any case.
  bool handle_signals = false;
};

struct RuntimeAccess;  // node/net/detail: gives the module its io_contexts

// The io threads, the worker pool and the wish to stop. Made by main, outlives every server, client
// and link that was given a reference to it.
class Runtime {
 public:
  // Starts the threads.
  explicit Runtime(const RuntimeOptions& options);
  // stop(), then frees.
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  [[nodiscard]] WorkerPool& workers();
  // Runs `task` on the first io thread, in order of posting. Any thread.
  void post(std::function<void()> task);
  // The same, after at least `delay_ms`; forgotten at stop(). Any thread.
  void post_after(std::uint64_t delay_ms, std::function<void()> task);

  // Blocks the caller (main) until a signal or request_stop(); returns the reason for the log.
  [[nodiscard]] std::string wait_for_stop();
  // Any thread; the first reason wins.
  void request_stop(std::string reason);
  // Ends and joins the io threads and the workers. After every server and link was stopped; not
  // from one of these threads. A second call does nothing.
  void stop();

 private:
  friend struct RuntimeAccess;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::net
