// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <variant>

#include "node/base/check.h"
#include "node/base/log.h"
#include "node/base/probe.h"
#include "node/replica/replica_impl.h"
#include "node/state/queries.h"

namespace sekisho::replica {

Replica::Impl::Impl(Config config, Parts parts, consensus::Core core)
    : config_(std::move(config)),
      parts_(parts),
      core_(std::move(core)),
      memory_(config_.chain_id, config_.options.verified_digests_max),
      gate_(config_.chain_id, parts_.verifier, memory_, parts_.state, [this] { pump(); }),
      pool_(limits::kPoolOperationsMax, limits::kPoolBytesMax),
      forwarder_(config_.options,
                 [this](std::uint64_t to, const ForwardFrame& frame) { send(to, frame); }),
      certifier_(config_.options.defects_for_tests.certify_with_one_line ? 1 : 0) {}

Status Replica::Impl::begin() {
  CHECK(config_.chain_id == parts_.state.chain_id());
  policy_ = state::policy(parts_.state);
  origin_ = state::consortium(parts_.state).name;
  for (const state::Node& node : state::nodes(parts_.state))
    if (node.node_number != config_.node_number) peers_.push_back(node.node_number);
  refresh_voters();
  const storage::LedgerView view = parts_.ledger.view();
  TRY(attested_height_, view.attested_height());
  TRY(const auto certified, view.certified_height());
  certifier_.set_certified_height(certified);
  if (certified != 0) {
    TRY(const auto header, view.header(certified));
    certified_time_ms_ = header.block_time_ms;
  }
  last_block_ms_ = uncertified_since_ms_ = now_ms();
  take_up_attestations();
  pump();
  return {};
}

void Replica::Impl::broadcast(const Bytes& frame) {
  for (const std::uint64_t peer : peers_)
    if (!stopped_) parts_.transport.send(peer, frame);
}

void Replica::Impl::fatal(const Error& error) {
  if (std::exchange(stopped_, true)) return;
  log::error("replica_stopped", {{"reason", error.to_string()}});
  core_.storage_failed(error);
  parts_.observer.on_fatal(error);
  const Status refused = fail(Code::kUnavailable, "this node has stopped; ask another one");
  for (Submission& submission : forwarder_.take_all())
    if (submission.done) defer([done = std::move(submission.done), refused] { done(refused); });
  answer(waiters_.take_all());
  while (!reads_.empty()) finish_read(reads_.begin()->first, sekisho::fail(refused.error()));
}

bool Replica::Impl::good(const Status& status) {
  if (status) return true;
  if (const auto& stopped = core_.stopped()) {
    fatal(*stopped);
  } else {
    ++frames_rejected_;
    log::warning("consensus_refused", {{"reason", status.error().to_string()}});
  }
  return false;
}

void Replica::Impl::tick() {
  if (stopped_) return;
  if (!good(core_.tick())) return run_deferred();
  forwarder_.tick(now_ms());
  expire_reads();
  answer(waiters_.on_time(now_ms()));
  chase_certificate();
  want_idle_block();
  pump();
}

void Replica::Impl::on_persisted(std::uint64_t token, Status status) {
  if (stopped_) return;
  if (!status) {
    fatal(status.error().within("consensus log"));
    return run_deferred();
  }
  good(core_.persisted(token));
  pump();
}

void Replica::Impl::on_frame(std::uint64_t from_node, BytesView bytes) {
  if (stopped_) return;
  auto frame = parse_frame(bytes);
  if (!frame) {
    PROBE("foreign_frame_refused");
    ++frames_rejected_;
    log::warning("frame_refused", {{"node", from_node}, {"reason", frame.error().to_string()}});
    return;
  }
  dispatch(from_node, *std::move(frame));
  pump();
}

void Replica::Impl::dispatch(std::uint64_t from_node, Frame frame) {
  if (auto* message = std::get_if<consensus::Message>(&frame)) {
    on_message(from_node, std::move(*message));
  } else if (const auto* attestation = std::get_if<AttestationFrame>(&frame)) {
    on_attestation(from_node, *attestation);
  } else if (auto* forward = std::get_if<ForwardFrame>(&frame)) {
    on_forward(from_node, std::move(*forward));
  } else if (const auto* reply = std::get_if<ForwardReplyFrame>(&frame)) {
    forwarder_.on_reply(from_node, *reply, now_ms());
  } else if (const auto* request = std::get_if<CertificateRequestFrame>(&frame)) {
    on_certificate_request(from_node, *request);
  }
}

void Replica::Impl::on_message(std::uint64_t from_node, consensus::Message message) {
  if (message.from != from_node) {
    PROBE("message_under_a_foreign_name");
    ++frames_rejected_;
    return;
  }
  if (untimely(message)) return;
  good(core_.step(std::move(message)));
}

// Until nothing is wanted any more: applying, for one, makes room for proposing. Parts that answer
// from inside (`progress` of the gate) find the loop running and leave the rest to it.
void Replica::Impl::pump() {
  if (stopped_ || pumping_) return run_deferred();
  pumping_ = true;
  for (bool more = true; more && !stopped_;) {
    propose();
    consensus::Actions actions = core_.take_actions();
    more = !actions.empty();
    carry_out(std::move(actions));
    const consensus::Index before = core_.applied_index();
    apply_ready();
    more = more || core_.applied_index() != before;
  }
  if (!stopped_) serve_reads();
  pumping_ = false;
  run_deferred();
}

void Replica::Impl::carry_out(consensus::Actions actions) {
  if (actions.role) on_role(*actions.role);
  if (actions.persist) {
    for (const consensus::Entry& entry : actions.persist->entries) gate_.prefetch(entry);
    parts_.log_writer.persist(*std::move(actions.persist));
  }
  for (const consensus::Message& message : actions.messages) send(message.to, message);
  for (consensus::Entry& entry : actions.committed) apply_queue_.push_back(std::move(entry));
  for (const consensus::ReadReady& ready : actions.reads)
    if (const auto read = reads_.find(ready.context); read != reads_.end())
      read->second.index = ready.index;
  for (const std::uint64_t context : actions.reads_aborted) {
    PROBE("read_aborted");
    finish_read(context, sekisho::fail(Code::kUnavailable, "leadership moved; ask again"));
  }
  if (actions.install) {
    // Logs are never compacted below what a peer may need, so nobody offers a snapshot.
    log::warning("snapshot_refused", {{"height", actions.install->height}});
    good(core_.snapshot_abandoned());
  }
}

void Replica::Impl::on_role(const consensus::RoleChange& change) {
  log::info("role", {{"role", consensus::role_name(change.role)},
                     {"term", change.term},
                     {"leader", change.leader}});
  const bool was_leader = role_ == consensus::Role::kLeader;
  role_ = change.role;
  if (was_leader && !leading()) hand_over_pool();
  forwarder_.set_leader(leading() ? 0 : change.leader, now_ms());
  if (leading() && !was_leader) take_over_forwards();
}

void Replica::Impl::run_deferred() {
  if (running_deferred_) return;
  running_deferred_ = true;
  while (!deferred_.empty()) {
    const std::function<void()> callback = std::move(deferred_.front());
    deferred_.pop_front();
    callback();
  }
  running_deferred_ = false;
}

}  // namespace sekisho::replica
