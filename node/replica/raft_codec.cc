// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/replica/raft_codec.h"

#include <utility>
#include <variant>

namespace sekisho::replica {
namespace {

using namespace consensus;  // NOLINT: this file is about nothing else

constexpr std::size_t kSnapshotRefSize = 8 * 3 + 32 * 2;

Bytes encode_snapshot(const SnapshotRef& snapshot) {
  Bytes out;
  put_u64(out, snapshot.index);
  put_u64(out, snapshot.term);
  put_u64(out, snapshot.height);
  out += snapshot.block_hash.view();
  out += snapshot.state_root.view();
  return out;
}

Result<SnapshotRef> parse_snapshot(BytesView bytes) {
  if (bytes.size() != kSnapshotRefSize)
    return fail(Code::kInvalidArgument, "snapshot reference has a wrong size");
  ByteReader reader(bytes);
  SnapshotRef snapshot;
  TRY(snapshot.index, reader.u64());
  TRY(snapshot.term, reader.u64());
  TRY(snapshot.height, reader.u64());
  TRY(snapshot.block_hash, reader.digest());
  TRY(snapshot.state_root, reader.digest());
  return snapshot;
}

class Writer {
 public:
  explicit Writer(v1::RaftMessage& wire) : wire_(wire) {}

  void operator()(const VoteRequest& body) {
    wire_.set_type(body.pre ? v1::PRE_VOTE : v1::VOTE);
    wire_.set_forced(body.transfer);
    wire_.set_index(body.last_index);
    wire_.set_log_term(body.last_term);
  }
  void operator()(const VoteReply& body) {
    wire_.set_type(body.pre ? v1::PRE_VOTE_REPLY : v1::VOTE_REPLY);
    wire_.set_reject(!body.granted);
    wire_.set_commit(body.commit);
    wire_.set_log_term(body.commit_term);
  }
  void operator()(const Append& body) {
    wire_.set_type(v1::APPEND);
    wire_.set_index(body.prev_index);
    wire_.set_log_term(body.prev_term);
    wire_.set_commit(body.commit);
    for (const consensus::Entry& entry : body.entries) {
      v1::Entry& out = *wire_.add_entries();
      out.set_term(entry.term);
      out.set_index(entry.index);
      out.set_kind(entry.kind == EntryKind::kNoop ? v1::NOOP : v1::NORMAL);
      if (entry.data) out.set_data(*entry.data);
    }
  }
  void operator()(const AppendReply& body) {
    wire_.set_type(v1::APPEND_REPLY);
    wire_.set_reject(body.rejected);
    wire_.set_index(body.rejected ? body.rejected_prev : body.match);
    wire_.set_hint_index(body.hint_index);
    wire_.set_hint_term(body.hint_term);
  }
  void operator()(const Heartbeat& body) {
    wire_.set_type(v1::HEARTBEAT);
    wire_.set_commit(body.commit);
    wire_.set_context(body.read_sequence);
  }
  void operator()(const HeartbeatReply& body) {
    wire_.set_type(v1::HEARTBEAT_REPLY);
    wire_.set_context(body.read_sequence);
  }
  void operator()(const SnapshotOffer& body) {
    wire_.set_type(v1::SNAPSHOT);
    wire_.set_snapshot(encode_snapshot(body.snapshot));
  }
  void operator()(const TimeoutNow&) { wire_.set_type(v1::TIMEOUT_NOW); }
  void operator()(const ReadIndexRequest& body) {
    wire_.set_type(v1::READ_INDEX);
    wire_.set_context(body.id);
  }
  void operator()(const ReadIndexReply& body) {
    wire_.set_type(v1::READ_INDEX_REPLY);
    wire_.set_context(body.id);
    wire_.set_index(body.index);
  }

 private:
  v1::RaftMessage& wire_;
};

Result<consensus::Entry> read_entry(v1::Entry& wire) {
  consensus::Entry entry;
  entry.term = wire.term();
  entry.index = wire.index();
  if (wire.kind() != v1::NORMAL && wire.kind() != v1::NOOP)
    return fail(Code::kInvalidArgument, "entry of an unknown kind");
  entry.kind = wire.kind() == v1::NOOP ? EntryKind::kNoop : EntryKind::kNormal;
  if (!wire.data().empty()) entry.data = make_payload(std::move(*wire.mutable_data()));
  return entry;
}

Result<Append> read_append(v1::RaftMessage& wire) {
  Append append{wire.index(), wire.log_term(), wire.commit(), {}};
  append.entries.reserve(static_cast<std::size_t>(wire.entries_size()));
  for (v1::Entry& entry : *wire.mutable_entries()) {
    TRY(auto read, read_entry(entry));
    append.entries.push_back(std::move(read));
  }
  return append;
}

AppendReply read_append_reply(const v1::RaftMessage& wire) {
  AppendReply reply;
  reply.rejected = wire.reject();
  (reply.rejected ? reply.rejected_prev : reply.match) = wire.index();
  reply.hint_index = wire.hint_index();
  reply.hint_term = wire.hint_term();
  return reply;
}

Result<Body> read_body(v1::RaftMessage& wire) {
  switch (wire.type()) {
    case v1::PRE_VOTE:
    case v1::VOTE:
      return VoteRequest{wire.type() == v1::PRE_VOTE, wire.forced(), wire.index(), wire.log_term()};
    case v1::PRE_VOTE_REPLY:
    case v1::VOTE_REPLY:
      return VoteReply{wire.type() == v1::PRE_VOTE_REPLY, !wire.reject(), wire.commit(),
                       wire.log_term()};
    case v1::APPEND:
      return read_append(wire);
    case v1::APPEND_REPLY:
      return read_append_reply(wire);
    case v1::HEARTBEAT:
      return Heartbeat{wire.commit(), wire.context()};
    case v1::HEARTBEAT_REPLY:
      return HeartbeatReply{wire.context()};
    case v1::SNAPSHOT: {
      TRY(const auto snapshot, parse_snapshot(wire.snapshot()));
      return SnapshotOffer{snapshot};
    }
    case v1::TIMEOUT_NOW:
      return TimeoutNow{};
    case v1::READ_INDEX:
      return ReadIndexRequest{wire.context()};
    case v1::READ_INDEX_REPLY:
      return ReadIndexReply{wire.context(), wire.index()};
    default:
      return fail(Code::kInvalidArgument, "consensus message of an unknown type");
  }
}

}  // namespace

void to_wire(const consensus::Message& message, v1::RaftMessage& wire) {
  wire.set_from(message.from);
  wire.set_to(message.to);
  wire.set_term(message.term);
  std::visit(Writer(wire), message.body);
}

Result<consensus::Message> from_wire(v1::RaftMessage& wire) {
  consensus::Message message;
  message.from = wire.from();
  message.to = wire.to();
  message.term = wire.term();
  TRY(message.body, read_body(wire));
  TRY_STATUS(consensus::validate(message));
  return message;
}

}  // namespace sekisho::replica
