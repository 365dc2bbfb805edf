// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "node/base/bytes.h"
#include "node/ledger/block.h"

namespace sekisho::consensus {
struct Persist;
}

// What the replica needs from outside. Each has two implementations: the real one and the
// simulator's. All are called on the core thread only and must not call back into the replica from
// inside the call; they post.
namespace sekisho::replica {

// Peer links. Frames (serialised PeerFrame, at most limits::kPeerFrameMax) may be lost, repeated,
// delayed and reordered; a full queue drops.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual void send(std::uint64_t to_node, Bytes frame) = 0;
};

// Appends to the consensus log. Batches become durable in the order given, then
// Replica::on_persisted(token, status) follows, in order; the newest token of a group stands for
// the whole group, and a failure is the last report (log_thread.h).
class LogWriter {
 public:
  virtual ~LogWriter() = default;
  virtual void persist(consensus::Persist batch) = 0;
};

// Runs pure checks elsewhere, in any order, in parallel.
class Verifier {
 public:
  virtual ~Verifier() = default;
  using Check = std::function<bool()>;                  // any thread; touches only what it captured
  using Done = std::function<void(std::vector<bool>)>;  // core thread, later; one result per check
  virtual void verify(std::vector<Check> checks, Done done) = 0;
};

// Hears what happened. Must not call back into the replica.
class Observer {
 public:
  virtual ~Observer() = default;
  // The block is durable here; not yet certified.
  virtual void on_applied(const ledger::AppliedBlock& block) = 0;
  // Every block up to `height` is vouched for by a majority of voters.
  virtual void on_certified(std::uint64_t height) = 0;
  // Validly signed heads of one height that contradict each other: transferable proof against those
  // who signed both, or against this node's own computation. Both are whole notes.
  virtual void on_evidence(std::uint64_t height, BytesView note_a, BytesView note_b) {
    static_cast<void>(height), static_cast<void>(note_a), static_cast<void>(note_b);
  }
  // The replica has stopped for good: it ignores everything from now on and answers every waiter.
  // The process should end with this reason.
  virtual void on_fatal(const Error& error) = 0;
};

}  // namespace sekisho::replica
