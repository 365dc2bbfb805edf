// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/api/render.h"

#include <string>

#include <boost/json.hpp>
#include <google/protobuf/util/json_util.h>

#include "node/ledger/operation.h"
#include "node/ledger/verdict.h"
#include "node/state/proposal_effect.h"
#include "node/state/queries.h"

namespace sekisho::api {
namespace {

namespace json = boost::json;

json::value render_blob(const std::optional<state::Blob>& blob) {
  if (!blob) return nullptr;
  return {{"blob_id", blob->blob_id.hex()},
          {"size_bytes", blob->size_bytes},
          {"commitment", blob->commitment.hex()}};
}

json::value render_evidence(const std::optional<state::Evidence>& evidence) {
  if (!evidence) return nullptr;
  json::object counts;
  for (const auto& line : evidence->counts) counts[line.code] = line.count;
  return {{"converter_version", evidence->converter_version},
          {"map_digest", evidence->map_digest.hex()},
          {"catalog_digest", evidence->catalog_digest.hex()},
          {"input_commitment", evidence->input_commitment.hex()},
          {"persons_in", evidence->persons_in},
          {"persons_out", evidence->persons_out},
          {"persons_held", evidence->persons_held},
          {"counts", std::move(counts)}};
}

std::string_view map_status_name(state::MapStatus status) {
  switch (status) {
    case state::MapStatus::kPending:
      return "PENDING";
    case state::MapStatus::kApproved:
      return "APPROVED";
    case state::MapStatus::kRetired:
      return "RETIRED";
  }
  return "UNKNOWN";
}

std::string_view custody_status_name(state::CustodyStatus status) {
  switch (status) {
    case state::CustodyStatus::kHeld:
      return "HELD";
    case state::CustodyStatus::kPurging:
      return "PURGING";
    case state::CustodyStatus::kDeleted:
      return "DELETED";
  }
  return "UNKNOWN";
}

std::string_view blob_role_name(state::BlobRole role) {
  switch (role) {
    case state::BlobRole::kInput:
      return "INPUT";
    case state::BlobRole::kOutput:
      return "OUTPUT";
    case state::BlobRole::kReport:
      return "REPORT";
    case state::BlobRole::kMap:
      return "MAP";
  }
  return "UNKNOWN";
}

std::string_view class_name(state::ProposalClass proposal_class) {
  switch (proposal_class) {
    case state::ProposalClass::kRoutine:
      return "ROUTINE";
    case state::ProposalClass::kSensitive:
      return "SENSITIVE";
    case state::ProposalClass::kConstitutional:
      return "CONSTITUTIONAL";
  }
  return "UNKNOWN";
}

std::string_view role_name(replica::ReplicaRole role) {
  switch (role) {
    case replica::ReplicaRole::kFollower:
      return "FOLLOWER";
    case replica::ReplicaRole::kCandidate:
      return "CANDIDATE";
    case replica::ReplicaRole::kLeader:
      return "LEADER";
  }
  return "UNKNOWN";
}

// The decoded payload, for readers without Protobuf.
json::value render_payload(BytesView signed_operation, json::object& into) {
  const auto parsed = ledger::parse_operation(signed_operation);
  if (!parsed) return nullptr;
  into["author_member"] = parsed->operation.author_member();
  into["payload"] = ledger::payload_name(parsed->operation);
  std::string text;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  if (!google::protobuf::util::MessageToJsonString(parsed->operation, &text, options).ok()) {
    return nullptr;
  }
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  return error ? json::value(nullptr) : value;
}

}  // namespace

json::value render(const state::Member& member) {
  return {{"member_id", member.member_id},
          {"kind", ledger::member_kind_name(member.kind)},
          {"status", member.active() ? "ACTIVE" : "SUSPENDED"},
          {"number", member.number},
          {"name", member.name},
          {"parent", member.parent},
          {"ca_certificate", to_base64(member.ca_certificate_der)},
          {"encryption_certificate", to_base64(member.encryption_certificate_der)},
          {"since_ms", member.since_ms}};
}

json::value render(const state::Key& key) {
  return {{"key_id", key.key_id.hex()},
          {"member_id", key.member_id},
          {"role", ledger::key_role_name(key.role)},
          {"label", key.label},
          {"spki", to_base64(key.spki_der)},
          {"added_ms", key.added_ms},
          {"revoked_ms", key.revoked_ms}};
}

json::value render(const state::Node& node) {
  return {{"node_number", node.node_number},
          {"name", node.name},
          {"member_id", node.member_id},
          {"address", node.address},
          {"tls_key_id", node.tls_key_id.hex()},
          {"attestation_key", to_base64(node.attestation_key)},
          {"voter", node.voter},
          {"converter", node.converter}};
}

json::value render(const state::Map& map) {
  return {{"map_digest", map.map_digest.hex()},
          {"owner", map.owner},
          {"map_id", map.map_id},
          {"version", map.version},
          {"catalog_id", map.catalog_id},
          {"title", map.title},
          {"size_bytes", map.size_bytes},
          {"status", map_status_name(map.status)},
          {"registered_ms", map.registered_ms},
          {"since_ms", map.since_ms}};
}

json::value render(const state::Exchange& exchange) {
  return {{"exchange_id", exchange.exchange_id.hex()},
          {"sender", exchange.sender},
          {"receiver", exchange.receiver},
          {"map_digest", exchange.map_digest.hex()},
          {"converter_node", exchange.converter_node},
          {"allow_partial", exchange.allow_partial},
          {"state", state::exchange_state_name(exchange.state)},
          {"outcome", state::exchange_state_name(exchange.outcome)},
          {"input", render_blob(exchange.input)},
          {"output", render_blob(exchange.output)},
          {"report", render_blob(exchange.report)},
          {"evidence", render_evidence(exchange.evidence)},
          {"failure_code", exchange.failure_code},
          {"reason", exchange.reason},
          {"offered_index", exchange.offered_index},
          {"offered_ms", exchange.offered_ms},
          {"since_ms", exchange.since_ms},
          {"deadline_ms", exchange.deadline_ms},
          {"output_fetches", exchange.output_fetches},
          {"report_fetches", exchange.report_fetches},
          {"report_confirmed_ms", exchange.report_confirmed_ms},
          {"report_expired_ms", exchange.report_expired_ms}};
}

json::value render(const state::Custody& custody) {
  return {{"blob_id", custody.blob_id.hex()},
          {"node_number", custody.node_number},
          {"role", blob_role_name(custody.role)},
          {"status", custody_status_name(custody.status)},
          {"size_bytes", custody.size_bytes},
          {"held_ms", custody.held_ms},
          {"purge_ms", custody.purge_ms},
          {"deleted_ms", custody.deleted_ms},
          {"method", custody.method}};
}

json::value render(const state::Proposal& proposal, const state::Reader& reader,
                   std::uint64_t block_time_ms) {
  json::array votes;
  for (const auto& vote : proposal.votes) {
    votes.push_back(
        {{"member_id", vote.member_id}, {"approve", vote.approve}, {"cast_ms", vote.cast_ms}});
  }
  json::array effects;
  if (proposal.status == state::ProposalStatus::kOpen) {
    for (const auto& line : state::effect_of(reader, proposal.actions, block_time_ms)) {
      effects.push_back(
          {{"ja", line.ja}, {"en", line.en}, {"verdict", ledger::verdict_name(line.verdict)}});
    }
  }
  const auto tally = state::tally(reader, proposal);
  return {{"proposal_id", proposal.proposal_id.hex()},
          {"author", proposal.author},
          {"title", proposal.title},
          {"class", class_name(proposal.proposal_class)},
          {"status", state::proposal_status_name(proposal.status)},
          {"stale", state::is_stale(reader, proposal)},
          {"proposed_ms", proposal.proposed_ms},
          {"expires_ms", proposal.expires_ms},
          {"decided_ms", proposal.decided_ms},
          {"votes", std::move(votes)},
          {"voting_members", tally.voting_members},
          {"approvals", tally.approvals},
          {"needed", tally.needed},
          {"effects", std::move(effects)}};
}

json::value render(const ledger::OperationRecord& record) {
  const auto verdict = static_cast<ledger::Verdict>(record.verdict);
  json::object object{{"index", record.index},
                      {"height", record.height},
                      {"block_time_ms", record.block_time_ms},
                      {"verdict", record.verdict},
                      {"verdict_name", ledger::verdict_name(verdict)},
                      {"verdict_ja", ledger::verdict_text_ja(verdict)},
                      {"operation_id", record.operation_id.hex()},
                      {"operation_digest", record.operation_digest.hex()},
                      {"key_id", record.author_key_id.hex()},
                      {"signed_operation", to_base64(record.signed_operation)}};
  object["operation"] = render_payload(record.signed_operation, object);
  return object;
}

json::value render(const ledger::BlockHeader& header, const Digest& hash) {
  return {{"height", header.height},
          {"block_hash", hash.hex()},
          {"previous_block_hash", header.previous_block_hash.hex()},
          {"term", header.term},
          {"block_time_ms", header.block_time_ms},
          {"first_index", header.first_index},
          {"operation_count", header.operation_count},
          {"log_root", header.log_root.hex()},
          {"state_root", header.state_root.hex()}};
}

json::value render(const Id16& operation_id, const replica::OperationStatus& status) {
  json::object object{{"operation_id", operation_id.hex()},
                      {"status", replica::stage_name(status.stage)},
                      {"final", status.is_final()},
                      {"certified_height", status.certified_height}};
  if (status.stage == replica::OperationStage::kCommitted ||
      status.stage == replica::OperationStage::kAttested) {
    const auto verdict = static_cast<ledger::Verdict>(status.verdict);
    object["index"] = status.index;
    object["height"] = status.height;
    object["block_time_ms"] = status.block_time_ms;
    object["verdict"] = status.verdict;
    object["verdict_name"] = ledger::verdict_name(verdict);
    object["verdict_ja"] = ledger::verdict_text_ja(verdict);
    object["verdict_en"] = ledger::verdict_text_en(verdict);
    object["operation_digest"] = status.digest.hex();
  }
  return object;
}

json::value render(const replica::ReplicaStatus& status) {
  json::array peers;
  for (const auto& peer : status.peers) {
    peers.push_back({{"node_number", peer.node_number},
                     {"match_index", peer.match_index},
                     {"attested_height", peer.attested_height}});
  }
  return {{"role", role_name(status.role)},
          {"leader", status.leader},
          {"term", status.term},
          {"commit_index", status.commit_index},
          {"applied_index", status.applied_index},
          {"applied_height", status.applied_height},
          {"attested_height", status.attested_height},
          {"certified_height", status.certified_height},
          {"operations", status.tree_size},
          {"block_time_ms", status.block_time_ms},
          {"pool_operations", status.pool_operations},
          {"blocks_in_flight", status.blocks_in_flight},
          {"waiters", status.waiters},
          {"stopped", status.stopped},
          {"peers", std::move(peers)}};
}

}  // namespace sekisho::api
