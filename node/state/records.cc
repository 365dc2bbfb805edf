// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/state/records.h"

#include "node/base/check.h"
#include "node/state/codec.h"

namespace sekisho::ledger {

using state::codec::Is;

template <typename Codec, Is<Threshold> T>
void each_field(Codec& codec, T& x) {
  codec(x.secretariat, x.numerator, x.denominator);
}
template <typename Codec, Is<Policy> T>
void each_field(Codec& codec, T& x) {
  codec(x.clock_skew_max_ms, x.proposal_lifetime_ms, x.routine, x.sensitive, x.constitutional);
  codec(x.dwell_offered_ms, x.dwell_converted_ms, x.dwell_fetched_ms, x.receipts_required);
  codec(x.expire_overdue_ms);
}
template <typename Codec, Is<GenesisNode> T>
void each_field(Codec& codec, T& x) {
  codec(x.node_number, x.name, x.member_id, x.address, x.operation_key_spki, x.attestation_key);
  codec(x.tls_key_id, x.voter, x.converter);
}

}  // namespace sekisho::ledger

namespace sekisho::state {

using codec::Is;

template <typename Codec, Is<Consortium> T>
void each_field(Codec& codec, T& x) {
  codec(x.name, x.chain_id, x.created_ms, x.epoch);
}
template <typename Codec, Is<Member> T>
void each_field(Codec& codec, T& x) {
  codec(x.member_id, x.kind, x.status, x.number, x.name, x.parent, x.ca_certificate_der);
  codec(x.encryption_certificate_der, x.since_ms);
}
template <typename Codec, Is<Key> T>
void each_field(Codec& codec, T& x) {
  codec(x.key_id, x.member_id, x.role, x.label, x.spki_der, x.added_ms, x.revoked_ms);
}
template <typename Codec, Is<Map> T>
void each_field(Codec& codec, T& x) {
  codec(x.map_digest, x.owner, x.map_id, x.version, x.catalog_id, x.title, x.size_bytes, x.status);
  codec(x.registered_ms, x.since_ms);
}
template <typename Codec, Is<Blob> T>
void each_field(Codec& codec, T& x) {
  codec(x.blob_id, x.size_bytes, x.commitment);
}
template <typename Codec, Is<CodeCount> T>
void each_field(Codec& codec, T& x) {
  codec(x.code, x.count);
}
template <typename Codec, Is<Evidence> T>
void each_field(Codec& codec, T& x) {
  codec(x.converter_version, x.map_digest, x.catalog_digest, x.input_commitment, x.persons_in);
  codec(x.persons_out, x.persons_held, x.counts);
}
template <typename Codec, Is<Exchange> T>
void each_field(Codec& codec, T& x) {
  codec(x.exchange_id, x.sender, x.receiver, x.map_digest, x.converter_node, x.allow_partial);
  codec(x.state, x.outcome, x.input, x.output, x.report, x.evidence, x.failure_code, x.reason);
  codec(x.offered_index, x.offered_ms, x.since_ms, x.deadline_ms, x.output_fetches);
  codec(x.report_fetches, x.report_confirmed_ms, x.report_expired_ms);
  codec(x.output_node, x.report_node);
}
template <typename Codec, Is<Custody> T>
void each_field(Codec& codec, T& x) {
  codec(x.blob_id, x.node_number, x.exchange_id, x.role, x.status, x.size_bytes, x.held_ms);
  codec(x.purge_ms, x.deleted_ms, x.method);
}
// Only the fields of its type, so that an action has one spelling.
template <typename Codec, Is<Action> T>
void each_field(Codec& codec, T& x) {
  codec(x.type);
  switch (x.type) {
    case ActionType::kAddMember:
      codec(x.member, x.keys);
      break;
    case ActionType::kSuspendMember:
      codec(x.member_id, x.reason);
      break;
    case ActionType::kReinstateMember:
      codec(x.member_id);
      break;
    case ActionType::kApproveMap:
      codec(x.map_digest);
      break;
    case ActionType::kRetireMap:
      codec(x.map_digest, x.reason);
      break;
    case ActionType::kSetPolicy:
      codec(x.policy);
      break;
  }
}
template <typename Codec, Is<CastVote> T>
void each_field(Codec& codec, T& x) {
  codec(x.member_id, x.approve, x.cast_ms);
}
template <typename Codec, Is<Proposal> T>
void each_field(Codec& codec, T& x) {
  codec(x.proposal_id, x.author, x.title, x.proposal_class, x.status, x.proposed_ms, x.expires_ms);
  codec(x.decided_ms, x.failure, x.actions, x.votes, x.base);
}
template <typename Codec, Is<DedupEntry> T>
void each_field(Codec& codec, T& x) {
  codec(x.operation_ids);
}

namespace {

template <typename Record>
Bytes encode_record(const Record& record) {
  codec::Encoder encoder;
  encoder(record);
  return encoder.take();
}

template <typename Record>
Result<Record> decode_record(BytesView bytes) {
  codec::Decoder decoder(bytes);
  Record record;
  decoder(record);
  TRY_STATUS(decoder.finish());
  return record;
}

}  // namespace

std::string_view exchange_state_name(ExchangeState state) {
  switch (state) {
    case ExchangeState::kOffered:
      return "OFFERED";
    case ExchangeState::kConverted:
      return "CONVERTED";
    case ExchangeState::kFailed:
      return "FAILED";
    case ExchangeState::kFetched:
      return "FETCHED";
    case ExchangeState::kReceived:
      return "RECEIVED";
    case ExchangeState::kRejected:
      return "REJECTED";
    case ExchangeState::kWithdrawn:
      return "WITHDRAWN";
    case ExchangeState::kClosed:
      return "CLOSED";
    case ExchangeState::kExpired:
      return "EXPIRED";
  }
  return "UNKNOWN";
}

std::string_view proposal_status_name(ProposalStatus status) {
  switch (status) {
    case ProposalStatus::kOpen:
      return "OPEN";
    case ProposalStatus::kExecuted:
      return "EXECUTED";
    case ProposalStatus::kFailed:
      return "FAILED";
    case ProposalStatus::kRefused:
      return "REFUSED";
    case ProposalStatus::kExpired:
      return "EXPIRED";
  }
  return "UNKNOWN";
}

Bytes encode(const Consortium& value) { return encode_record(value); }
Bytes encode(const ledger::Policy& value) { return encode_record(value); }
Bytes encode(const Member& value) { return encode_record(value); }
Bytes encode(const Key& value) { return encode_record(value); }
Bytes encode(const Node& value) { return encode_record(value); }
Bytes encode(const Map& value) { return encode_record(value); }
Bytes encode(const Exchange& value) { return encode_record(value); }
Bytes encode(const Custody& value) { return encode_record(value); }
Bytes encode(const Proposal& value) { return encode_record(value); }
Bytes encode(const DedupEntry& value) { return encode_record(value); }

Result<Consortium> decode_consortium(BytesView bytes) { return decode_record<Consortium>(bytes); }
Result<ledger::Policy> decode_policy(BytesView bytes) {
  return decode_record<ledger::Policy>(bytes);
}
Result<Member> decode_member(BytesView bytes) { return decode_record<Member>(bytes); }
Result<Key> decode_key(BytesView bytes) { return decode_record<Key>(bytes); }
Result<Node> decode_node(BytesView bytes) { return decode_record<Node>(bytes); }
Result<Map> decode_map(BytesView bytes) { return decode_record<Map>(bytes); }
Result<Exchange> decode_exchange(BytesView bytes) { return decode_record<Exchange>(bytes); }
Result<Custody> decode_custody(BytesView bytes) { return decode_record<Custody>(bytes); }
Result<Proposal> decode_proposal(BytesView bytes) { return decode_record<Proposal>(bytes); }
Result<DedupEntry> decode_dedup_entry(BytesView bytes) { return decode_record<DedupEntry>(bytes); }

}  // namespace sekisho::state
