// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/limits.h"

// Values that pass between the replica and those who use it. Plain values; any thread.
namespace sekisho::replica {

// An operation that admission has parsed, bounded and checked, its signature included.
struct AdmittedOperation {
  Bytes signed_operation;  // as it will be ordered; at most limits::kOperationSizeMax
  Digest digest;           // SHA-256 of signed_operation
  Id16 operation_id;
  std::uint64_t valid_until_ms = 0;  // ledger time
};

// Called once on the core thread. OK: every operation of the batch is in the leader's pool or is
// already on the ledger; that is no promise yet, `Replica::wait` tells the outcome.
// kUnavailable: there is no leader and nothing was handed on; submit again.
// kResourceExhausted: the pool is full; submit again later. kFailedPrecondition: valid_until is
// over. kDeadline: handed to a leader that did not answer; it may still be ordered.
using SubmitDone = std::function<void(Status)>;

enum class OperationStage : std::uint8_t {
  kNotSeen,    // neither on the ledger nor in this node's hands; it may be in another's
  kPending,    // in this node's pool, proposed, or forwarded by it
  kCommitted,  // on the ledger at `index` with `verdict`, not yet covered by a certificate
  kAttested,   // covered by the certificate of `certified_height`: final
  kExpired,    // not on the ledger up to a certified block later than valid_until: final, never
};

// "NOT_SEEN" and so on; stable, part of the API.
[[nodiscard]] const char* stage_name(OperationStage stage);

// What this node knows of an operation id. Only a well-formed, truly signed operation spends its id
// (ledger::claims_operation_id); junk under the same id shows nowhere here. Compare `digest` with
// that of your own bytes: an id is honoured for the bytes that came first.
struct OperationStatus {
  OperationStage stage = OperationStage::kNotSeen;
  std::uint64_t index = 0;   // kCommitted, kAttested
  std::uint64_t height = 0;  // block that holds it
  std::uint64_t block_time_ms = 0;
  std::uint16_t verdict = 0;           // ledger::Verdict
  Digest digest;                       // of the bytes on the ledger
  std::uint64_t certified_height = 0;  // newest certified block of this node

  [[nodiscard]] bool is_final() const {
    return stage == OperationStage::kAttested || stage == OperationStage::kExpired;
  }
  bool operator==(const OperationStatus&) const = default;
};

// Called once on the core thread: with a final stage, or at the deadline with what is known then.
using WaitDone = std::function<void(OperationStatus)>;

// Called once on the core thread: the applied height from which a read is linearizable, or
// kUnavailable (leadership moved or no quorum: ask again), kDeadline.
using ReadDone = std::function<void(Result<std::uint64_t>)>;

enum class ReplicaRole : std::uint8_t { kFollower, kCandidate, kLeader };

struct PeerProgress {
  std::uint64_t node_number = 0;
  std::uint64_t match_index = 0;      // leader only: acknowledged log index
  std::uint64_t attested_height = 0;  // newest height it signed, as seen here
};

// A consistent picture for health, metrics and operators.
struct ReplicaStatus {
  ReplicaRole role = ReplicaRole::kFollower;
  std::uint64_t leader = 0;  // node number, 0 if unknown
  std::uint64_t term = 0;
  std::uint64_t commit_index = 0;
  std::uint64_t applied_index = 0;
  std::uint64_t applied_height = 0;
  std::uint64_t attested_height = 0;   // newest own signature
  std::uint64_t certified_height = 0;  // newest certificate
  std::uint64_t tree_size = 0;         // operations on the ledger
  std::uint64_t block_time_ms = 0;     // of the applied head
  std::size_t pool_operations = 0;
  std::size_t pool_bytes = 0;
  std::size_t blocks_in_flight = 0;
  std::size_t apply_queue = 0;  // committed entries not yet applied
  std::size_t forwards = 0;
  std::size_t waiters = 0;
  std::uint64_t skew_refusals = 0;  // blocks not attested because of the clock
  std::uint64_t evidence = 0;       // contradicting signed heads seen
  std::uint64_t frames_rejected = 0;
  bool stopped = false;  // after on_fatal
  std::vector<PeerProgress> peers;
};

// Known defects that can be put back to prove that the simulator would find them. Off outside of
// tests; nothing but a test sets a field.
struct DefectsForTests {
  bool attest_before_storing = false;  // signs a block that is not on disk
  bool certify_with_one_line = false;  // takes a single attestation for a certificate
};

// Local settings; none of them is relevant to what the ledger decides.
struct Options {
  std::uint64_t tick_ms = 20;            // Replica::tick is called this often
  std::uint32_t election_ticks = 50;     // 1 s without a leader
  std::uint32_t heartbeat_ticks = 5;     // 100 ms
  std::size_t blocks_in_flight_max = 3;  // proposed and not yet applied
  // A block beside one that is under way must be worth its syncs and signatures.
  std::size_t block_worth_operations = 256;
  std::size_t block_operations_max = limits::kBlockOperationsMax;
  std::size_t block_bytes_max = 1 * limits::kMiB;
  std::uint64_t forward_retry_ms = 1000;     // resend to the leader of the day
  std::uint64_t forward_deadline_ms = 5000;  // then SubmitDone gets kDeadline or kUnavailable
  std::uint64_t attestation_retry_ms = 300;  // ask the others for what is missing
  std::uint64_t read_deadline_ms = 5000;
  std::uint64_t idle_block_ms = 60'000;  // ledger time moves on without operations; 0: never
  std::size_t verified_digests_max = 200'000;
  // A leader whose blocks stay without a certificate this long tries a fresh block, and after twice
  // this hands leadership on: its clock may be what the others refuse.
  std::uint64_t uncertified_ms = 3000;

  DefectsForTests defects_for_tests;
};

}  // namespace sekisho::replica
