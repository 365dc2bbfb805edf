// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/crypto/note.h"
#include "node/ledger/checkpoint.h"

namespace sekisho::replica {

// A checkpoint note with lines of a majority of voters.
struct Certificate {
  std::uint64_t height = 0;
  Bytes note;
};

// Validly signed heads of one height that differ.
struct Evidence {
  std::uint64_t height = 0;
  Bytes ours;  // or the first one seen
  Bytes theirs;
  bool majority_against_us = false;  // this node computed something else than a certified majority
};

// Gathers attestations into certificates. Knows this node's own text for each applied height and
// counts only lines over exactly that text; lines over another text are evidence. Attestations that
// come before this node has applied their height wait, bounded. Core thread only.
class Certifier {
 public:
  using Voters = std::shared_ptr<const std::vector<ledger::Voter>>;

  // `lines_min_for_tests`: instead of a majority; only a test sets it.
  explicit Certifier(std::size_t lines_min_for_tests = 0)
      : lines_min_for_tests_(lines_min_for_tests) {}

  // The block is durable here and `text` is its checkpoint. Heights grow.
  void on_block(std::uint64_t height, std::string text, Voters voters);
  // A note from a peer: an attestation or a whole certificate. kInvalidArgument when it is not a
  // checkpoint note.
  Status on_note(std::uint64_t from_node, BytesView note);
  // What this node itself signed for a block of on_block; not verified again.
  void on_own_note(std::uint64_t node_number, std::uint64_t height, BytesView note);
  // After a restart: heights up to this one are vouched for already.
  void set_certified_height(std::uint64_t height) { certified_height_ = height; }

  // The newest certificate since the last call.
  [[nodiscard]] std::optional<Certificate> take_certificate();
  [[nodiscard]] std::vector<Evidence> take_evidence();
  [[nodiscard]] std::uint64_t certified_height() const { return certified_height_; }
  // Newest height that the node's valid line was seen for; 0: none.
  [[nodiscard]] std::uint64_t attested_height(std::uint64_t node_number) const;

 private:
  static constexpr std::size_t kHeightsMax = 512;    // own texts remembered
  static constexpr std::size_t kEarlyNotesMax = 64;  // per sender
  static constexpr std::size_t kEarlySendersMax = 256;
  static constexpr std::size_t kContradictionsMax = 8;  // texts of one height kept as evidence

  using Lines = std::map<std::uint64_t, crypto::NoteSignature>;  // by node number
  struct Head {
    std::string text;
    Voters voters;
    Lines lines;
    std::map<std::string, Lines> contradicting;
  };

  void keep_early(std::uint64_t from_node, std::uint64_t height, BytesView note);
  void count(std::uint64_t height, Head& head, const crypto::Note& note);
  void count_contradiction(std::uint64_t height, Head& head, const crypto::Note& note);
  void check_majority(std::uint64_t height, const Head& head);
  // True when a new valid line came in.
  bool add_lines(const Head& head, const crypto::Note& note, Lines& lines);
  void note_signer(std::uint64_t node_number, std::uint64_t height);

  [[nodiscard]] bool enough(const Head& head, const Lines& lines) const;

  std::size_t lines_min_for_tests_;
  std::uint64_t certified_height_ = 0;
  std::map<std::uint64_t, Head> heads_;
  std::map<std::uint64_t, std::map<std::uint64_t, Bytes>> early_;  // by sender, by height
  std::map<std::uint64_t, std::uint64_t> attested_;
  std::optional<Certificate> certificate_;
  std::vector<Evidence> evidence_;
};

}  // namespace sekisho::replica
