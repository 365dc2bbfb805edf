// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "node/base/result.h"
#include "node/replica/ports.h"

namespace sekisho::replica {

// The LogWriter of a real node: one thread that makes batches durable while the core goes on; what
// gathered during one sync goes into the next one together. persist(): core thread; blocks only
// while kQueueMax batches wait (the disk hangs).
class LogThread final : public LogWriter {
 public:
  static constexpr std::size_t kQueueMax = 1024;
  // Makes the batches durable together, in order, with one sync (storage::DurableLog::persist).
  // Called on the log thread only.
  using Write = std::function<Status(std::span<const consensus::Persist> group)>;
  // Called on the log thread with the newest token of the group, in order; posts to the core, which
  // calls Replica::on_persisted. After a failure nothing is written or reported any more.
  using Completed = std::function<void(std::uint64_t token, Status status)>;

  LogThread(Write write, Completed completed);
  // Finishes the batch under way, drops the rest, joins.
  ~LogThread() override;
  LogThread(const LogThread&) = delete;
  LogThread& operator=(const LogThread&) = delete;

  void persist(consensus::Persist batch) override;
  [[nodiscard]] std::size_t queue_size() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::replica
