// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "consensus/message.h"

#include <string>

#include "node/base/limits.h"

namespace sekisho::consensus {
namespace {

auto invalid(const std::string& what) {
  return fail(Code::kInvalidArgument, "consensus message refused: " + what);
}

Status check_index(Index index, const char* name) {
  if (index > kIndexMax) return invalid(std::string(name) + " is out of range");
  return {};
}

// An index and the term of the entry there: both are 0, or neither is.
Status check_place(Index index, Term term, Term term_max, const char* name) {
  TRY_STATUS(check_index(index, name));
  if ((index == 0) != (term == 0)) return invalid(std::string(name) + " and its term do not agree");
  if (term > term_max) return invalid(std::string(name) + " is of a term above the message's");
  return {};
}

Status check_entry(const Entry& entry, Index index, Term term_min, Term term_max) {
  if (entry.index != index) return invalid("entries are not contiguous");
  if (entry.term < term_min || entry.term == 0) return invalid("entry terms go backwards");
  if (entry.term > term_max) return invalid("an entry is of a term above the message's");
  if (entry.kind != EntryKind::kNormal && entry.kind != EntryKind::kNoop) {
    return invalid("an entry is of an unknown kind");
  }
  if (entry.kind == EntryKind::kNoop && !entry.view().empty()) {
    return invalid("an empty kind of entry carries a payload");
  }
  if (entry.view().size() > limits::kBlockSizeMax) return invalid("an entry is too large");
  return {};
}

Status check_body(const VoteRequest& body, Term term) {
  TRY_STATUS(check_place(body.last_index, body.last_term, term, "last index"));
  if (body.last_term == term) return invalid("a candidate has an entry of the term it asks for");
  if (body.pre && body.transfer) return invalid("a transfer asks for no pre-vote");
  return {};
}

Status check_body(const VoteReply& body, Term term) {
  return check_place(body.commit, body.commit_term, term, "commit index");
}

Status check_body(const Append& body, Term term) {
  TRY_STATUS(check_place(body.prev_index, body.prev_term, term, "previous index"));
  TRY_STATUS(check_index(body.commit, "commit index"));
  if (body.entries.size() > kAppendEntriesMax) return invalid("too many entries");
  Index index = body.prev_index;
  Term entry_term = body.prev_term;
  for (const Entry& entry : body.entries) {
    TRY_STATUS(check_entry(entry, ++index, entry_term, term));
    entry_term = entry.term;
  }
  return {};
}

Status check_body(const AppendReply& body, Term term) {
  TRY_STATUS(check_index(body.match, "match index"));
  TRY_STATUS(check_index(body.rejected_prev, "rejected index"));
  if (!body.rejected) return {};
  TRY_STATUS(check_place(body.hint_index, body.hint_term, term, "hint"));
  if (body.hint_index > body.rejected_prev) return invalid("a hint lies above the rejected index");
  return {};
}

Status check_body(const Heartbeat& body, Term) { return check_index(body.commit, "commit index"); }

Status check_body(const HeartbeatReply&, Term) { return {}; }

Status check_body(const SnapshotOffer& body, Term term) {
  if (body.snapshot.index == 0) return invalid("a snapshot of nothing");
  return check_place(body.snapshot.index, body.snapshot.term, term, "snapshot index");
}

Status check_body(const TimeoutNow&, Term) { return {}; }

Status check_body(const ReadIndexRequest&, Term) { return {}; }

Status check_body(const ReadIndexReply& body, Term) {
  return check_index(body.index, "read index");
}

}  // namespace

Status validate(const Message& message) {
  if (message.from == kNobody || message.to == kNobody) return invalid("a node id is 0");
  if (message.from == message.to) return invalid("it comes from its receiver");
  if (message.term == 0 || message.term > kTermMax) return invalid("the term is out of range");
  return std::visit([&](const auto& body) { return check_body(body, message.term); }, message.body);
}

std::size_t size_bytes(const Message& message) {
  std::size_t size = 64;
  if (const auto* append = std::get_if<Append>(&message.body)) {
    for (const Entry& entry : append->entries) size += entry.size_bytes();
  }
  return size;
}

}  // namespace sekisho::consensus
