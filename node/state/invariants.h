// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "node/state/reader.h"

namespace sekisho::state {

// Everything in this state that must not be, one sentence each; empty when all is well. Reads the
// whole state: for the simulator after each block and for `sekisho-node --check`, not for the hot
// path.
[[nodiscard]] std::vector<std::string> broken_invariants(const Reader& reader);

// The same for one step: edges of exchanges and custody that no rule allows, and records that
// vanished though they must stay.
[[nodiscard]] std::vector<std::string> broken_transitions(const Reader& before,
                                                          const Reader& after);

}  // namespace sekisho::state
