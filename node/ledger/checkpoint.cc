// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/checkpoint.h"

#include <algorithm>
#include <map>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/ledger/text.h"

namespace sekisho::ledger {
namespace {

tl::unexpected<Error> not_a_checkpoint(std::string_view what) {
  return fail(Code::kInvalidArgument, "not a checkpoint of this kind: " + std::string(what));
}

// Takes lines off the front of a text whose every line ends in a newline.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}

  // The next line, which must start with `label`, without it.
  Result<std::string_view> after(std::string_view label) {
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) return not_a_checkpoint("a line is missing");
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    if (!line.starts_with(label)) return not_a_checkpoint("no line '" + std::string(label) + "…'");
    line.remove_prefix(label.size());
    return line;
  }
  Result<std::uint64_t> number_after(std::string_view label) {
    TRY(const std::string_view text, after(label));
    const auto number = parse_decimal(text);
    if (!number) return not_a_checkpoint("bad number");
    return *number;
  }
  Result<Digest> digest_after(std::string_view label) {
    TRY(const std::string_view text, after(label));
    TRY(const Bytes bytes, from_base64(text));
    return Digest::from_bytes(bytes);
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

const Voter* find_voter(std::span<const Voter> voters, const crypto::NoteSignature& line) {
  const auto voter = std::find_if(voters.begin(), voters.end(), [&](const Voter& v) {
    return v.verifier.name == line.name &&
           crypto::note_key_hash(v.verifier.name, v.verifier.key) == line.key_hash;
  });
  return voter == voters.end() ? nullptr : &*voter;
}

// The first valid line of each voter, by node number.
std::map<std::uint64_t, crypto::NoteSignature> valid_lines(const crypto::Note& note,
                                                           std::span<const Voter> voters) {
  std::map<std::uint64_t, crypto::NoteSignature> lines;
  for (const crypto::NoteSignature& line : note.signatures) {
    const Voter* voter = find_voter(voters, line);
    if (voter == nullptr || lines.contains(voter->node_number)) continue;
    if (crypto::verify_note(note.text, line, voter->verifier))
      lines.emplace(voter->node_number, line);
  }
  return lines;
}

}  // namespace

Checkpoint make_checkpoint(std::string_view origin, const BlockHeader& header,
                           const Digest& block_hash, std::uint64_t epoch) {
  return {std::string(origin),
          header.tree_size(),
          header.log_root,
          header.height,
          block_hash,
          header.state_root,
          epoch};
}

std::string format_checkpoint(const Checkpoint& checkpoint) {
  std::string text = checkpoint.origin + "\n";
  text += std::to_string(checkpoint.tree_size) + "\n";
  text += to_base64(checkpoint.log_root.view()) + "\n";
  text += "height " + std::to_string(checkpoint.height) + "\n";
  text += "block " + to_base64(checkpoint.block_hash.view()) + "\n";
  text += "state " + to_base64(checkpoint.state_root.view()) + "\n";
  text += "epoch " + std::to_string(checkpoint.epoch) + "\n";
  return text;
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  Checkpoint checkpoint;
  LineReader lines(text);
  TRY(checkpoint.origin, lines.after(""));
  if (checkpoint.origin.empty() || !valid_text(checkpoint.origin, limits::kNameMax)) {
    return not_a_checkpoint("bad origin");
  }
  TRY(checkpoint.tree_size, lines.number_after(""));
  TRY(checkpoint.log_root, lines.digest_after(""));
  TRY(checkpoint.height, lines.number_after("height "));
  TRY(checkpoint.block_hash, lines.digest_after("block "));
  TRY(checkpoint.state_root, lines.digest_after("state "));
  TRY(checkpoint.epoch, lines.number_after("epoch "));
  if (!lines.at_end()) return not_a_checkpoint("more lines than a checkpoint has");
  return checkpoint;
}

Result<Bytes> sign_checkpoint(const Checkpoint& checkpoint, std::string_view node_name,
                              const crypto::PrivateKey& attestation_key) {
  crypto::Note note{format_checkpoint(checkpoint), {}};
  TRY(crypto::NoteSignature line, crypto::sign_note(note.text, node_name, attestation_key));
  note.signatures.push_back(std::move(line));
  return crypto::format_note(note);
}

Result<VerifiedNote> verify_note_signers(BytesView note, std::span<const Voter> voters) {
  TRY(const crypto::Note parsed, crypto::parse_note(note));
  VerifiedNote verified;
  TRY(verified.checkpoint, parse_checkpoint(parsed.text));
  for (const auto& [node_number, line] : valid_lines(parsed, voters)) {
    verified.signers.push_back(node_number);
  }
  return verified;
}

Result<Checkpoint> verify_certificate(BytesView note, std::span<const Voter> voters) {
  TRY(VerifiedNote verified, verify_note_signers(note, voters));
  if (voters.empty() || verified.signers.size() < majority(voters.size())) {
    return fail(Code::kFailedPrecondition, "the checkpoint has valid signatures of " +
                                               std::to_string(verified.signers.size()) + " of " +
                                               std::to_string(voters.size()) +
                                               " voters; a majority is needed");
  }
  return std::move(verified.checkpoint);
}

Result<Bytes> merge_notes(std::span<const Bytes> notes, std::span<const Voter> voters) {
  if (notes.empty()) return fail(Code::kInvalidArgument, "no notes to merge");
  crypto::Note merged;
  std::map<std::uint64_t, crypto::NoteSignature> lines;
  for (const Bytes& bytes : notes) {
    TRY(const crypto::Note note, crypto::parse_note(bytes));
    if (merged.text.empty()) merged.text = note.text;
    if (note.text != merged.text) {
      return fail(Code::kInvalidArgument, "the notes to merge have different texts");
    }
    lines.merge(valid_lines(note, voters));
  }
  for (auto& [node_number, line] : lines) merged.signatures.push_back(std::move(line));
  if (merged.signatures.empty()) {
    return fail(Code::kInvalidArgument, "no note has a valid signature of a voter");
  }
  return crypto::format_note(merged);
}

Result<std::vector<std::uint64_t>> find_equivocation(BytesView note_a, BytesView note_b,
                                                     std::span<const Voter> voters) {
  TRY(const VerifiedNote a, verify_note_signers(note_a, voters));
  TRY(const VerifiedNote b, verify_note_signers(note_b, voters));
  std::vector<std::uint64_t> both;
  const bool same_chain = a.checkpoint.origin == b.checkpoint.origin;
  if (!same_chain || a.checkpoint.height != b.checkpoint.height || a.checkpoint == b.checkpoint) {
    return both;
  }
  std::set_intersection(a.signers.begin(), a.signers.end(), b.signers.begin(), b.signers.end(),
                        std::back_inserter(both));
  return both;
}

}  // namespace sekisho::ledger
