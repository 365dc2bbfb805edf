// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "node/admission/admission.h"
#include "node/ledger/verdict.h"
#include "node/replica/replica.h"

namespace sekisho::admission {

// How long a submitter wants to wait for.
enum class Until : std::uint8_t { kAccepted, kAttested };

// The way into the ledger for everybody on this node: clients through the API, the node's own
// purger and converter. Checks on a worker, hands over to the core, answers when the outcome is
// attested. Any thread. Made before and destroyed after its users; stop() first.
class Gateway {
 public:
  using Run = std::function<void(std::function<void()>)>;
  using Done = std::function<void(Result<replica::OperationStatus>)>;

  // `to_worker` either runs the task, later, or returns false.
  struct Threads {
    std::function<bool(std::function<void()>)> to_worker;
    Run to_core;
  };

  Gateway(const Admission& admission, storage::LedgerStore& ledger, replica::Replica& replica,
          Threads threads)
      : admission_(admission), ledger_(ledger), replica_(replica), threads_(std::move(threads)) {}

  // `done` is called once, on a worker or the core thread, or at once when the node is busy. A
  // refusal by the checks is an Error; a verdict of the ledger, rejections included, is a status. A
  // status that is not final is what was known at the deadline.
  void submit(Bytes signed_operation, Until until, std::uint64_t deadline_ms, Done done);
  // The same for bytes that the caller has parsed already.
  void submit(ledger::ParsedOperation operation, Bytes signed_operation, Until until,
              std::uint64_t deadline_ms, Done done);
  // The same for a caller that may block (never the core thread, an io thread or a worker).
  [[nodiscard]] Result<ledger::Verdict> submit_and_wait(Bytes signed_operation,
                                                        std::uint64_t deadline_ms);
  // Callers of submit_and_wait get kCancelled from now on, waiting ones within a moment.
  void stop() { stopping_ = true; }
  // What is known of an operation, waiting for a final answer up to the deadline (0: at once).
  void status(const Id16& operation_id, std::uint64_t deadline_ms, Done done);

 private:
  void hand_over(Admitted admitted, Until until, std::uint64_t deadline_ms, Done done);

  const Admission& admission_;
  storage::LedgerStore& ledger_;
  replica::Replica& replica_;
  Threads threads_;
  std::atomic<bool> stopping_{false};
};

}  // namespace sekisho::admission
