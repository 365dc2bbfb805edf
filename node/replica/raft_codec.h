// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "consensus/message.h"
#include "node/base/result.h"
#include "proto/v1/consensus.pb.h"

// consensus::Message to its wire form and back; which field of RaftMessage carries what is told in
// the README of this module. Pure; any thread.
namespace sekisho::replica {

// Fills an empty `wire`.
void to_wire(const consensus::Message& message, v1::RaftMessage& wire);
// Takes the payloads out of `wire`. kInvalidArgument for what no correct core sends.
[[nodiscard]] Result<consensus::Message> from_wire(v1::RaftMessage& wire);

}  // namespace sekisho::replica
