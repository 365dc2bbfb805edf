// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/admission/gateway.h"

#include <chrono>
#include <future>

namespace sekisho::admission {

void Gateway::submit(Bytes signed_operation, Until until, std::uint64_t deadline_ms, Done done) {
  auto shared_done = std::make_shared<Done>(std::move(done));
  const bool taken = threads_.to_worker(
      [this, bytes = std::move(signed_operation), until, deadline_ms, shared_done]() mutable {
        auto admitted = admission_.check(std::move(bytes), ledger_.view());
        if (!admitted) return (*shared_done)(fail(std::move(admitted).error()));
        hand_over(std::move(*admitted), until, deadline_ms, std::move(*shared_done));
      });
  if (!taken) {
    (*shared_done)(fail(Code::kResourceExhausted, "the node is busy; try again in a moment"));
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
    // kDeadline means that a leader may still order it, so the wait goes on all the same.
    replica_.submit(std::move(batch), [this, id, valid_until_ms, deadline_ms, done](Status taken) {
      if (!taken && taken.error().code != Code::kDeadline) {
        return done(fail(std::move(taken).error()));
      }
      replica_.wait(id, valid_until_ms, deadline_ms, done);
    });
  });
}

Result<ledger::Verdict> Gateway::submit_and_wait(Bytes signed_operation,
                                                 std::uint64_t deadline_ms) {
  auto promise = std::make_shared<std::promise<Result<replica::OperationStatus>>>();
  auto answer = promise->get_future();
  submit(std::move(signed_operation), Until::kAttested, deadline_ms,
         [promise](Result<replica::OperationStatus> status) {
           promise->set_value(std::move(status));
         });
  constexpr std::chrono::milliseconds kSlice(100);
  constexpr std::uint64_t kGraceMs = 10'000;
  for (auto left = std::chrono::milliseconds(deadline_ms + kGraceMs);
       answer.wait_for(kSlice) != std::future_status::ready; left -= kSlice) {
    if (stopping_) return fail(Code::kCancelled, "the node is stopping");
    if (left <= kSlice) return fail(Code::kDeadline, "the ledger did not answer in time");
  }
  TRY(const auto status, answer.get());
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
