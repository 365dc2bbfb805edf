// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "node/base/probe.h"
#include "node/replica/replica_impl.h"

namespace sekisho::replica {

void Replica::Impl::submit(std::vector<AdmittedOperation> operations, SubmitDone done) {
  SubmitDone later = [this, done = std::move(done)](Status status) {
    defer([done, status = std::move(status)] { done(status); });
  };
  if (stopped_) {
    later(fail(Code::kUnavailable, "this node has stopped; ask another one"));
    return run_deferred();
  }
  if (operations.empty() || operations.size() > kForwardOperationsMax) {
    later(fail(Code::kInvalidArgument, "submit 1 to 256 operations at a time"));
    return run_deferred();
  }
  for (const AdmittedOperation& operation : operations) memory_.remember(operation.digest, true);
  enter({std::move(operations), std::move(later), now_ms() + config_.options.forward_deadline_ms,
         false});
  pump();
}

bool Replica::Impl::in_hand(const Id16& id) const {
  return pool_.contains(id) || forwarder_.contains(id);
}

OperationStatus Replica::Impl::lookup(const Id16& id, std::uint64_t valid_until_ms) {
  OperationStatus status;
  status.certified_height = certifier_.certified_height();
  // The commonest question, of one that was just submitted, needs no disk.
  if (valid_until_ms >= parts_.state.head().block_time_ms && !parts_.state.spent(id)) {
    if (in_hand(id)) status.stage = OperationStage::kPending;
    return status;
  }
  const storage::LedgerView view = parts_.ledger.view();
  const auto index = view.find_operation(id);
  if (!index) {
    fatal(index.error().within("ledger"));
    return status;
  }
  if (*index) {
    const auto record = view.operation(**index);
    if (record) return status_of(*record, status.certified_height);
    fatal(record.error().within("ledger"));
    return status;
  }
  if (valid_until_ms != 0 && valid_until_ms < certified_time_ms_) {
    status.stage = OperationStage::kExpired;
  } else if (in_hand(id)) {
    status.stage = OperationStage::kPending;
  }
  return status;
}

void Replica::Impl::wait(const Id16& id, std::uint64_t valid_until_ms, std::uint64_t deadline_ms,
                         WaitDone done) {
  if (stopped_) {
    defer([done = std::move(done)] { done(OperationStatus{}); });
    return run_deferred();
  }
  const OperationStatus status = lookup(id, valid_until_ms);
  if (status.is_final() || deadline_ms == 0 || stopped_ || waiters_.size() >= limits::kWaitersMax) {
    defer([done = std::move(done), status] { done(status); });
  } else {
    waiters_.add(id, valid_until_ms, now_ms() + deadline_ms, status, std::move(done));
  }
  run_deferred();
}

void Replica::Impl::answer(Waiters::Answers answers) {
  for (Waiters::Answer& answer : answers) {
    OperationStatus& status = answer.status;
    if (status.stage == OperationStage::kNotSeen || status.stage == OperationStage::kPending)
      status.stage = in_hand(answer.id) ? OperationStage::kPending : OperationStage::kNotSeen;
    status.certified_height = certifier_.certified_height();
    defer([done = std::move(answer.done), status] { done(status); });
  }
}

void Replica::Impl::read_index(ReadDone done) {
  const std::uint64_t context = next_read_++;
  reads_[context] = {std::move(done), now_ms() + config_.options.read_deadline_ms, 0};
  const Status asked = core_.read_index(context);
  if (!asked) finish_read(context, fail(asked.error()));
  pump();
}

void Replica::Impl::finish_read(std::uint64_t context, Result<std::uint64_t> result) {
  const auto read = reads_.find(context);
  if (read == reads_.end()) return;
  defer([done = std::move(read->second.done), result = std::move(result)] { done(result); });
  reads_.erase(read);
}

void Replica::Impl::expire_reads() {
  for (auto it = reads_.begin(); it != reads_.end() && it->second.deadline_ms <= now_ms();) {
    const std::uint64_t context = (it++)->first;
    PROBE("read_index_lost");
    core_.forget_read(context);
    finish_read(context, fail(Code::kDeadline, "no quorum confirmed the read in time"));
  }
}

ReplicaStatus Replica::Impl::status() const {
  ReplicaStatus status;
  const bool candidate =
      core_.role() == consensus::Role::kCandidate || core_.role() == consensus::Role::kPreCandidate;
  status.role = leading()   ? ReplicaRole::kLeader
                : candidate ? ReplicaRole::kCandidate
                            : ReplicaRole::kFollower;
  status.leader = core_.leader();
  status.term = core_.term();
  status.commit_index = core_.commit();
  status.applied_index = core_.applied_index();
  status.applied_height = parts_.state.height();
  status.attested_height = attested_height_;
  status.certified_height = certifier_.certified_height();
  status.tree_size = parts_.state.tree_size();
  status.block_time_ms = parts_.state.head().block_time_ms;
  status.pool_operations = pool_.operations();
  status.pool_bytes = pool_.bytes();
  status.blocks_in_flight = blocks_in_flight();
  status.apply_queue = apply_queue_.size();
  status.forwards = forwarder_.operations();
  status.waiters = waiters_.size();
  status.skew_refusals = skew_refusals_;
  status.evidence = evidence_;
  status.frames_rejected = frames_rejected_;
  status.stopped = stopped_;
  for (const std::uint64_t peer : peers_) {
    const auto progress = core_.peers().find(peer);
    const bool known = leading() && progress != core_.peers().end();
    status.peers.push_back(
        {peer, known ? progress->second.match : 0, certifier_.attested_height(peer)});
  }
  return status;
}

Status Replica::Impl::transfer_leadership(std::uint64_t node) {
  if (stopped_ || !leading()) return fail(Code::kFailedPrecondition, "this node does not lead");
  Status status = core_.transfer_leadership(node);
  pump();
  return status;
}

}  // namespace sekisho::replica
