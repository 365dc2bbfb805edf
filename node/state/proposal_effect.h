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

// Digest of what the actions change, as it stands now: the policy, maps, the standing of members. A
// proposal is bound to it: votes count for what was proposed, never for what has come since.
[[nodiscard]] Digest base_of(const Reader& reader, const std::vector<Action>& actions);
// An open proposal whose base is no longer so: nobody can decide it any more.
[[nodiscard]] bool is_stale(const Reader& reader, const Proposal& proposal);

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
