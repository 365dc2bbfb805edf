// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "consensus/types.h"
#include "node/base/bytes.h"

namespace sekisho::consensus {

// Appends that a peer has not acknowledged, oldest first. Core thread only.
class Inflights {
 public:
  void add(Index last_index, std::size_t size_bytes);
  // Forgets every append that ends at or below `match`.
  void free_to(Index match);
  // Forgets the oldest: a heartbeat came back, so the window must not stay shut for a lost append.
  void free_first();
  void clear();
  [[nodiscard]] bool full(std::size_t count_max, std::size_t bytes_max) const;
  [[nodiscard]] std::size_t count() const { return appends_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  void append_fingerprint(Bytes& out) const;

 private:
  struct InFlight {
    Index last_index;
    std::size_t size_bytes;
  };
  std::deque<InFlight> appends_;
  std::size_t bytes_ = 0;
};

// kProbe: one append at a time until the place where the logs agree is found. kReplicate:
// pipelined, `next` runs ahead of the answers. kSnapshot: nothing but heartbeats until the snapshot
// is in.
enum class ReplicationState : std::uint8_t { kProbe = 0, kReplicate = 1, kSnapshot = 2 };

[[nodiscard]] const char* state_name(ReplicationState state);

// What the leader knows of one member, itself included (its own match is what its disk has). Only
// meaningful while leading. Core thread only.
struct Progress {
  Index match = 0;  // durable there and equal to the leader's log
  Index next = 1;   // first entry of the next append; always above match
  ReplicationState state = ReplicationState::kProbe;
  bool paused = false;           // kProbe: an append is out and unanswered
  bool due = false;              // an append goes out at the next flush, be it empty
  bool recently_active = false;  // heard of since the last CheckQuorum
  Index sent_commit = 0;         // newest commit index told
  Index pending_snapshot = 0;    // kSnapshot: index of what was offered
  std::uint64_t acked_read = 0;  // newest read sequence echoed
  Inflights inflights;

  void become_probe();
  void become_replicate();
  void become_snapshot(Index index);
  // An acknowledgement up to `index`; true when it was news.
  bool acknowledge(Index index);
  // A rejection of the append that followed `rejected_prev`; `hint` is where the logs may agree.
  // False for one that is older than what is known by now.
  bool back_up(Index rejected_prev, Index hint);
  // An append ending at `last_index` left.
  void sent(Index last_index, std::size_t size_bytes);
  // Part of Core::append_fingerprint.
  void append_fingerprint(Bytes& out) const;
};

}  // namespace sekisho::consensus
