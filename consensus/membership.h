// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>

#include "consensus/types.h"
#include "node/base/result.h"

// Configurations as values. The ledger's governance decides them; these helpers keep the two steps
// of joint consensus (thesis 4.3) in one place. Pure; any thread.
namespace sekisho::consensus {

// kInvalidArgument unless lists are sorted, unique, without 0, within limits, learners are not
// voters of the new half, and an outgoing half comes with an incoming one.
[[nodiscard]] Status validate(const Configuration& configuration);

// Sorts and removes repetitions; nothing else.
[[nodiscard]] Configuration normalized(Configuration configuration);

// First step: C(old,new). `now` must not be joint already (kFailedPrecondition). A voter that
// becomes a learner stays an outgoing voter until the second step.
[[nodiscard]] Result<Configuration> enter_joint(const Configuration& now,
                                                const Configuration& next);

// Second step: C(new). `now` must be joint (kFailedPrecondition).
[[nodiscard]] Result<Configuration> leave_joint(const Configuration& now);

// Every node that takes part in some way, sorted.
[[nodiscard]] std::set<NodeId> members_of(const Configuration& configuration);

// True when every quorum of `a` meets every quorum of `b`, found by trying all of them (each half
// is at most limits::kVotersMax). For checks and tests, not for the hot path.
[[nodiscard]] bool quorums_overlap(const Configuration& a, const Configuration& b);

}  // namespace sekisho::consensus
