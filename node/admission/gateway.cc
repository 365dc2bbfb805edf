// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/admission/gateway.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace sekisho::admission {
namespace {

// An answer that one thread gives and another waits for. Tasks that a stopping core thread drops
// never give it, which a promise would report by an exception.
class Answer {
 public:
  using Value = Result<replica::OperationStatus>;

  void give(Value value) {
    {
      const std::lock_guard lock(mutex_);
      value_ = std::move(value);
    }
    given_.notify_one();
  }
  std::optional<Value> wait_for(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    given_.wait_for(lock, time, [this] { return value_.has_value(); });
    return std::exchange(value_, std::nullopt);
  }

 private:
  std::mutex mutex_;
  std::condition_variable given_;
  std::optional<Value> value_;
};

}  // namespace

void Gateway::submit(Bytes signed_operation, Until until, std::uint64_t deadline_ms, Done done) {
  auto operation = ledger::parse_operation(signed_operation);
  if (!operation) return done(fail(std::move(operation).error()));
  submit(*std::move(operation), std::move(signed_operation), until, deadline_ms, std::move(done));
}

void Gateway::submit(ledger::ParsedOperation operation, Bytes signed_operation, Until until,
                     std::uint64_t deadline_ms, Done done) {
  // A std::function copies what it holds each time it is copied itself.
  struct Task {
    ledger::ParsedOperation operation;
    Bytes bytes;
    Done done;
  };
  const auto task = std::make_shared<Task>(
      Task{std::move(operation), std::move(signed_operation), std::move(done)});
  const bool taken = threads_.to_worker([this, task, until, deadline_ms] {
    auto admitted = admission_.check(task->operation, std::move(task->bytes), ledger_.view());
    if (!admitted) return task->done(fail(std::move(admitted).error()));
    hand_over(std::move(*admitted), until, deadline_ms, std::move(task->done));
  });
  if (!taken) {
    task->done(fail(Code::kResourceExhausted, "the node is busy; try again in a moment"));
  }
}

void Gateway::hand_over(Admitted admitted, Until until, std::uint64_t deadline_ms, Done done) {
  threads_.to_core([this, admitted = std::move(admitted), until, deadline_ms,
                    done = std::move(done)]() mutable {
    const Id16 id = admitted.operation.operation_id;
    const std::uint64_t valid_until_ms = admitted.operation.valid_until_ms;
    if (admitted.already_ordered) {
      replica_.wait(id, valid_until_ms, deadline_ms, std::move(done));
      return;
    }
    std::vector<replica::AdmittedOperation> batch;
    batch.push_back(std::move(admitted.operation));
    if (until == Until::kAccepted) {
      replica_.submit(std::move(batch), [this, id, valid_until_ms, done](Status taken) {
        if (!taken) return done(fail(std::move(taken).error()));
        replica_.wait(id, valid_until_ms, 0, done);
      });
      return;
    }
    // kDeadline: a leader may still order it. kFailedPrecondition: too late for a fresh place, but
    // an earlier submission may have got one. Only a certified block later than its time can tell.
    replica_.submit(std::move(batch), [this, id, valid_until_ms, deadline_ms, done](Status taken) {
      const bool open = !taken && (taken.error().code == Code::kDeadline ||
                                   taken.error().code == Code::kFailedPrecondition);
      if (!taken && !open) return done(fail(std::move(taken).error()));
      replica_.wait(id, valid_until_ms, deadline_ms, done);
    });
  });
}

Result<ledger::Verdict> Gateway::submit_and_wait(Bytes signed_operation,
                                                 std::uint64_t deadline_ms) {
  const auto answer = std::make_shared<Answer>();
  submit(std::move(signed_operation), Until::kAttested, deadline_ms,
         [answer](Result<replica::OperationStatus> status) { answer->give(std::move(status)); });
  constexpr std::chrono::milliseconds kSlice(100);
  constexpr std::uint64_t kGraceMs = 10'000;
  auto given = answer->wait_for(kSlice);
  for (auto left = std::chrono::milliseconds(deadline_ms + kGraceMs); !given; left -= kSlice) {
    if (stopping_) return fail(Code::kCancelled, "the node is stopping");
    if (left <= kSlice) return fail(Code::kDeadline, "the ledger did not answer in time");
    given = answer->wait_for(kSlice);
  }
  TRY(const auto status, std::move(*given));
  switch (status.stage) {
    case replica::OperationStage::kAttested:
      return static_cast<ledger::Verdict>(status.verdict);
    case replica::OperationStage::kExpired:
      return fail(Code::kFailedPrecondition, "the operation's time ran out before it was ordered");
    default:
      return fail(Code::kDeadline, "the outcome is not attested yet");
  }
}

void Gateway::status(const Id16& operation_id, std::uint64_t deadline_ms, Done done) {
  threads_.to_core([this, operation_id, deadline_ms, done = std::move(done)]() mutable {
    replica_.wait(operation_id, 0, deadline_ms,
                  [done = std::move(done)](replica::OperationStatus status) { done(status); });
  });
}

}  // namespace sekisho::admission
