// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/hash.h"
#include "node/state/queries.h"
#include "node/state/state_machine.h"
#include "node/state/writes.h"

namespace sekisho::state {
namespace {

void put_genesis_member(Writer& state, const v1::MemberDescription& description,
                        std::uint64_t created_ms) {
  Member member;
  member.member_id = description.member_id();
  member.kind = description.kind();
  member.number = description.number();
  member.name = description.name();
  member.parent = description.parent();
  member.ca_certificate_der = description.ca_certificate_der();
  member.encryption_certificate_der = description.encryption_certificate_der();
  member.since_ms = created_ms;
  put_member(state, member);
  for (const v1::KeyDescription& listed : description.keys()) {
    Key key;
    key.key_id = crypto::sha256(listed.spki_der());
    key.member_id = member.member_id;
    key.role = listed.role();
    key.label = listed.label();
    key.spki_der = listed.spki_der();
    key.added_ms = created_ms;
    put_key(state, key);
  }
}

// A node's operation key is a NODE key of its member, listed or not.
void put_genesis_node(Writer& state, const Node& node, std::uint64_t created_ms) {
  put_node(state, node);
  Key key;
  key.key_id = crypto::sha256(node.operation_key_spki);
  if (state::key(state, key.key_id)) return;
  key.member_id = node.member_id;
  key.role = v1::NODE;
  key.label = node.name;
  key.spki_der = node.operation_key_spki;
  key.added_ms = created_ms;
  put_key(state, key);
}

}  // namespace

std::vector<ledger::StateChange> genesis_state(const ledger::GenesisDocument& document) {
  const ledger::Genesis& genesis = document.genesis;
  Store store;
  put_consortium(store, {genesis.consortium, document.chain_id, genesis.created_ms, 1});
  put_policy(store, genesis.policy);
  for (const v1::MemberDescription& member : genesis.members) {
    put_genesis_member(store, member, genesis.created_ms);
  }
  for (const Node& node : genesis.nodes) put_genesis_node(store, node, genesis.created_ms);
  return store.take_changes();
}

}  // namespace sekisho::state
