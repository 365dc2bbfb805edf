// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>

#include <google/protobuf/io/coded_stream.h>

#include "node/base/check.h"
#include "node/base/log.h"
#include "node/base/probe.h"
#include "node/replica/replica_impl.h"
#include "proto/v1/block.pb.h"

namespace sekisho::replica {
namespace {

// Block time of a body without parsing all of it; nothing when it is not where our encoder puts it.
std::optional<std::uint64_t> peek_block_time(BytesView body) {
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const std::uint8_t*>(body.data()),
                                               static_cast<int>(body.size()));
  constexpr std::uint32_t kBlockTimeTag = v1::BlockBody::kBlockTimeMsFieldNumber << 3;
  std::uint64_t value = 0;
  if (input.ReadTag() != kBlockTimeTag || !input.ReadVarint64(&value)) return std::nullopt;
  return value;
}

Bytes make_body(std::uint64_t block_time_ms, const std::vector<AdmittedOperation>& operations) {
  v1::BlockBody body;
  body.set_block_time_ms(block_time_ms);
  for (const AdmittedOperation& operation : operations)
    body.add_operations(operation.signed_operation);
  Bytes bytes;
  CHECK(body.SerializeToString(&bytes));
  return bytes;
}

}  // namespace

// A new leader waits for its own no-op: then everything older is applied, so block time is known
// and what an earlier leader ordered is not ordered again.
bool Replica::Impl::may_propose() const {
  return leading() && core_.applied_index() >= core_.term_start_index() &&
         core_.transferee() == consensus::kNobody;
}

std::size_t Replica::Impl::blocks_in_flight() const {
  const consensus::Index applied = core_.applied_index();
  return last_proposed_index_ > applied ? last_proposed_index_ - applied : 0;
}

void Replica::Impl::propose() {
  while (!stopped_ && may_propose() && blocks_in_flight() < config_.options.blocks_in_flight_max) {
    if (!worth_a_block() || !propose_block()) return;
  }
}

// Each block costs every node two syncs, a signature and several messages, whatever it holds. So
// the first goes at once, and while it is under way others gather.
bool Replica::Impl::worth_a_block() const {
  if (idle_block_wanted_) return true;
  const std::size_t least = blocks_in_flight() == 0 ? 1 : config_.options.block_worth_operations;
  return pool_.waiting() >= least;
}

bool Replica::Impl::propose_block() {
  const std::uint64_t newest = std::max(parts_.state.head().block_time_ms, last_proposed_time_ms_);
  const std::uint64_t block_time_ms = std::max(newest + 1, parts_.clock.unix_ms());
  const consensus::Index index = core_.log().last_index() + 1;
  const auto& operations = pool_.take(index, config_.options.block_operations_max,
                                      config_.options.block_bytes_max, block_time_ms);
  // Nothing of what waited is in time any more. A block without operations says so to those who
  // wait for an outcome: with it ledger time has passed their validity, and never is provable.
  if (operations.empty() && !idle_block_wanted_) PROBE("all_waiting_operations_expired");
  const auto proposed = core_.propose({make_body(block_time_ms, operations)});
  if (!proposed) {
    PROBE("proposal_refused");
    pool_.put_back(index);
    return false;
  }
  CHECK(proposed->first == index);
  last_proposed_index_ = index;
  last_proposed_time_ms_ = block_time_ms;
  last_block_ms_ = now_ms();
  idle_block_wanted_ = false;
  return true;
}

// Validity and deadlines are measured in ledger time, so it moves on even when nobody works.
void Replica::Impl::want_idle_block() {
  const std::uint64_t idle_ms = config_.options.idle_block_ms;
  if (idle_ms == 0 || !leading() || now_ms() < last_block_ms_ + idle_ms) return;
  PROBE("idle_block");
  idle_block_wanted_ = true;
}

Status Replica::Impl::pool_operations(std::vector<AdmittedOperation> operations) {
  const std::uint64_t block_time_ms = parts_.state.head().block_time_ms;
  std::vector<AdmittedOperation> fresh;
  bool expired = false;
  for (AdmittedOperation& operation : operations) {
    if (parts_.state.spent(operation.operation_id)) continue;
    if (operation.valid_until_ms >= block_time_ms) {
      fresh.push_back(std::move(operation));
      continue;
    }
    auto found = parts_.ledger.view().find_operation(operation.operation_id);
    if (!found) {
      fatal(found.error().within("ledger"));
      return fail(Code::kUnavailable, "this node has stopped; ask another one");
    }
    expired = expired || !*found;
  }
  if (fresh.empty() && expired)
    return fail(Code::kFailedPrecondition, "the operation's valid_until is over; sign a new one");
  return pool_.add(std::move(fresh));
}

void Replica::Impl::enter(Submission submission) {
  if (!leading()) return forwarder_.add(std::move(submission), now_ms());
  Status status = pool_operations(std::move(submission.operations));
  if (submission.done) submission.done(std::move(status));
}

void Replica::Impl::on_forward(std::uint64_t from_node, ForwardFrame frame) {
  ForwardReplyFrame reply{frame.request, {}, core_.leader()};
  if (!leading()) {
    PROBE("forward_reached_a_follower");
    reply.status = fail(Code::kUnavailable, "this node does not lead");
    return send(from_node, reply);
  }
  gate_.admit(std::move(frame.operations), [this, from_node, reply](auto admitted) mutable {
    if (stopped_) return;
    if (!admitted) {
      reply.status = sekisho::fail(admitted.error());
    } else if (!leading()) {
      reply.status = sekisho::fail(Code::kUnavailable, "this node leads no more");
    } else {
      reply.status = pool_operations(*std::move(admitted));
    }
    send(from_node, reply);
    pump();
  });
}

void Replica::Impl::take_over_forwards() {
  for (Submission& submission : forwarder_.take_all()) enter(std::move(submission));
}

// What was accepted here and not yet ordered goes to the next leader; the ledger knows an operation
// by its id, so what is ordered after all is not ordered twice.
void Replica::Impl::hand_over_pool() {
  std::vector<AdmittedOperation> rest = pool_.drain();
  last_proposed_index_ = 0;
  last_proposed_time_ms_ = 0;
  idle_block_wanted_ = false;
  if (!rest.empty()) PROBE("pool_handed_over");
  const std::uint64_t deadline_ms = now_ms() + config_.options.forward_deadline_ms;
  for (std::size_t begin = 0; begin < rest.size(); begin += kForwardOperationsMax) {
    const std::size_t end = std::min(begin + kForwardOperationsMax, rest.size());
    Submission submission;
    submission.operations.assign(std::make_move_iterator(rest.begin() + std::ptrdiff_t(begin)),
                                 std::make_move_iterator(rest.begin() + std::ptrdiff_t(end)));
    submission.deadline_ms = deadline_ms;
    forwarder_.add(std::move(submission), now_ms());
  }
}

// Dropping is what a lossy network does, so it is safe. The leader that nobody hears loses its
// quorum and somebody whose clock agrees takes over. Blocks that are committed, or were proposed by
// an earlier leader, pass: they are not this leader's doing.
bool Replica::Impl::untimely(const consensus::Message& message) {
  const std::uint64_t limit_ms = parts_.clock.unix_ms() + policy_.clock_skew_max_ms;
  if (const auto* append = std::get_if<consensus::Append>(&message.body)) {
    for (const consensus::Entry& entry : append->entries) {
      if (entry.term != message.term || entry.index <= append->commit) continue;
      const auto time_ms = peek_block_time(entry.view());
      if (!time_ms || *time_ms <= limit_ms) continue;
      PROBE("leader_clock_ahead");
      if (untimely_term_ != message.term)
        log::warning("leader_clock_ahead", {{"node", message.from}, {"term", message.term}});
      untimely_term_ = message.term;
      untimely_until_ms_ = *time_ms;
      return true;
    }
    return false;
  }
  if (!std::holds_alternative<consensus::Heartbeat>(message.body)) return false;
  return message.term == untimely_term_ && untimely_until_ms_ > limit_ms;
}

}  // namespace sekisho::replica
