// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/replica/forwarder.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/base/probe.h"

namespace sekisho::replica {
namespace {

Status deadline_status(bool sent) {
  if (sent)
    return fail(Code::kDeadline, "the leader did not answer; the operation may still be ordered");
  return fail(Code::kUnavailable, "there is no leader at present; submit again");
}

std::size_t size_bytes(const Submission& submission) {
  std::size_t bytes = 0;
  for (const auto& operation : submission.operations) bytes += operation.signed_operation.size();
  return bytes;
}

}  // namespace

void Forwarder::add(Submission submission, std::uint64_t now_ms) {
  CHECK(submission.operations.size() <= kForwardOperationsMax);
  operations_ += submission.operations.size();
  for (const auto& operation : submission.operations) ++ids_[operation.operation_id];
  if (operations_ > limits::kPoolOperationsMax) {
    PROBE("forwarder_full");
    return finish(submission,
                  fail(Code::kResourceExhausted, "too many operations wait for the leader"));
  }
  queue_.push_back(std::move(submission));
  flush(now_ms);
}

void Forwarder::finish(Submission& submission, const Status& status) {
  CHECK(operations_ >= submission.operations.size());
  operations_ -= submission.operations.size();
  for (const auto& operation : submission.operations) {
    const auto found = ids_.find(operation.operation_id);
    CHECK(found != ids_.end());
    if (--found->second == 0) ids_.erase(found);
  }
  if (submission.done) std::exchange(submission.done, nullptr)(status);
}

Forwarder::Request Forwarder::next_request() {
  Request request;
  std::size_t operations = 0;
  std::size_t bytes = 0;
  while (!queue_.empty()) {
    Submission& next = queue_.front();
    operations += next.operations.size();
    bytes += size_bytes(next);
    const bool fits = operations <= kForwardOperationsMax && bytes <= kFrameBytesMax;
    if (!fits && !request.submissions.empty()) break;
    request.submissions.push_back(std::move(next));
    queue_.pop_front();
  }
  return request;
}

void Forwarder::flush(std::uint64_t now_ms) {
  if (leader_ == 0 || now_ms < not_before_ms_) return;
  while (!queue_.empty() && requests_.size() < kRequestsMax) {
    const std::uint64_t id = next_id_++;
    transmit(id, requests_[id] = next_request(), now_ms);
  }
}

void Forwarder::transmit(std::uint64_t id, Request& request, std::uint64_t now_ms) {
  ForwardFrame frame{id, {}};
  for (Submission& submission : request.submissions) {
    submission.sent = true;
    for (const auto& operation : submission.operations)
      frame.operations.push_back(operation.signed_operation);
  }
  request.sent_ms = now_ms;
  send_(leader_, frame);
}

void Forwarder::requeue(Request request) {
  queue_.insert(queue_.begin(), std::make_move_iterator(request.submissions.begin()),
                std::make_move_iterator(request.submissions.end()));
}

void Forwarder::set_leader(std::uint64_t leader, std::uint64_t now_ms) {
  if (leader == leader_) return;
  leader_ = leader;
  not_before_ms_ = 0;
  for (auto it = requests_.rbegin(); it != requests_.rend(); ++it) requeue(std::move(it->second));
  requests_.clear();
  flush(now_ms);
}

void Forwarder::on_reply(std::uint64_t from, const ForwardReplyFrame& reply, std::uint64_t now_ms) {
  const auto found = requests_.find(reply.request);
  if (found == requests_.end() || from != leader_) return;
  Request request = std::move(found->second);
  requests_.erase(found);
  if (!reply.status && reply.status.error().code == Code::kUnavailable) {
    PROBE("forward_refused_by_non_leader");
    requeue(std::move(request));
    not_before_ms_ = now_ms + options_.forward_retry_ms / 4;
    return;
  }
  for (Submission& submission : request.submissions) finish(submission, reply.status);
  flush(now_ms);
}

void Forwarder::expire(std::vector<Submission>& submissions, std::uint64_t now_ms) {
  const auto late = std::stable_partition(
      submissions.begin(), submissions.end(),
      [now_ms](const Submission& submission) { return submission.deadline_ms > now_ms; });
  for (auto it = late; it != submissions.end(); ++it) finish(*it, deadline_status(it->sent));
  submissions.erase(late, submissions.end());
}

void Forwarder::tick(std::uint64_t now_ms) {
  std::vector<Submission> waiting(std::make_move_iterator(queue_.begin()),
                                  std::make_move_iterator(queue_.end()));
  expire(waiting, now_ms);
  queue_.assign(std::make_move_iterator(waiting.begin()), std::make_move_iterator(waiting.end()));
  for (auto it = requests_.begin(); it != requests_.end();) {
    expire(it->second.submissions, now_ms);
    if (it->second.submissions.empty()) {
      it = requests_.erase(it);
      continue;
    }
    if (leader_ != 0 && now_ms >= it->second.sent_ms + options_.forward_retry_ms) {
      PROBE("forward_sent_again");
      transmit(it->first, it->second, now_ms);
    }
    ++it;
  }
  flush(now_ms);
}

std::vector<Submission> Forwarder::take_all() {
  std::vector<Submission> all;
  for (auto& [id, request] : requests_)
    all.insert(all.end(), std::make_move_iterator(request.submissions.begin()),
               std::make_move_iterator(request.submissions.end()));
  all.insert(all.end(), std::make_move_iterator(queue_.begin()),
             std::make_move_iterator(queue_.end()));
  requests_.clear();
  queue_.clear();
  ids_.clear();
  operations_ = 0;
  return all;
}

}  // namespace sekisho::replica
