// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "consensus/types.h"
#include "node/base/limits.h"
#include "node/base/result.h"

namespace sekisho::consensus {

// How a core behaves. Every member of a consortium may choose its own; none of these decides what
// is committed. Immutable after restore.
struct Options {
  NodeId id = kNobody;
  // A follower that hears nothing for a random time in [election_ticks, 2 * election_ticks) asks
  // for an election. A leader that hears no majority for election_ticks steps down.
  std::uint32_t election_ticks = 10;
  std::uint32_t heartbeat_ticks = 1;
  // Entries in one append; a single larger entry travels alone.
  std::size_t max_append_bytes = 1 * limits::kMiB;
  std::size_t max_append_entries = 1024;
  // Appends sent to one peer and not yet acknowledged.
  std::size_t max_inflight = 256;
  std::size_t max_inflight_bytes = 16 * limits::kMiB;
  // Proposals of this leader that are not committed yet. One proposal always fits an empty budget.
  std::size_t max_uncommitted_bytes = 64 * limits::kMiB;
  // Entries handed out to apply and not yet reported applied; one entry always fits.
  std::size_t max_applying_bytes = 16 * limits::kMiB;
  // Durable entries kept in memory so that peers a little behind are served without the disk.
  std::size_t log_cache_bytes = 16 * limits::kMiB;
  // Reads waiting for a quorum, here or at the leader.
  std::size_t max_pending_reads = limits::kWaitersMax;
};

// kInvalidArgument with the field at fault.
[[nodiscard]] Status validate(const Options& options);

}  // namespace sekisho::consensus
