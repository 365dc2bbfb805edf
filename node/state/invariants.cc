// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/state/invariants.h"

#include <map>
#include <set>

#include "node/state/keys.h"
#include "node/state/queries.h"

namespace sekisho::state {
namespace {

// Collects sentences.
class Findings {
 public:
  void require(bool holds, const std::string& sentence) {
    if (!holds) broken_.push_back(sentence);
  }
  [[nodiscard]] std::vector<std::string> take() { return std::move(broken_); }

 private:
  std::vector<std::string> broken_;
};

std::set<Bytes> keys_with(const Reader& reader, char type) {
  std::set<Bytes> keys;
  reader.scan(prefix_of(type), {}, [&](BytesView key, BytesView) {
    keys.emplace(key);
    return true;
  });
  return keys;
}

template <typename T>
std::vector<T> records(const Reader& reader, char type, Result<T> (*decode)(BytesView),
                       Findings& findings) {
  std::vector<T> all;
  reader.scan(prefix_of(type), {}, [&](BytesView key, BytesView value) {
    auto record = decode(value);
    findings.require(record.has_value(), "record " + to_hex(key) + " does not decode");
    if (record) all.push_back(std::move(*record));
    return true;
  });
  return all;
}

// The index holds exactly the keys that the records call for.
void compare_index(const Reader& reader, char type, const std::set<Bytes>& expected,
                   std::string_view name, Findings& findings) {
  findings.require(keys_with(reader, type) == expected,
                   "index of " + std::string(name) + " does not match its records");
}

void check_members(const Reader& reader, Findings& findings) {
  std::set<Bytes> expected;
  std::set<std::string> with_admin;
  for (const Key& one : records(reader, prefix::kKey, decode_key, findings)) {
    expected.insert(member_key_key(one.member_id, one.key_id));
    findings.require(member(reader, one.member_id).has_value(),
                     "key " + one.key_id.hex() + " belongs to no member");
    if (one.role == v1::ADMIN && !one.revoked()) with_admin.insert(one.member_id);
  }
  compare_index(reader, prefix::kMemberKey, expected, "keys of members", findings);
  bool secretariat = false;
  for (const Member& one : records(reader, prefix::kMember, decode_member, findings)) {
    findings.require(with_admin.contains(one.member_id),
                     "member " + one.member_id + " has no administrator's key");
    secretariat = secretariat || (one.kind == v1::SECRETARIAT && one.active());
  }
  findings.require(secretariat, "no secretariat is active");
}

void check_nodes(const Reader& reader, Findings& findings) {
  std::size_t voters = 0;
  for (const Node& one : records(reader, prefix::kNode, decode_node, findings)) {
    findings.require(member(reader, one.member_id).has_value(),
                     "node " + one.name + " belongs to no member");
    voters += one.voter ? 1 : 0;
  }
  findings.require(voters > 0, "there is no voter");
}

void check_maps(const Reader& reader, Findings& findings) {
  std::set<Bytes> expected;
  for (const Map& one : records(reader, prefix::kMap, decode_map, findings)) {
    expected.insert(map_version_key(one.owner, one.map_id, one.version));
    findings.require(!holders_of(reader, one.map_digest).empty(),
                     "map " + one.map_id + " has no holder");
  }
  compare_index(reader, prefix::kMapVersion, expected, "map versions", findings);
}

// Whether holders may, or must already, be deleting this part of the exchange.
bool custody_fits(const Exchange& exchange, const Custody& custody) {
  const bool held = custody.status == CustodyStatus::kHeld;
  const bool ended =
      exchange.state == ExchangeState::kReceived || exchange.state == ExchangeState::kRejected ||
      exchange.state == ExchangeState::kWithdrawn || exchange.state == ExchangeState::kClosed ||
      exchange.state == ExchangeState::kExpired;
  switch (custody.role) {
    case BlobRole::kInput:
      return held == (exchange.state == ExchangeState::kOffered);
    case BlobRole::kOutput:
      return held != ended;
    case BlobRole::kReport: {
      const bool released = exchange.report_confirmed_ms != 0 || exchange.report_expired_ms != 0 ||
                            exchange.outcome == ExchangeState::kWithdrawn;
      return held != released;
    }
    case BlobRole::kMap:
      return held;
  }
  return false;
}

void check_blob(const Reader& reader, const Exchange& exchange, const Blob& blob, BlobRole role,
                std::size_t& undeleted, Findings& findings) {
  const std::vector<Custody> holders = custody_of(reader, blob.blob_id);
  const std::string name = "blob " + blob.blob_id.hex();
  findings.require(!holders.empty(), name + " of an exchange was never held");
  for (const Custody& one : holders) {
    findings.require(one.exchange_id == exchange.exchange_id && one.role == role,
                     name + " is held for another exchange or as another part");
    findings.require(custody_fits(exchange, one),
                     name + " is in custody that does not fit exchange state " +
                         std::string(exchange_state_name(exchange.state)));
    undeleted += one.status == CustodyStatus::kDeleted ? 0 : 1;
  }
}

void check_exchange(const Reader& reader, const Exchange& one, Findings& findings) {
  const std::string name = "exchange " + one.exchange_id.hex();
  const bool closed = one.state == ExchangeState::kClosed;
  const bool converted =
      one.outcome == ExchangeState::kConverted || one.outcome == ExchangeState::kFetched ||
      one.outcome == ExchangeState::kReceived || one.outcome == ExchangeState::kRejected;
  findings.require(closed || one.outcome == one.state, name + " has an outcome before its end");
  findings.require(!converted || one.output.has_value(), name + " is converted without output");
  findings.require(one.state != ExchangeState::kFailed || one.report.has_value(),
                   name + " failed without a report");
  std::size_t undeleted = 0;
  check_blob(reader, one, one.input, BlobRole::kInput, undeleted, findings);
  if (one.output) check_blob(reader, one, *one.output, BlobRole::kOutput, undeleted, findings);
  if (one.report) check_blob(reader, one, *one.report, BlobRole::kReport, undeleted, findings);
  findings.require(closed == (undeleted == 0), name + " is closed exactly when all is deleted");
}

void check_exchanges(const Reader& reader, Findings& findings) {
  std::set<Bytes> senders;
  std::set<Bytes> receivers;
  std::set<Bytes> work;
  std::set<Bytes> deadlines;
  std::set<Bytes> commitments;
  for (const Exchange& one : records(reader, prefix::kExchange, decode_exchange, findings)) {
    check_exchange(reader, one, findings);
    senders.insert(sender_exchange_key(one.sender, one.offered_index));
    receivers.insert(receiver_exchange_key(one.receiver, one.offered_index));
    findings.require(commitments.insert(commitment_key(one.input.commitment)).second,
                     "exchange " + one.exchange_id.hex() + " shares its input's commitment");
    if (one.state == ExchangeState::kOffered) {
      work.insert(converter_work_key(one.converter_node, one.offered_index));
    }
    if (one.deadline_ms != 0) deadlines.insert(deadline_key(one.deadline_ms, one.exchange_id));
  }
  compare_index(reader, prefix::kSenderExchange, senders, "exchanges by sender", findings);
  compare_index(reader, prefix::kReceiverExchange, receivers, "exchanges by receiver", findings);
  compare_index(reader, prefix::kConverterWork, work, "conversions to do", findings);
  compare_index(reader, prefix::kCommitment, commitments, "commitments of inputs", findings);
  compare_index(reader, prefix::kDeadline, deadlines, "deadlines", findings);
}

void check_custody(const Reader& reader, Findings& findings) {
  std::set<Bytes> purges;
  std::set<Bytes> holdings;
  for (const Custody& one : records(reader, prefix::kCustody, decode_custody, findings)) {
    const std::string name = "custody of " + one.blob_id.hex();
    findings.require(node(reader, one.node_number).has_value(), name + " is with an unknown node");
    const bool owned = one.role == BlobRole::kMap ? map(reader, one.blob_id).has_value()
                                                  : exchange(reader, one.exchange_id).has_value();
    findings.require(owned, name + " is for nothing");
    findings.require((one.deleted_ms != 0) == (one.status == CustodyStatus::kDeleted) &&
                         (one.purge_ms != 0) == (one.status != CustodyStatus::kHeld),
                     name + " has times that do not fit its status");
    if (one.status == CustodyStatus::kPurging) {
      purges.insert(purge_work_key(one.node_number, one.blob_id));
    }
    if (one.status == CustodyStatus::kHeld) {
      holdings.insert(holding_key(one.node_number, one.blob_id));
    }
  }
  compare_index(reader, prefix::kPurgeWork, purges, "blobs to delete", findings);
  compare_index(reader, prefix::kHolding, holdings, "blobs to keep", findings);
}

void check_proposals(const Reader& reader, Findings& findings) {
  std::set<Bytes> open;
  for (const Proposal& one : records(reader, prefix::kProposal, decode_proposal, findings)) {
    const bool is_open = one.status == ProposalStatus::kOpen;
    if (is_open) open.insert(open_proposal_key(one.expires_ms, one.proposal_id));
    findings.require(is_open == (one.decided_ms == 0),
                     "proposal " + one.proposal_id.hex() + " is decided exactly when not open");
    findings.require((one.status == ProposalStatus::kFailed) == (one.failure != 0),
                     "proposal " + one.proposal_id.hex() + " has a failure exactly when failed");
  }
  compare_index(reader, prefix::kOpenProposal, open, "open proposals", findings);
}

// Whether blocks may lead from one state to the other, in any number of steps.
bool reachable(ExchangeState from, ExchangeState to) {
  using S = ExchangeState;
  static const std::map<S, std::set<S>> kEdges = {
      {S::kOffered, {S::kConverted, S::kFailed, S::kWithdrawn, S::kExpired}},
      {S::kConverted, {S::kFetched, S::kRejected, S::kWithdrawn, S::kExpired}},
      {S::kFailed, {S::kClosed}},
      {S::kFetched, {S::kReceived, S::kRejected, S::kExpired}},
      {S::kReceived, {S::kClosed}},
      {S::kRejected, {S::kClosed}},
      {S::kWithdrawn, {S::kClosed}},
      {S::kExpired, {S::kClosed}},
      {S::kClosed, {}},
  };
  if (from == to) return true;
  for (const S next : kEdges.at(from)) {
    if (reachable(next, to)) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> broken_invariants(const Reader& reader) {
  Findings findings;
  findings.require(reader.get(consortium_key()).has_value(), "the consortium is missing");
  findings.require(reader.get(policy_key()).has_value(), "the policy is missing");
  check_members(reader, findings);
  check_nodes(reader, findings);
  check_maps(reader, findings);
  check_exchanges(reader, findings);
  check_custody(reader, findings);
  check_proposals(reader, findings);
  return findings.take();
}

std::vector<std::string> broken_transitions(const Reader& before, const Reader& after) {
  Findings findings;
  for (const Exchange& old : records(before, prefix::kExchange, decode_exchange, findings)) {
    const std::optional<Exchange> now = exchange(after, old.exchange_id);
    findings.require(now.has_value(), "exchange " + old.exchange_id.hex() + " vanished");
    if (!now) continue;
    findings.require(reachable(old.state, now->state) && old.input == now->input &&
                         old.sender == now->sender && old.receiver == now->receiver,
                     "exchange " + old.exchange_id.hex() + " made a step that no rule allows");
  }
  for (const Custody& old : records(before, prefix::kCustody, decode_custody, findings)) {
    const std::optional<Custody> now = custody(after, old.blob_id, old.node_number);
    findings.require(now.has_value() && now->status >= old.status,
                     "custody of " + old.blob_id.hex() + " vanished or went back");
  }
  for (const Key& old : records(before, prefix::kKey, decode_key, findings)) {
    const std::optional<Key> now = key(after, old.key_id);
    findings.require(now.has_value() && (!old.revoked() || now->revoked()),
                     "key " + old.key_id.hex() + " vanished or came back");
  }
  return findings.take();
}

}  // namespace sekisho::state
