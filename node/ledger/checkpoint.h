// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/crypto/key.h"
#include "node/crypto/note.h"
#include "node/ledger/block.h"
#include "node/ledger/genesis.h"

namespace sekisho::ledger {

// What a voter signs for a block that is durable and applied: a C2SP tlog-checkpoint with four
// extension lines. Exact text in docs/formats/ledger.md.
struct Checkpoint {
  std::string origin;  // the consortium's name
  std::uint64_t tree_size = 0;
  Digest log_root;
  std::uint64_t height = 0;
  Digest block_hash;
  Digest state_root;
  std::uint64_t epoch = 1;  // of the voters
  bool operator==(const Checkpoint&) const = default;
};

[[nodiscard]] Checkpoint make_checkpoint(std::string_view origin, const BlockHeader& header,
                                         const Digest& block_hash, std::uint64_t epoch);
// The note's text, with its last newline.
[[nodiscard]] std::string format_checkpoint(const Checkpoint& checkpoint);
// Strict: parse then format gives the same bytes. kInvalidArgument otherwise.
[[nodiscard]] Result<Checkpoint> parse_checkpoint(std::string_view text);

// The whole note with this one signature line.
[[nodiscard]] Result<Bytes> sign_checkpoint(const Checkpoint& checkpoint,
                                            std::string_view node_name,
                                            const crypto::PrivateKey& attestation_key);

// What a note says and which of `voters` truly signed it, ascending node numbers.
struct VerifiedNote {
  Checkpoint checkpoint;
  std::vector<std::uint64_t> signers;
};
// kInvalidArgument: not a checkpoint note. No signer is no error here. Lines of others are ignored.
[[nodiscard]] Result<VerifiedNote> verify_note_signers(BytesView note,
                                                       std::span<const Voter> voters);

// More than half of all voters.
[[nodiscard]] constexpr std::size_t majority(std::size_t voters_count) {
  return voters_count / 2 + 1;
}

// A commit certificate: a checkpoint note with valid lines of a majority of `voters`.
// kInvalidArgument: not a checkpoint note; kFailedPrecondition: too few voters signed.
[[nodiscard]] Result<Checkpoint> verify_certificate(BytesView note, std::span<const Voter> voters);

// One note with the valid lines of `voters` from all of `notes`, ordered by node number. All notes
// have the same text, or kInvalidArgument. Lines of strangers and bad lines are dropped.
[[nodiscard]] Result<Bytes> merge_notes(std::span<const Bytes> notes,
                                        std::span<const Voter> voters);

// Transferable proof that voters broke their word: validly signed heads of one height that differ.
// The node numbers that signed both; empty when the notes do not contradict each other (other
// height, or the same text). For two contradicting certificates it is never empty.
[[nodiscard]] Result<std::vector<std::uint64_t>> find_equivocation(BytesView note_a,
                                                                   BytesView note_b,
                                                                   std::span<const Voter> voters);

}  // namespace sekisho::ledger
