// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "node/base/bytes.h"

// The nouns of Raft as this module uses them. Plain values; any thread.
namespace sekisho::consensus {

using NodeId = std::uint64_t;        // 0 means "nobody"; no node has it
using Term = std::uint64_t;          // 0 before the first election
using Index = std::uint64_t;         // of a log entry; the first entry is 1, 0 means "none"
using PersistToken = std::uint64_t;  // names a group of writes; they complete in ascending order

inline constexpr NodeId kNobody = 0;

// Shared and immutable, so that one copy of a block body serves the disk, every peer and apply.
using Payload = std::shared_ptr<const Bytes>;

[[nodiscard]] Payload make_payload(Bytes bytes);

// kNoop is the leader's mark at the start of its term; it has no payload and changes no state.
enum class EntryKind : std::uint8_t { kNormal = 0, kNoop = 1 };

// One slot of the log. The payload is opaque to this module.
struct Entry {
  Term term = 0;
  Index index = 0;
  EntryKind kind = EntryKind::kNormal;
  Payload data;  // null when empty

  [[nodiscard]] BytesView view() const { return data ? BytesView(*data) : BytesView(); }
  // What the entry counts for in every byte bound: payload plus a fixed overhead.
  [[nodiscard]] std::size_t size_bytes() const {
    return kOverheadBytes + (data ? data->size() : 0);
  }

  static constexpr std::size_t kOverheadBytes = 32;
};

// Equal by value: two entries with equal bytes are equal wherever the bytes are held.
[[nodiscard]] bool operator==(const Entry& a, const Entry& b);

// What must survive a crash beside the entries (Raft thesis, figure 3.1). `commit` is a hint that
// may lag, but it is never ahead of the entries stored with it.
struct HardState {
  Term term = 0;
  NodeId voted_for = kNobody;
  Index commit = 0;

  bool operator==(const HardState&) const = default;
};

// Who takes part. Each list is sorted and without repetition. While `outgoing` is not empty the
// configuration is joint (thesis 4.3): every decision needs a majority of `voters` and a majority
// of `outgoing`. Learners receive the log and never count.
struct Configuration {
  std::vector<NodeId> voters;
  std::vector<NodeId> outgoing;
  std::vector<NodeId> learners;

  bool operator==(const Configuration&) const = default;
  [[nodiscard]] bool is_joint() const { return !outgoing.empty(); }
  // True when the node's vote counts in either half.
  [[nodiscard]] bool is_voter(NodeId id) const;
  [[nodiscard]] bool contains(NodeId id) const;
};

enum class Role : std::uint8_t { kFollower = 0, kPreCandidate = 1, kCandidate = 2, kLeader = 3 };

[[nodiscard]] const char* role_name(Role role);

// Names a snapshot without carrying it: the bulk travels outside of this module and is verified
// against a quorum certificate by whoever fetches it.
struct SnapshotRef {
  Index index = 0;           // last log entry the snapshot covers
  Term term = 0;             // term of that entry
  std::uint64_t height = 0;  // block height after that entry
  Digest block_hash;         // of the block at `height`
  Digest state_root;         // of the state after `height`

  bool operator==(const SnapshotRef&) const = default;
};

// Entries first..last, as a proposal placed them, in `term`. A later leader may still replace them;
// the proposer learns the outcome by comparing the term of what is applied at those indexes.
struct Proposed {
  Term term = 0;
  Index first = 0;
  Index last = 0;
};

}  // namespace sekisho::consensus
