// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "consensus/message.h"
#include "consensus/types.h"

// What the core wants done. The order of persisting and speaking is the core's business: a message
// that promises something stays inside the core until Core::persisted says the promise is durable,
// so every message that comes out may be sent at once, in parallel with the writes beside it.
namespace sekisho::consensus {

// One atomic, synced write (log_store.h says how). Several may be outstanding; they are made
// durable in the order of their tokens, then reported with Core::persisted(token). Reporting the
// newest of a group is enough.
struct Persist {
  PersistToken token = 0;
  std::optional<HardState> hard_state;
  // Contiguous. May start at or below the last stored index: then that index and everything above
  // it goes first. `truncate_from` repeats that index, or is 0 when nothing stored is replaced.
  Index truncate_from = 0;
  std::vector<Entry> entries;
};

// A read may be served from any state whose applied index is at least `index`.
struct ReadReady {
  std::uint64_t context = 0;
  Index index = 0;
};

// The present role, when it, the term or the known leader changed since the last actions.
struct RoleChange {
  Role role = Role::kFollower;
  Term term = 0;
  NodeId leader = kNobody;

  bool operator==(const RoleChange&) const = default;
};

struct Actions {
  std::optional<Persist> persist;
  std::vector<Message> messages;  // send now; loss, delay and repetition are tolerated
  std::vector<Entry> committed;   // apply in order, then Core::applied; durable here already
  std::vector<ReadReady> reads;
  std::vector<std::uint64_t> reads_aborted;  // contexts: leadership moved, ask again
  std::optional<SnapshotRef> install;        // fetch and install, then Core::snapshot_installed
  std::optional<RoleChange> role;

  [[nodiscard]] bool empty() const {
    return !persist && messages.empty() && committed.empty() && reads.empty() &&
           reads_aborted.empty() && !install && !role;
  }
};

}  // namespace sekisho::consensus
