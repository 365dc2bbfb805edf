// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/core/judge.h"

#include <algorithm>
#include <utility>

#include "consensus/membership.h"
#include "node/base/check.h"

namespace sekisho::core_simulation {
namespace {

using consensus::Index;
using consensus::NodeId;

char bits_of(const std::vector<NodeId>& ids) {
  unsigned bits = 0;
  for (const NodeId id : ids) bits |= 1u << (id - 1);
  return static_cast<char>(bits);
}

std::vector<NodeId> ids_of(char byte) {
  std::vector<NodeId> ids;
  for (NodeId id = 1; id <= 8; ++id) {
    if ((static_cast<unsigned char>(byte) >> (id - 1) & 1) != 0) ids.push_back(id);
  }
  return ids;
}

std::uint64_t mixed(std::uint64_t hash, BytesView bytes) {
  for (const char byte : bytes) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  }
  return hash;
}

std::string node(NodeId id) { return "node " + std::to_string(id); }

}  // namespace

Bytes write_payload(std::size_t key, std::uint64_t value) {
  Bytes payload = "w";
  payload.push_back(static_cast<char>(key));
  for (int shift = 0; shift < 64; shift += 8) payload.push_back(static_cast<char>(value >> shift));
  return payload;
}

Bytes membership_payload(const consensus::Configuration& configuration) {
  return {'m', bits_of(configuration.voters), bits_of(configuration.outgoing),
          bits_of(configuration.learners)};
}

bool is_membership(BytesView payload) { return payload.size() == 4 && payload.front() == 'm'; }

consensus::Configuration parse_membership(BytesView payload) {
  CHECK(is_membership(payload));
  return {ids_of(payload[1]), ids_of(payload[2]), ids_of(payload[3])};
}

void apply_to(Machine& machine, const consensus::Entry& entry) {
  const BytesView payload = entry.view();
  machine.applied = entry.index;
  machine.chain = mixed(machine.chain + entry.term * 0x9e3779b97f4a7c15 + 1, payload);
  if (is_membership(payload)) {
    machine.configuration = parse_membership(payload);
    machine.configured_at = entry.index;
  } else if (payload.size() == 10 && payload.front() == 'w') {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      value |= std::uint64_t{static_cast<unsigned char>(payload[2 + i])} << (8 * i);
    }
    machine.registers.at(static_cast<std::size_t>(payload[1])) = value;
  }
}

void Judge::adopt(std::vector<std::string> broken) {
  for (std::string& what : broken) broken_.push_back(std::move(what));
}

std::size_t Judge::call(std::uint64_t now, bool is_write, std::size_t key, std::uint64_t value) {
  operations_.push_back(
      {now, linearizability::kNever, is_write, false, key, value, answered_index_});
  return operations_.size() - 1;
}

// The log index is a witness: whatever was called after an answer must come behind it.
void Judge::answer(std::size_t operation, std::uint64_t now, std::uint64_t value, Index index) {
  Operation& what = operations_[operation];
  const bool behind = what.is_write ? index > what.floor : index >= what.floor;
  if (!behind) {
    say(std::string(what.is_write ? "a write" : "a read") + " got index " + std::to_string(index) +
        " although " + std::to_string(what.floor) + " was answered before it was called");
  }
  what.returned = now;
  what.value = value;
  answered_index_ = std::max(answered_index_, index);
  ++answered_;
}

void Judge::on_core(const consensus::Core& core) { adopt(history_.observe(core)); }

// Persist, then speak: what a message promises is on the disk of who sends it.
void Judge::on_message(const consensus::Message& message, const Disk& disk,
                       const consensus::Options& options) {
  const consensus::HardState& stored = disk.hard_state();
  const auto* vote = std::get_if<consensus::VoteReply>(&message.body);
  const auto* request = std::get_if<consensus::VoteRequest>(&message.body);
  const bool prospective = (vote != nullptr && vote->pre) || (request != nullptr && request->pre);
  if (!prospective && message.term > stored.term) {
    say(node(message.from) + " speaks of a term that is not on its disk: " + to_string(message));
  }
  if (vote != nullptr && vote->granted && !vote->pre && stored.term == message.term &&
      stored.voted_for != message.to) {
    say(node(message.from) + " gives a vote that is not on its disk: " + to_string(message));
  }
  const auto* reply = std::get_if<consensus::AppendReply>(&message.body);
  if (reply != nullptr && !reply->rejected && reply->match > disk.last_index()) {
    say(node(message.from) + " acknowledges what is not on its disk: " + to_string(message));
  }
  const auto* append = std::get_if<consensus::Append>(&message.body);
  if (append == nullptr || append->entries.size() < 2) return;
  std::size_t size = 0;
  for (const consensus::Entry& entry : append->entries) size += entry.size_bytes();
  if (size > options.max_append_bytes || append->entries.size() > options.max_append_entries) {
    say(node(message.from) + " sends an append above its bounds: " + to_string(message));
  }
}

void Judge::on_applied(NodeId id, const Machine& before, const Machine& after,
                       const consensus::Entry& entry) {
  adopt(history_.applied(id, entry));
  if (entry.index != before.applied + 1) {
    say(node(id) + " applies entry " + std::to_string(entry.index) + " after " +
        std::to_string(before.applied));
    return;
  }
  if (entry.index == states_.size() + 1) {
    states_.push_back(after);
    if (!is_membership(entry.view())) return;
    const auto& last = configurations_.rbegin()->second;
    if (!quorums_overlap(last, after.configuration)) {
      say("entry " + std::to_string(entry.index) +
          " brings a membership whose quorums miss those of the one before");
    }
    configurations_[entry.index] = after.configuration;
  } else if (entry.index <= states_.size() && states_[entry.index - 1].chain != after.chain) {
    say(node(id) + " has another state at " + std::to_string(entry.index));
  }
}

void Judge::on_disk(NodeId id, const Disk& disk) {
  if (!disk.broken().empty()) say(node(id) + ": " + disk.broken());
}

void Judge::on_cores(const std::vector<const consensus::Core*>& cores, std::size_t entries_max) {
  for (const consensus::Core* core : cores) {
    if (entries_max > 100) adopt(broken_in(*core));
  }
  adopt(broken_among(cores, entries_max));
}

void Judge::on_configuration(NodeId id, Index applied, const consensus::Configuration& in_force) {
  const auto& known = std::prev(configurations_.upper_bound(applied))->second;
  if (known == in_force) return;
  say(node(id) + " acts by a membership that is not the one at entry " + std::to_string(applied));
}

void Judge::check_histories() {
  std::array<std::vector<linearizability::Operation>, kRegisters> histories;
  for (const Operation& what : operations_) {
    const bool unanswered = what.returned == linearizability::kNever;
    if (what.is_void || (unanswered && !what.is_write)) continue;
    histories[what.key].push_back({what.called, what.returned, what.is_write, what.value});
  }
  for (const auto& history : histories) {
    const auto verdict = linearizability::check_register(history, 20'000);
    if (verdict == linearizability::Verdict::kNotLinearizable) say("a history is not linearizable");
    if (verdict == linearizability::Verdict::kGaveUp) ++gave_up_;
  }
}

}  // namespace sekisho::core_simulation
