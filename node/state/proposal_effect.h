// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/ledger/verdict.h"
#include "node/state/reader.h"
#include "node/state/records.h"

namespace sekisho::state {

// What one action of a proposal would do now, for people.
struct EffectLine {
  std::string ja;
  std::string en;
  ledger::Verdict verdict = ledger::Verdict::kAccepted;  // kAccepted: it would apply
};

// Runs the actions in order on a scratch copy of the state and tells what each does. Changes
// nothing.
[[nodiscard]] std::vector<EffectLine> effect_of(const Reader& reader,
                                                const std::vector<Action>& actions,
                                                std::uint64_t block_time_ms);

// Where the vote stands.
struct Tally {
  std::size_t voting_members = 0;  // whose votes count: active, no auditors, or the secretariats
  std::size_t approvals = 0;       // of those
  std::size_t refusals = 0;
  std::size_t needed = 0;  // approvals that decide
  bool reached = false;
  bool out_of_reach = false;
};
[[nodiscard]] Tally tally(const Reader& reader, const Proposal& proposal);

}  // namespace sekisho::state
