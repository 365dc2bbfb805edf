// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/state/rules.h"

#include <algorithm>

#include "node/base/check.h"
#include "node/state/actions.h"
#include "node/state/holdings.h"
#include "node/state/keys.h"
#include "node/state/queries.h"
#include "node/state/writes.h"

namespace sekisho::state {

using ledger::Verdict;

namespace {

// An exchange while a rule works on it. save() writes it with its indexes.
class OpenExchange {
 public:
  static std::optional<OpenExchange> find(RuleContext& context, const std::string& exchange_id) {
    auto found = exchange(context.state, *Id16::from_bytes(exchange_id));
    if (!found) return std::nullopt;
    return OpenExchange(std::move(*found));
  }

  Exchange* operator->() { return &now_; }
  Exchange& operator*() { return now_; }
  [[nodiscard]] bool in(std::initializer_list<ExchangeState> states) const {
    for (const ExchangeState state : states) {
      if (now_.state == state) return true;
    }
    return false;
  }

  // The author is a party: its operation is found under the exchange.
  void bind_terms(RuleContext& context) const {
    context.terms.exchange_id = now_.exchange_id;
    for (const std::string& party : {now_.sender, now_.receiver}) {
      auto& members = context.terms.members;
      if (std::find(members.begin(), members.end(), party) == members.end())
        members.push_back(party);
    }
  }
  void enter(RuleContext& context, ExchangeState state) {
    now_.state = state;
    if (state != ExchangeState::kClosed) now_.outcome = state;
    now_.since_ms = context.now_ms;
    set_deadline(context);
  }
  void set_deadline(const RuleContext& context) {
    const std::uint64_t dwell = dwell_ms(policy(context.state));
    now_.deadline_ms = dwell == 0 ? 0 : now_.since_ms + dwell;
  }
  void save(RuleContext& context) const { put_exchange(context.state, &before_, now_); }

 private:
  explicit OpenExchange(Exchange found) : before_(found), now_(std::move(found)) {}

  // How long the party whose turn it is may take; 0: it is nobody's turn but the holders'.
  [[nodiscard]] std::uint64_t dwell_ms(const ledger::Policy& policy) const {
    switch (now_.state) {
      case ExchangeState::kOffered:
        return policy.dwell_offered_ms;
      case ExchangeState::kConverted:
        return policy.dwell_converted_ms;
      case ExchangeState::kFetched:
        return policy.dwell_fetched_ms;
      case ExchangeState::kFailed:
      case ExchangeState::kReceived:
      case ExchangeState::kRejected:
      case ExchangeState::kExpired:
        return now_.report_open() ? policy.dwell_converted_ms : 0;
      case ExchangeState::kWithdrawn:
      case ExchangeState::kClosed:
        return 0;
    }
    return 0;
  }

  Exchange before_;
  Exchange now_;
};

bool receives(v1::MemberKind kind) { return kind != v1::SECRETARIAT && kind != v1::AUDITOR; }

Verdict check_receiver(const RuleContext& context, const std::string& receiver_id) {
  const std::optional<Member> receiver = member(context.state, receiver_id);
  if (!receiver) return Verdict::kRejectedUnknownReceiver;
  const bool ready = receiver->active() && receives(receiver->kind) &&
                     !receiver->encryption_certificate_der.empty();
  if (!ready) return Verdict::kRejectedReceiverNotReady;
  return certificate_in_dates(receiver->encryption_certificate_der, context.now_ms)
             ? Verdict::kAccepted
             : Verdict::kRejectedReceiverCertificate;
}

Verdict check_map(const RuleContext& context, const Digest& map_digest) {
  const std::optional<Map> found = map(context.state, map_digest);
  if (!found) return Verdict::kRejectedUnknownMap;
  return map_usable_by(context.state, *found, context.author.member_id)
             ? Verdict::kAccepted
             : Verdict::kRejectedMapNotUsable;
}

Verdict check_converter(const RuleContext& context, std::uint64_t node_number) {
  const std::optional<Node> converter = node(context.state, node_number);
  if (!converter || !converter->converter) return Verdict::kRejectedConverterNotEntitled;
  const std::optional<Member> owner = member(context.state, converter->member_id);
  CHECK(owner.has_value());
  return owner->active() ? Verdict::kAccepted : Verdict::kRejectedConverterNotEntitled;
}

Evidence evidence_from_proto(const v1::ConversionEvidence& proto) {
  Evidence evidence;
  evidence.converter_version = proto.converter_version();
  evidence.map_digest = *Digest::from_bytes(proto.map_digest());
  evidence.catalog_digest = *Digest::from_bytes(proto.catalog_digest());
  evidence.input_commitment = *Digest::from_bytes(proto.input_commitment());
  evidence.persons_in = proto.persons_in();
  evidence.persons_out = proto.persons_out();
  evidence.persons_held = proto.persons_held();
  for (const v1::CodeCount& count : proto.counts()) {
    evidence.counts.push_back({count.code(), count.count()});
  }
  return evidence;
}

// The exchange waits for this very node, and the evidence is about its map and input.
Verdict check_conversion(RuleContext& context, OpenExchange& open, const Evidence& evidence) {
  if (!signed_by_node(context, open->converter_node)) return Verdict::kRejectedConverterNotEntitled;
  open.bind_terms(context);
  if (open->state != ExchangeState::kOffered) return Verdict::kRejectedWrongExchangeState;
  if (evidence.map_digest != open->map_digest ||
      evidence.input_commitment != open->input.commitment) {
    return Verdict::kRejectedEvidenceMismatch;
  }
  return Verdict::kAccepted;
}

enum class Part : std::uint8_t { kNone, kOutput, kReport };

// Which part of the exchange this author handles under this blob id: the receiver the output, the
// sender the report.
Part part_of(const RuleContext& context, Exchange& exchange, const std::string& blob_id) {
  const bool output = exchange.output && exchange.output->blob_id.view() == blob_id;
  const bool report = exchange.report && exchange.report->blob_id.view() == blob_id;
  if (output && context.author.member_id == exchange.receiver) return Part::kOutput;
  if (report && context.author.member_id == exchange.sender) return Part::kReport;
  return Part::kNone;
}

Verdict fetch_output(RuleContext& context, OpenExchange& open, std::uint64_t node_number) {
  if (!open.in({ExchangeState::kConverted, ExchangeState::kFetched})) {
    return Verdict::kRejectedWrongExchangeState;
  }
  ++open->output_fetches;
  open->output_node = node_number;
  if (open->state == ExchangeState::kConverted) open.enter(context, ExchangeState::kFetched);
  return Verdict::kAccepted;
}

Verdict fetch_report(OpenExchange& open, std::uint64_t node_number) {
  if (open.in({ExchangeState::kWithdrawn, ExchangeState::kClosed})) {
    return Verdict::kRejectedWrongExchangeState;
  }
  if (!open->report_open()) return Verdict::kRejectedReportConfirmed;
  ++open->report_fetches;
  open->report_node = node_number;
  return Verdict::kAccepted;
}

Verdict confirm_output(RuleContext& context, OpenExchange& open, const std::string& commitment) {
  if (open->state == ExchangeState::kConverted) return Verdict::kRejectedNotFetched;
  if (open->state != ExchangeState::kFetched) return Verdict::kRejectedWrongExchangeState;
  if (open->output->commitment.view() != commitment) return Verdict::kRejectedCommitmentMismatch;
  open.enter(context, ExchangeState::kReceived);
  demand_purge(context, *open->output);
  return Verdict::kAccepted;
}

Verdict confirm_report(RuleContext& context, OpenExchange& open, const std::string& commitment) {
  if (open.in({ExchangeState::kWithdrawn, ExchangeState::kClosed})) {
    return Verdict::kRejectedWrongExchangeState;
  }
  if (!open->report_open()) return Verdict::kRejectedReportConfirmed;
  if (open->report_fetches == 0) return Verdict::kRejectedNotFetched;
  if (open->report->commitment.view() != commitment) return Verdict::kRejectedCommitmentMismatch;
  open->report_confirmed_ms = context.now_ms;
  open.set_deadline(context);
  demand_purge(context, *open->report);
  return Verdict::kAccepted;
}

// The part that waits for the party whose time is over: the sealed file, or later the report.
Verdict expire_part(RuleContext& context, OpenExchange& open) {
  if (open.in({ExchangeState::kOffered, ExchangeState::kConverted, ExchangeState::kFetched})) {
    demand_purge(context, open->output ? *open->output : open->input);
    open.enter(context, ExchangeState::kExpired);
    return Verdict::kAccepted;
  }
  if (!open->report_open()) return Verdict::kRejectedWrongExchangeState;
  open->report_expired_ms = context.now_ms;
  open.set_deadline(context);
  demand_purge(context, *open->report);
  return Verdict::kAccepted;
}

// The exchange of a deleted blob closes with the last holder's deletion.
bool all_deleted(const RuleContext& context, const Exchange& exchange) {
  std::vector<Digest> blobs{exchange.input.blob_id};
  if (exchange.output) blobs.push_back(exchange.output->blob_id);
  if (exchange.report) blobs.push_back(exchange.report->blob_id);
  for (const Digest& blob_id : blobs) {
    if (!holders_of(context.state, blob_id).empty()) return false;
  }
  return true;
}

}  // namespace

Verdict apply(RuleContext& context, const v1::Offer& offer) {
  Exchange fresh;
  fresh.exchange_id = *Id16::from_bytes(offer.exchange_id());
  fresh.map_digest = *Digest::from_bytes(offer.map_digest());
  if (exchange(context.state, fresh.exchange_id)) return Verdict::kRejectedExchangeExists;
  for (const Verdict verdict :
       {check_receiver(context, offer.receiver_member()), check_map(context, fresh.map_digest),
        check_converter(context, offer.converter_node())}) {
    if (verdict != Verdict::kAccepted) return verdict;
  }
  fresh.sender = context.author.member_id;
  fresh.receiver = offer.receiver_member();
  fresh.converter_node = offer.converter_node();
  fresh.allow_partial = offer.allow_partial();
  fresh.input = blob_from_proto(offer.input());
  if (context.state.get(commitment_key(fresh.input.commitment))) {
    return Verdict::kRejectedCommitmentReused;
  }
  fresh.offered_index = context.index;
  fresh.offered_ms = context.now_ms;
  fresh.since_ms = context.now_ms;
  fresh.deadline_ms = context.now_ms + policy(context.state).dwell_offered_ms;
  const Verdict held =
      take_custody(context, {{fresh.input, BlobRole::kInput, fresh.exchange_id}}, offer.receipts());
  if (held != Verdict::kAccepted) return held;
  put_exchange(context.state, nullptr, fresh);
  context.terms.exchange_id = fresh.exchange_id;
  if (fresh.receiver != fresh.sender) context.terms.members.push_back(fresh.receiver);
  return Verdict::kAccepted;
}

Verdict apply(RuleContext& context, const v1::ConversionResult& result) {
  auto open = OpenExchange::find(context, result.exchange_id());
  if (!open) return Verdict::kRejectedUnknownExchange;
  const Evidence evidence = evidence_from_proto(result.evidence());
  const Verdict checked = check_conversion(context, *open, evidence);
  if (checked != Verdict::kAccepted) return checked;
  if (evidence.persons_held > 0 && !(*open)->allow_partial)
    return Verdict::kRejectedEvidenceMismatch;
  Exchange& exchange = **open;
  exchange.output = blob_from_proto(result.output());
  std::vector<NewBlob> blobs{{*exchange.output, BlobRole::kOutput, exchange.exchange_id}};
  if (result.has_report()) {
    exchange.report = blob_from_proto(result.report());
    blobs.push_back({*exchange.report, BlobRole::kReport, exchange.exchange_id});
  }
  const Verdict held = take_custody(context, blobs, result.receipts());
  if (held != Verdict::kAccepted) return held;
  exchange.evidence = evidence;
  demand_purge(context, exchange.input);
  open->enter(context, ExchangeState::kConverted);
  open->save(context);
  return Verdict::kAccepted;
}

Verdict apply(RuleContext& context, const v1::ConversionFailure& failure) {
  auto open = OpenExchange::find(context, failure.exchange_id());
  if (!open) return Verdict::kRejectedUnknownExchange;
  const Evidence evidence = evidence_from_proto(failure.evidence());
  const Verdict checked = check_conversion(context, *open, evidence);
  if (checked != Verdict::kAccepted) return checked;
  Exchange& exchange = **open;
  exchange.report = blob_from_proto(failure.report());
  const Verdict held = take_custody(
      context, {{*exchange.report, BlobRole::kReport, exchange.exchange_id}}, failure.receipts());
  if (held != Verdict::kAccepted) return held;
  exchange.evidence = evidence;
  exchange.failure_code = failure.code();
  demand_purge(context, exchange.input);
  open->enter(context, ExchangeState::kFailed);
  open->save(context);
  return Verdict::kAccepted;
}

Verdict apply(RuleContext& context, const v1::RecordFetch& fetch) {
  auto open = OpenExchange::find(context, fetch.exchange_id());
  if (!open) return Verdict::kRejectedUnknownExchange;
  const std::string& author = context.author.member_id;
  if (author != (*open)->sender && author != (*open)->receiver) return Verdict::kRejectedNotParty;
  open->bind_terms(context);
  const Part part = part_of(context, **open, fetch.blob_id());
  if (part == Part::kNone) return Verdict::kRejectedWrongBlob;
  const Verdict verdict = part == Part::kOutput ? fetch_output(context, *open, fetch.node_number())
                                                : fetch_report(*open, fetch.node_number());
  if (verdict == Verdict::kAccepted) open->save(context);
  return verdict;
}

Verdict apply(RuleContext& context, const v1::ConfirmReceipt& confirm) {
  auto open = OpenExchange::find(context, confirm.exchange_id());
  if (!open) return Verdict::kRejectedUnknownExchange;
  const std::string& author = context.author.member_id;
  if (author != (*open)->sender && author != (*open)->receiver) return Verdict::kRejectedNotParty;
  open->bind_terms(context);
  const Part part = part_of(context, **open, confirm.blob_id());
  if (part == Part::kNone) return Verdict::kRejectedWrongBlob;
  const Verdict verdict = part == Part::kOutput
                              ? confirm_output(context, *open, confirm.commitment())
                              : confirm_report(context, *open, confirm.commitment());
  if (verdict == Verdict::kAccepted) open->save(context);
  return verdict;
}

Verdict apply(RuleContext& context, const v1::RejectDelivery& reject) {
  auto open = OpenExchange::find(context, reject.exchange_id());
  if (!open) return Verdict::kRejectedUnknownExchange;
  if (context.author.member_id != (*open)->receiver) return Verdict::kRejectedNotParty;
  open->bind_terms(context);
  if (!open->in({ExchangeState::kConverted, ExchangeState::kFetched})) {
    return Verdict::kRejectedWrongExchangeState;
  }
  (*open)->reason = reject.reason();
  open->enter(context, ExchangeState::kRejected);
  demand_purge(context, *(*open)->output);
  open->save(context);
  return Verdict::kAccepted;
}

Verdict apply(RuleContext& context, const v1::Withdraw& withdraw) {
  auto open = OpenExchange::find(context, withdraw.exchange_id());
  if (!open) return Verdict::kRejectedUnknownExchange;
  if (context.author.member_id != (*open)->sender) return Verdict::kRejectedNotParty;
  open->bind_terms(context);
  if (!open->in({ExchangeState::kOffered, ExchangeState::kConverted})) {
    return Verdict::kRejectedWrongExchangeState;
  }
  (*open)->reason = withdraw.reason();
  open->enter(context, ExchangeState::kWithdrawn);
  demand_purge(context, (*open)->input);
  if ((*open)->output) demand_purge(context, *(*open)->output);
  if ((*open)->report) demand_purge(context, *(*open)->report);
  open->save(context);
  return Verdict::kAccepted;
}

Verdict apply(RuleContext& context, const v1::ExpireExchange& expire) {
  auto open = OpenExchange::find(context, expire.exchange_id());
  if (!open) return Verdict::kRejectedUnknownExchange;
  open->bind_terms(context);
  const std::uint64_t grace_ms = policy(context.state).expire_overdue_ms;
  const std::uint64_t deadline_ms = (*open)->deadline_ms;
  if (deadline_ms == 0) return Verdict::kRejectedWrongExchangeState;
  if (grace_ms == 0 || context.now_ms < deadline_ms || context.now_ms - deadline_ms < grace_ms) {
    return Verdict::kRejectedNotOverdue;
  }
  const Verdict verdict = expire_part(context, *open);
  if (verdict == Verdict::kAccepted) open->save(context);
  return verdict;
}

Verdict apply(RuleContext& context, const v1::RecordDeletion& deletion) {
  const Digest blob_id = *Digest::from_bytes(deletion.blob_id());
  auto held = custody(context.state, blob_id, deletion.node_number());
  if (!held || !signed_by_node(context, deletion.node_number())) return Verdict::kRejectedNotHolder;
  if (held->status == CustodyStatus::kHeld) return Verdict::kRejectedNotToBePurged;
  if (held->status == CustodyStatus::kDeleted) return Verdict::kRejectedAlreadyDeleted;
  held->status = CustodyStatus::kDeleted;
  held->deleted_ms = context.now_ms;
  held->method = deletion.method();
  put_custody(context.state, *held);
  auto open = OpenExchange::find(context, Bytes(held->exchange_id.view()));
  CHECK(open.has_value());
  open->bind_terms(context);
  if (all_deleted(context, **open)) {
    open->enter(context, ExchangeState::kClosed);
    open->save(context);
  }
  return Verdict::kAccepted;
}

}  // namespace sekisho::state
