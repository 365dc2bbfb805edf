// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "node/base/check.h"
#include "node/base/log.h"
#include "node/base/probe.h"
#include "node/ledger/checkpoint.h"
#include "node/replica/replica_impl.h"
#include "node/state/queries.h"

namespace sekisho::replica {
namespace {

// After a restart only the newest blocks still interest anybody: a certificate vouches for all
// blocks before it.
constexpr std::uint64_t kTakenUpMax = 64;

}  // namespace

void Replica::Impl::refresh_voters() {
  const std::uint64_t epoch = state::consortium(parts_.state).epoch;
  if (epoch == epoch_) return;
  epoch_ = epoch;
  voters_ = std::make_shared<const std::vector<ledger::Voter>>(state::voters(parts_.state));
}

void Replica::Impl::take_up_attestations() {
  const std::uint64_t head = parts_.state.height();
  const std::uint64_t certified = certifier_.certified_height();
  const std::uint64_t from = std::max(certified, head > kTakenUpMax ? head - kTakenUpMax : 0) + 1;
  const storage::LedgerView view = parts_.ledger.view();
  for (std::uint64_t height = from; height <= head; ++height) {
    const auto header = view.header(height);
    const auto note = view.own_attestation(height);
    if (!header || !note) return fatal((!header ? header.error() : note.error()).within("ledger"));
    const Digest hash = ledger::block_hash(*header);
    expect_certificate(*header, hash);
    if (*note) {
      PROBE("own_attestation_taken_up");
      certifier_.on_own_note(config_.node_number, height, **note);
    } else {
      attest_stored(*header, hash);
    }
  }
}

void Replica::Impl::expect_certificate(const ledger::BlockHeader& header, const Digest& hash) {
  refresh_voters();
  if (header.height == certifier_.certified_height() + 1) uncertified_since_ms_ = now_ms();
  certifier_.on_block(
      header.height,
      ledger::format_checkpoint(ledger::make_checkpoint(origin_, header, hash, epoch_)), voters_);
  collect_certificate();
}

// A block that is vouched for already needs no further word, which also spares a node that catches
// up. Blocks of long ago fail the clock rule; the next fresh block vouches for them.
bool Replica::Impl::clock_agrees(const ledger::BlockHeader& header) {
  const std::uint64_t own = parts_.clock.unix_ms();
  const std::uint64_t block = header.block_time_ms;
  const std::uint64_t difference = own > block ? own - block : block - own;
  if (difference <= policy_.clock_skew_max_ms) return true;
  PROBE("not_attested_for_the_clock");
  ++skew_refusals_;
  log::warning("clock_differs", {{"height", header.height}, {"difference_ms", difference}});
  return false;
}

bool Replica::Impl::should_attest(const ledger::BlockHeader& header) {
  const bool votes = core_.configuration().is_voter(config_.node_number);
  if (stopped_ || !votes || header.height <= attested_height_) return false;
  return header.height > certifier_.certified_height() && clock_agrees(header);
}

Bytes Replica::Impl::sign_head(const ledger::BlockHeader& header, const Digest& hash) {
  if (!should_attest(header)) return {};
  auto note = ledger::sign_checkpoint(ledger::make_checkpoint(origin_, header, hash, epoch_),
                                      config_.name, parts_.attestation_key);
  CHECK(note.has_value());
  return *std::move(note);
}

void Replica::Impl::announce(std::uint64_t height, const Digest& hash, const Bytes& note) {
  if (!note.empty())
    broadcast(encode_frame(AttestationFrame{height, config_.node_number, hash, note}));
}

void Replica::Impl::on_attested(std::uint64_t height, const Digest& hash, const Bytes& note) {
  if (note.empty()) return;
  attested_height_ = height;
  announce(height, hash, note);
  certifier_.on_own_note(config_.node_number, height, note);
  collect_certificate();
}

void Replica::Impl::attest_stored(const ledger::BlockHeader& header, const Digest& hash) {
  const Bytes note = sign_head(header, hash);
  if (note.empty()) return;
  if (auto saved = parts_.ledger.save_own_attestation(header.height, hash, note); !saved)
    return fatal(saved.error().within("ledger"));
  on_attested(header.height, hash, note);
}

void Replica::Impl::on_attestation(std::uint64_t from_node, const AttestationFrame& frame) {
  if (const Status status = certifier_.on_note(from_node, frame.note); !status) {
    ++frames_rejected_;
    log::warning("attestation_refused",
                 {{"node", from_node}, {"reason", status.error().to_string()}});
    return;
  }
  collect_certificate();
}

void Replica::Impl::collect_certificate() {
  collect_evidence();
  const std::optional<Certificate> certificate = certifier_.take_certificate();
  if (!certificate || stopped_) return;
  if (auto saved = parts_.ledger.save_certificate(certificate->height, certificate->note); !saved)
    return fatal(saved.error().within("ledger"));
  const auto header = parts_.ledger.view().header(certificate->height);
  if (!header) return fatal(header.error().within("ledger"));
  certified_time_ms_ = header->block_time_ms;
  uncertified_since_ms_ = now_ms();
  next_chase_ms_ = 0;
  parts_.observer.on_certified(certificate->height);
  answer(waiters_.on_certified(certificate->height, certified_time_ms_));
}

void Replica::Impl::collect_evidence() {
  for (const Evidence& evidence : certifier_.take_evidence()) {
    ++evidence_;
    log::error("contradicting_heads", {{"height", evidence.height},
                                       {"note_a", to_base64(evidence.ours)},
                                       {"note_b", to_base64(evidence.theirs)}});
    parts_.observer.on_evidence(evidence.height, evidence.ours, evidence.theirs);
    if (!evidence.majority_against_us) continue;
    PROBE("own_side_against_a_certificate");
    fatal({Code::kCorrupt, "this node computed another block " + std::to_string(evidence.height) +
                               " than a certified majority; restore it from a peer"});
  }
}

// Attestations may be lost, or come before a restart; whoever misses a certificate asks for it.
void Replica::Impl::chase_certificate() {
  const std::uint64_t head = parts_.state.height();
  const std::uint64_t now = now_ms();
  if (stopped_ || head <= certifier_.certified_height()) return;
  const std::uint64_t retry_ms = config_.options.attestation_retry_ms;
  if (now < std::max(uncertified_since_ms_ + retry_ms, next_chase_ms_)) return;
  PROBE("certificate_chased");
  next_chase_ms_ = now + retry_ms;
  broadcast(encode_frame(CertificateRequestFrame{head}));
  const auto own = parts_.ledger.view().own_attestation(head);
  if (!own) return fatal(own.error().within("ledger"));
  if (*own) {
    broadcast(
        encode_frame(AttestationFrame{head, config_.node_number, parts_.state.head_hash(), **own}));
  } else {
    attest_stored(parts_.state.head(), parts_.state.head_hash());
  }
  if (leading()) chase_as_leader(now - uncertified_since_ms_);
}

// Quorum for the log but none for attestations: the head is too old for the clock rule, or this
// node's clock is what the others refuse.
void Replica::Impl::chase_as_leader(std::uint64_t uncertified_for_ms) {
  const std::uint64_t limit_ms = config_.options.uncertified_ms;
  if (uncertified_for_ms < limit_ms || now_ms() < next_leader_chase_ms_) return;
  next_leader_chase_ms_ = now_ms() + limit_ms;
  idle_block_wanted_ = true;
  const auto& voters = core_.configuration().voters;
  if (uncertified_for_ms < 2 * limit_ms || voters.size() < 2) return;
  const std::uint64_t next = voters[transfers_++ % voters.size()];
  if (next == config_.node_number) return;
  PROBE("leadership_handed_on_for_want_of_certificates");
  log::warning("leadership_handed_on", {{"to", next}});
  good(core_.transfer_leadership(next));
}

void Replica::Impl::on_certificate_request(std::uint64_t from_node,
                                           const CertificateRequestFrame& frame) {
  const storage::LedgerView view = parts_.ledger.view();
  const std::uint64_t certified = certifier_.certified_height();
  if (certified != 0 && frame.height <= certified) {
    const auto note = view.certificate(certified);
    if (!note) return fatal(note.error().within("ledger"));
    // Certificates are not synced: after a crash the newest may have to be collected again.
    if (*note) return send_note(from_node, certified, 0, **note);
  }
  for (const std::uint64_t height : {frame.height, attested_height_}) {
    if (height == 0 || height > attested_height_ ||
        (height != frame.height && height < frame.height))
      continue;
    const auto note = view.own_attestation(height);
    if (!note) return fatal(note.error().within("ledger"));
    if (*note) send_note(from_node, height, config_.node_number, **note);
    if (height == attested_height_) return;
  }
}

void Replica::Impl::send_note(std::uint64_t to_node, std::uint64_t height, std::uint64_t signer,
                              const Bytes& note) {
  const auto header = parts_.ledger.view().header(height);
  if (!header) return fatal(header.error().within("ledger"));
  send(to_node, AttestationFrame{height, signer, ledger::block_hash(*header), note});
}

}  // namespace sekisho::replica
