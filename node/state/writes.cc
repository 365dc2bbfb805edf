// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/state/writes.h"

#include "node/base/check.h"
#include "node/state/keys.h"

namespace sekisho::state {
namespace {

void put_or_erase(Writer& state, bool present, Bytes key, BytesView value) {
  if (present) {
    state.put(std::move(key), Bytes(value));
  } else {
    state.erase(key);
  }
}

}  // namespace

void put_consortium(Writer& state, const Consortium& consortium) {
  state.put(consortium_key(), encode(consortium));
}

void put_policy(Writer& state, const ledger::Policy& policy) {
  state.put(policy_key(), encode(policy));
}

void put_member(Writer& state, const Member& member) {
  CHECK(ledger::valid_member_id(member.member_id));
  state.put(member_key(member.member_id), encode(member));
}

void put_key(Writer& state, const Key& key) {
  state.put(key_key(key.key_id), encode(key));
  state.put(member_key_key(key.member_id, key.key_id), {});
}

void put_node(Writer& state, const Node& node) {
  CHECK(node.node_number > 0);
  state.put(node_key(node.node_number), encode(node));
}

void put_map(Writer& state, const Map& map) {
  state.put(map_key(map.map_digest), encode(map));
  state.put(map_version_key(map.owner, map.map_id, map.version), Bytes(map.map_digest.view()));
}

void put_exchange(Writer& state, const Exchange* before, const Exchange& after) {
  const BytesView id = after.exchange_id.view();
  state.put(exchange_key(after.exchange_id), encode(after));
  if (before == nullptr) {
    state.put(sender_exchange_key(after.sender, after.offered_index), Bytes(id));
    state.put(receiver_exchange_key(after.receiver, after.offered_index), Bytes(id));
    state.put(commitment_key(after.input.commitment), Bytes(id));
  }
  put_or_erase(state, after.state == ExchangeState::kOffered,
               converter_work_key(after.converter_node, after.offered_index), id);
  if (before != nullptr && before->deadline_ms != 0) {
    state.erase(deadline_key(before->deadline_ms, after.exchange_id));
  }
  if (after.deadline_ms != 0) state.put(deadline_key(after.deadline_ms, after.exchange_id), {});
}

void put_custody(Writer& state, const Custody& custody) {
  state.put(custody_key(custody.blob_id, custody.node_number), encode(custody));
  put_or_erase(state, custody.status == CustodyStatus::kPurging,
               purge_work_key(custody.node_number, custody.blob_id), {});
  put_or_erase(state, custody.status == CustodyStatus::kHeld,
               holding_key(custody.node_number, custody.blob_id), {});
}

void put_proposal(Writer& state, const Proposal& proposal) {
  state.put(proposal_key(proposal.proposal_id), encode(proposal));
  put_or_erase(state, proposal.status == ProposalStatus::kOpen,
               open_proposal_key(proposal.expires_ms, proposal.proposal_id), {});
}

}  // namespace sekisho::state
