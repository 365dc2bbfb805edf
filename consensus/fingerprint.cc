// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// A core as bytes that are equal when it behaves equally: what exploration tells states apart by.
#include <string>
#include <variant>

#include "consensus/core.h"

namespace sekisho::consensus {
namespace {

void put(Bytes& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

void put_ids(Bytes& out, const std::vector<NodeId>& ids) {
  put(out, ids.size());
  for (const NodeId id : ids) put(out, id);
}

void put_snapshot(Bytes& out, const std::optional<SnapshotRef>& snapshot) {
  put(out, snapshot ? 1 : 0);
  if (!snapshot) return;
  put(out, snapshot->index);
  put(out, snapshot->term);
  put(out, snapshot->height);
}

void put_body(Bytes& out, const VoteRequest& body) {
  put(out, body.pre ? 1 : 0);
  put(out, body.transfer ? 1 : 0);
  put(out, body.last_index);
  put(out, body.last_term);
}

void put_body(Bytes& out, const VoteReply& body) {
  put(out, body.pre ? 1 : 0);
  put(out, body.granted ? 1 : 0);
  put(out, body.commit);
  put(out, body.commit_term);
}

void put_body(Bytes& out, const Append& body) {
  put(out, body.prev_index);
  put(out, body.prev_term);
  put(out, body.commit);
  put(out, body.entries.size());
  for (const Entry& entry : body.entries) append_fingerprint(entry, out);
}

void put_body(Bytes& out, const AppendReply& body) {
  put(out, body.rejected ? 1 : 0);
  put(out, body.match);
  put(out, body.rejected_prev);
  put(out, body.hint_index);
  put(out, body.hint_term);
}

void put_body(Bytes& out, const Heartbeat& body) {
  put(out, body.commit);
  put(out, body.read_sequence);
}

void put_body(Bytes& out, const HeartbeatReply& body) { put(out, body.read_sequence); }

void put_body(Bytes& out, const SnapshotOffer& body) { put_snapshot(out, body.snapshot); }

void put_body(Bytes&, const TimeoutNow&) {}

void put_body(Bytes& out, const ReadIndexRequest& body) { put(out, body.id); }

void put_body(Bytes& out, const ReadIndexReply& body) {
  put(out, body.id);
  put(out, body.index);
}

}  // namespace

void append_fingerprint(const Entry& entry, Bytes& out) {
  put(out, entry.term);
  put(out, entry.index);
  put(out, static_cast<std::uint64_t>(entry.kind));
  put(out, entry.view().size());
  out += entry.view();
}

void append_fingerprint(const Message& message, Bytes& out) {
  put(out, message.from);
  put(out, message.to);
  put(out, message.term);
  put(out, message.body.index());
  std::visit([&out](const auto& body) { put_body(out, body); }, message.body);
}

void LogView::append_fingerprint(PersistToken durable, Bytes& out) const {
  put(out, base_index_);
  put(out, base_term_);
  put(out, tail_first_);
  put(out, tail_.size());
  for (const Entry& entry : tail_) consensus::append_fingerprint(entry, out);
  put(out, staged_);
  put(out, persisted_);
  put(out, stored_last_);
  put(out, in_flight_.size());
  for (const InFlight& write : in_flight_) {
    put(out, write.token - durable);
    put(out, write.last);
  }
  put(out, failure_ ? 1 : 0);
}

void Outbox::append_fingerprint(PersistToken durable, Bytes& out) const {
  put(out, staged_.size());
  for (const Staged& staged : staged_) {
    put(out, static_cast<std::uint64_t>(staged.promise));
    consensus::append_fingerprint(staged.message, out);
  }
  put(out, held_.size());
  for (const auto& [token, messages] : held_) {
    put(out, token - durable);
    put(out, messages.size());
    for (const Message& message : messages) consensus::append_fingerprint(message, out);
  }
  put(out, ready_.size());
  for (const Message& message : ready_) consensus::append_fingerprint(message, out);
}

void Inflights::append_fingerprint(Bytes& out) const {
  put(out, appends_.size());
  for (const InFlight& append : appends_) {
    put(out, append.last_index);
    put(out, append.size_bytes);
  }
}

void Progress::append_fingerprint(Bytes& out) const {
  put(out, match);
  put(out, next);
  put(out, static_cast<std::uint64_t>(state));
  put(out, (paused ? 1u : 0u) | (due ? 2u : 0u) | (recently_active ? 4u : 0u));
  put(out, sent_commit);
  put(out, pending_snapshot);
  put(out, acked_read);
  inflights.append_fingerprint(out);
}

void ReadRounds::append_fingerprint(Bytes& out) const {
  put(out, sequence_);
  put(out, confirmed_index_);
  put(out, round_ ? round_->commit + 1 : 0);
  for (const auto* list : {&waiting_, round_ ? &round_->requests : &waiting_}) {
    put(out, list->size());
    for (const ReadRequest& request : *list) {
      put(out, request.from);
      put(out, request.id);
    }
  }
}

void ForwardedReads::append_fingerprint(Bytes& out) const {
  put(out, contexts_.size());
  for (const auto& [id, context] : contexts_) {
    put(out, id);
    put(out, context);
  }
}

void Core::append_fingerprint(Bytes& out) const {
  put(out, stopped_ ? 1 : 0);
  log_.append_fingerprint(durable_, out);
  put_ids(out, configuration_.voters);
  put_ids(out, configuration_.outgoing);
  put_ids(out, configuration_.learners);
  for (const std::uint64_t value : {term_, voted_for_, commit_, applying_, applied_, leader_,
                                    acknowledged_, term_start_, transferee_}) {
    put(out, value);
  }
  put(out, static_cast<std::uint64_t>(role_));
  for (const std::uint32_t ticks : {election_elapsed_, heartbeat_elapsed_, election_timeout_}) {
    put(out, ticks);
  }
  put(out, ballots_.size());
  for (const auto& [id, granted] : ballots_) put(out, 2 * id + (granted ? 1 : 0));
  put(out, peers_.size());
  for (const auto& [id, progress] : peers_) {
    put(out, id);
    progress.append_fingerprint(out);
  }
  put(out, all_due_ ? 1 : 0);
  put(out, applying_budget_.bytes());
  put(out, role_ == Role::kLeader ? uncommitted_.bytes() : 0);
  rounds_.append_fingerprint(out);
  forwarded_.append_fingerprint(out);
  put_snapshot(out, offered_);
  put_snapshot(out, installing_);
  put(out, written_.term);
  put(out, written_.voted_for);
  put(out, written_.commit);
  put(out, last_token_ - durable_);
  put(out, term_token_ > durable_ ? term_token_ - durable_ : 0);
  outbox_.append_fingerprint(durable_, out);
}

}  // namespace sekisho::consensus
