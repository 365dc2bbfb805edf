// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "node/state/records.h"
#include "node/state/store.h"

// Typed writes: a record together with the secondary keys that lead to it, so that no rule can
// write one without the other. Internal to node/state; core thread only.
namespace sekisho::state {

void put_consortium(Writer& state, const Consortium& consortium);
void put_policy(Writer& state, const ledger::Policy& policy);
void put_member(Writer& state, const Member& member);
void put_key(Writer& state, const Key& key);
void put_node(Writer& state, const Node& node);
void put_map(Writer& state, const Map& map);
// Before and after: the indexes follow the difference. `before` is null for a new exchange.
void put_exchange(Writer& state, const Exchange* before, const Exchange& after);
void put_custody(Writer& state, const Custody& custody);
void put_proposal(Writer& state, const Proposal& proposal);

}  // namespace sekisho::state
