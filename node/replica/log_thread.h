// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "node/base/result.h"
#include "node/replica/ports.h"

namespace sekisho::replica {

// The LogWriter of a real node: one thread that makes batches durable one after the other while the
// core goes on. persist(): core thread; blocks only while kQueueMax batches wait (the disk hangs).
class LogThread final : public LogWriter {
 public:
  static constexpr std::size_t kQueueMax = 1024;
  // Writes one batch, synced on return. Called on the log thread only.
  using Write = std::function<Status(const consensus::Persist&)>;
  // Called on the log thread, in order of the tokens; posts to the core, which calls
  // Replica::on_persisted. After a failure nothing is written any more and nothing is reported.
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
