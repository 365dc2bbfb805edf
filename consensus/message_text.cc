// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "consensus/message.h"

namespace sekisho::consensus {
namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string place(Index index, Term term) { return number(index) + "/" + number(term); }

std::string text(const VoteRequest& body) {
  return std::string(body.pre ? "pre-vote" : "vote") +
         " last=" + place(body.last_index, body.last_term) + (body.transfer ? " transfer" : "");
}

std::string text(const VoteReply& body) {
  const std::string kind = body.pre ? "pre-vote" : "vote";
  if (body.granted) return kind + " granted";
  return kind + " refused commit=" + place(body.commit, body.commit_term);
}

std::string text(const Append& body) {
  std::string out = "append prev=" + place(body.prev_index, body.prev_term) +
                    " commit=" + number(body.commit) + " [";
  for (std::size_t i = 0; i < body.entries.size(); ++i) {
    if (i > 0) out += ' ';
    out += place(body.entries[i].index, body.entries[i].term);
  }
  return out + "]";
}

std::string text(const AppendReply& body) {
  if (!body.rejected) return "append accepted match=" + number(body.match);
  return "append rejected prev=" + number(body.rejected_prev) +
         " hint=" + place(body.hint_index, body.hint_term);
}

std::string read_text(std::uint64_t sequence) {
  return sequence == 0 ? "" : " read=" + number(sequence);
}

std::string text(const Heartbeat& body) {
  return "heartbeat commit=" + number(body.commit) + read_text(body.read_sequence);
}

std::string text(const HeartbeatReply& body) {
  return "heartbeat answered" + read_text(body.read_sequence);
}

std::string text(const SnapshotOffer& body) {
  return "snapshot at=" + place(body.snapshot.index, body.snapshot.term);
}

std::string text(const TimeoutNow&) { return "timeout-now"; }

std::string text(const ReadIndexRequest&) { return "read-index asked"; }

std::string text(const ReadIndexReply& body) { return "read-index answered " + number(body.index); }

}  // namespace

std::string to_string(const Message& message) {
  const std::string head =
      number(message.from) + ">" + number(message.to) + " t" + number(message.term) + " ";
  return head + std::visit([](const auto& body) { return text(body); }, message.body);
}

}  // namespace sekisho::consensus
