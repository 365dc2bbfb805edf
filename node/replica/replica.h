// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "node/base/clock.h"
#include "node/base/result.h"
#include "node/base/rng.h"
#include "node/replica/ports.h"
#include "node/replica/types.h"

namespace sekisho::consensus {
class Core;
class LogStore;
struct HardState;
}  // namespace sekisho::consensus
namespace sekisho::crypto {
class PrivateKey;
}
namespace sekisho::state {
class StateMachine;
}
namespace sekisho::storage {
class LedgerStore;
}

namespace sekisho::replica {

// Who this node is.
struct Config {
  std::uint64_t node_number = 0;
  std::string name;  // key name on its signature lines; equal to the name on the ledger
  Digest chain_id;
  Options options;
};

// Parts by reference; each outlives the replica. `state` stands at the ledger's head.
struct Parts {
  const consensus::LogStore& log;
  const consensus::HardState& hard_state;  // as stored at start
  storage::LedgerStore& ledger;
  state::StateMachine& state;
  const crypto::PrivateKey& attestation_key;  // Ed25519; the one the ledger names for this node
  Transport& transport;
  LogWriter& log_writer;
  Verifier& verifier;
  const Clock& clock;
  Rng& rng;
  Observer& observer;
};

// Drives one node: orders operations through the consensus core, applies them, stores blocks, signs
// what it stored and collects the signatures of the others. Core thread only; no socket, thread or
// timer inside. Nothing it sends promises anything that is not durable.
//
// After a storage error under log or ledger, or proof that this node computed something else than a
// certified majority, it stops: Observer::on_fatal once, then every call is ignored or answered
// with kUnavailable.
class Replica {
 public:
  // kCorrupt or kFailedPrecondition when log and ledger on disk do not fit together; the sentence
  // says what to do.
  static Result<std::unique_ptr<Replica>> start(Config config, Parts parts);
  ~Replica();
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;

  // Every Options::tick_ms.
  void tick();
  // One PeerFrame from an authenticated peer. Bytes are foreign: what does not parse or breaks a
  // bound is counted and dropped. Hello and blob frames are not for the replica and are ignored.
  void on_frame(std::uint64_t from_node, BytesView frame);
  // A batch given to LogWriter is durable, or failed.
  void on_persisted(std::uint64_t token, Status status);

  // All of the batch or nothing (at most 256 operations). Leader: into the pool. Follower:
  // forwarded.
  void submit(std::vector<AdmittedOperation> operations, SubmitDone done);
  // Tells what became of an operation. `valid_until_ms` as in the operation, 0 if not known (then
  // kExpired is never answered). `deadline_ms` counts from now; 0 answers at once.
  void wait(const Id16& operation_id, std::uint64_t valid_until_ms, std::uint64_t deadline_ms,
            WaitDone done);
  // Linearizable reads: answered once this node has applied what was committed when it asked.
  void read_index(ReadDone done);

  [[nodiscard]] ReplicaStatus status() const;
  // For checkers.
  [[nodiscard]] const consensus::Core& core() const;
  // Hands leadership to `node` (planned restart). kFailedPrecondition when not leading.
  Status transfer_leadership(std::uint64_t node);

 private:
  class Impl;
  explicit Replica(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::replica
