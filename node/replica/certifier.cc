// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/replica/certifier.h"

#include <algorithm>
#include <utility>

#include "node/base/check.h"
#include "node/base/probe.h"

namespace sekisho::replica {
namespace {

Bytes format(const std::string& text, const std::map<std::uint64_t, crypto::NoteSignature>& lines) {
  crypto::Note note{text, {}};
  for (const auto& [node, line] : lines) note.signatures.push_back(line);
  return crypto::format_note(note);
}

}  // namespace

void Certifier::on_block(std::uint64_t height, std::string text, Voters voters) {
  CHECK(heads_.empty() || heads_.rbegin()->first < height);
  Head& head = heads_[height];
  head.text = std::move(text);
  head.voters = std::move(voters);
  if (heads_.size() > kHeightsMax) heads_.erase(heads_.begin());
  for (auto& [sender, notes] : early_) {
    if (const auto found = notes.find(height); found != notes.end()) {
      PROBE("attestation_before_own_block");
      if (const auto parsed = crypto::parse_note(found->second)) count(height, head, *parsed);
    }
    notes.erase(notes.begin(), notes.upper_bound(height));
  }
}

Status Certifier::on_note(std::uint64_t from_node, BytesView bytes) {
  TRY(const auto note, crypto::parse_note(bytes));
  TRY(const auto checkpoint, ledger::parse_checkpoint(note.text));
  const std::uint64_t height = checkpoint.height;
  if (const auto found = heads_.find(height); found != heads_.end()) {
    count(height, found->second, note);
  } else if (heads_.empty() || height > heads_.rbegin()->first) {
    keep_early(from_node, height, bytes);
  }
  return {};
}

void Certifier::on_own_note(std::uint64_t node_number, std::uint64_t height, BytesView bytes) {
  const auto found = heads_.find(height);
  CHECK(found != heads_.end());
  Head& head = found->second;
  const auto note = crypto::parse_note(bytes);
  CHECK(note.has_value() && note->text == head.text && note->signatures.size() == 1);
  note_signer(node_number, height);
  if (height <= certified_height_) return;
  head.lines.emplace(node_number, note->signatures.front());
  check_majority(height, head);
}

void Certifier::keep_early(std::uint64_t from_node, std::uint64_t height, BytesView note) {
  if (!early_.contains(from_node) && early_.size() >= kEarlySendersMax) return;
  auto& notes = early_[from_node];
  notes[height] = Bytes(note);
  if (notes.size() > kEarlyNotesMax) notes.erase(notes.begin());
}

bool Certifier::add_lines(const Head& head, const crypto::Note& note, Lines& lines) {
  bool added = false;
  for (const ledger::Voter& voter : *head.voters) {
    if (lines.contains(voter.node_number)) continue;
    for (const crypto::NoteSignature& line : note.signatures) {
      if (line.name != voter.verifier.name) continue;
      if (!crypto::verify_note(note.text, line, voter.verifier)) continue;
      lines.emplace(voter.node_number, line);
      added = true;
      break;
    }
  }
  return added;
}

void Certifier::count(std::uint64_t height, Head& head, const crypto::Note& note) {
  if (note.text != head.text) return count_contradiction(height, head, note);
  // A latecomer's line over the agreed text changes nothing and is not worth its verification.
  if (height <= certified_height_) return;
  if (!add_lines(head, note, head.lines)) return;
  for (const auto& [node, line] : head.lines) note_signer(node, height);
  check_majority(height, head);
}

void Certifier::count_contradiction(std::uint64_t height, Head& head, const crypto::Note& note) {
  // A faulty voter may sign any number of texts; a few prove as much as all.
  const auto known = head.contradicting.find(note.text);
  if (known == head.contradicting.end() && head.contradicting.size() >= kContradictionsMax) return;
  Lines lines;
  if (known != head.contradicting.end()) lines = known->second;
  if (!add_lines(head, note, lines)) return;
  PROBE("contradicting_attestation");
  const Bytes theirs = format(note.text, lines);
  const bool majority = enough(head, lines);
  evidence_.push_back({height, format(head.text, head.lines), theirs, majority});
  head.contradicting[note.text] = std::move(lines);
}

bool Certifier::enough(const Head& head, const Lines& lines) const {
  if (lines_min_for_tests_ != 0) return lines.size() >= lines_min_for_tests_;
  return lines.size() >= ledger::majority(head.voters->size());
}

void Certifier::check_majority(std::uint64_t height, const Head& head) {
  if (height <= certified_height_) return;
  if (!enough(head, head.lines)) return;
  certified_height_ = height;
  certificate_ = Certificate{height, format(head.text, head.lines)};
}

void Certifier::note_signer(std::uint64_t node_number, std::uint64_t height) {
  std::uint64_t& newest = attested_[node_number];
  newest = std::max(newest, height);
}

std::optional<Certificate> Certifier::take_certificate() {
  return std::exchange(certificate_, std::nullopt);
}

std::vector<Evidence> Certifier::take_evidence() { return std::exchange(evidence_, {}); }

std::uint64_t Certifier::attested_height(std::uint64_t node_number) const {
  const auto found = attested_.find(node_number);
  return found == attested_.end() ? 0 : found->second;
}

}  // namespace sekisho::replica
