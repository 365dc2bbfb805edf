// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/replica/waiters.h"

#include <utility>

#include "node/base/check.h"
#include "node/ledger/verdict.h"

namespace sekisho::replica {
OperationStatus status_of(const ledger::OperationRecord& record, std::uint64_t certified_height) {
  OperationStatus status;
  status.stage = OperationStage::kCommitted;
  if (record.height <= certified_height) status.stage = OperationStage::kAttested;
  status.index = record.index;
  status.height = record.height;
  status.block_time_ms = record.block_time_ms;
  status.verdict = record.verdict;
  status.digest = record.operation_digest;
  status.certified_height = certified_height;
  return status;
}

void Waiters::add(const Id16& id, std::uint64_t valid_until_ms, std::uint64_t deadline_ms,
                  OperationStatus status, WaitDone done) {
  CHECK(!status.is_final());
  const Number number = next_++;
  if (status.stage == OperationStage::kCommitted) {
    by_height_.emplace(status.height, number);
  } else {
    open_.emplace(id, number);
    if (valid_until_ms != 0) by_valid_until_.emplace(valid_until_ms, number);
  }
  by_deadline_.emplace(deadline_ms, number);
  waiters_.emplace(number,
                   Waiter{id, valid_until_ms, deadline_ms, std::move(status), std::move(done)});
}

void Waiters::committed(Number number, const OperationStatus& status) {
  Waiter& waiter = waiters_.at(number);
  by_valid_until_.erase({waiter.valid_until_ms, number});
  waiter.status = status;
  by_height_.emplace(status.height, number);
}

void Waiters::on_applied(const ledger::AppliedBlock& block) {
  if (open_.empty()) return;
  for (const ledger::OperationRecord& record : block.operations) {
    if (!ledger::claims_operation_id(static_cast<ledger::Verdict>(record.verdict))) continue;
    const auto begin = open_.lower_bound({record.operation_id, 0});
    auto end = begin;
    for (; end != open_.end() && end->first == record.operation_id; ++end)
      committed(end->second, status_of(record, 0));
    open_.erase(begin, end);
  }
}

void Waiters::take(Waiting::iterator waiter, Answers& answers) {
  const Number number = waiter->first;
  Waiter& value = waiter->second;
  by_deadline_.erase({value.deadline_ms, number});
  by_height_.erase({value.status.height, number});
  by_valid_until_.erase({value.valid_until_ms, number});
  open_.erase({value.id, number});
  answers.push_back({value.id, std::move(value.done), value.status});
  waiters_.erase(waiter);
}

Waiters::Answers Waiters::on_certified(std::uint64_t height, std::uint64_t block_time_ms) {
  Answers answers;
  while (!by_height_.empty() && by_height_.begin()->first <= height) {
    const auto waiter = waiters_.find(by_height_.begin()->second);
    waiter->second.status.stage = OperationStage::kAttested;
    waiter->second.status.certified_height = height;
    take(waiter, answers);
  }
  while (!by_valid_until_.empty() && by_valid_until_.begin()->first < block_time_ms) {
    const auto waiter = waiters_.find(by_valid_until_.begin()->second);
    waiter->second.status.stage = OperationStage::kExpired;
    waiter->second.status.certified_height = height;
    take(waiter, answers);
  }
  return answers;
}

Waiters::Answers Waiters::on_time(std::uint64_t now_ms) {
  Answers answers;
  while (!by_deadline_.empty() && by_deadline_.begin()->first <= now_ms)
    take(waiters_.find(by_deadline_.begin()->second), answers);
  return answers;
}

Waiters::Answers Waiters::take_all() {
  Answers answers;
  while (!waiters_.empty()) take(waiters_.begin(), answers);
  return answers;
}

}  // namespace sekisho::replica
