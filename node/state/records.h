// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "node/base/bytes.h"
#include "node/ledger/genesis.h"
#include "node/ledger/policy.h"
#include "proto/v1/operation.pb.h"

namespace sekisho::state {

// The values of the state. Each has a fixed binary encoding (docs/formats/state.md), never
// Protobuf: encode(x) is the only byte string that decode gives x for. decode_ takes our own bytes;
// what does not decode is kCorrupt.

// The chain as a whole.
struct Consortium {
  std::string name;
  Digest chain_id;
  std::uint64_t created_ms = 0;
  std::uint64_t epoch = 1;  // grows with each change of the voters
  bool operator==(const Consortium&) const = default;
};

enum class MemberStatus : std::uint8_t { kActive = 1, kSuspended = 2 };

struct Member {
  std::string member_id;
  v1::MemberKind kind = v1::MEMBER_KIND_UNSPECIFIED;
  MemberStatus status = MemberStatus::kActive;
  std::string number;
  std::string name;
  std::string parent;
  Bytes ca_certificate_der;
  Bytes encryption_certificate_der;
  std::uint64_t since_ms = 0;  // of the status
  bool operator==(const Member&) const = default;

  [[nodiscard]] bool active() const { return status == MemberStatus::kActive; }
  // Counts in governance: active and not an auditor.
  [[nodiscard]] bool voting() const { return active() && kind != v1::AUDITOR; }
};

struct Key {
  Digest key_id;
  std::string member_id;
  v1::KeyRole role = v1::KEY_ROLE_UNSPECIFIED;
  std::string label;
  Bytes spki_der;
  std::uint64_t added_ms = 0;
  std::uint64_t revoked_ms = 0;  // 0: valid
  bool operator==(const Key&) const = default;

  [[nodiscard]] bool revoked() const { return revoked_ms != 0; }
};

using Node = ledger::GenesisNode;

enum class MapStatus : std::uint8_t { kPending = 1, kApproved = 2, kRetired = 3 };

struct Map {
  Digest map_digest;  // also its blob id
  std::string owner;  // member id
  std::string map_id;
  std::uint32_t version = 0;
  std::string catalog_id;
  std::string title;
  std::uint64_t size_bytes = 0;
  MapStatus status = MapStatus::kPending;
  std::uint64_t registered_ms = 0;
  std::uint64_t since_ms = 0;  // of the status
  bool operator==(const Map&) const = default;
};

// Numbers are part of the encoding.
enum class ExchangeState : std::uint8_t {
  kOffered = 1,    // input held; the converter's turn
  kConverted = 2,  // output held; the receiver's turn
  kFailed = 3,     // error list held; the sender's turn
  kFetched = 4,    // the receiver has fetched and must confirm or reject
  kReceived = 5,   // 受信完了; the holders' turn to delete
  kRejected = 6,   // 返戻; the same
  kWithdrawn = 7,  // 取消; the same
  kClosed = 8,     // every holder's deletion is recorded
  kExpired = 9,    // 期限切れ: nobody took the step that was due; the holders' turn to delete
};
[[nodiscard]] std::string_view exchange_state_name(ExchangeState state);  // "OFFERED"

// A sealed file as the ledger knows it.
struct Blob {
  Digest blob_id;
  std::uint64_t size_bytes = 0;
  Digest commitment;  // zero for a map
  bool operator==(const Blob&) const = default;
};

struct CodeCount {
  std::string code;
  std::uint64_t count = 0;
  bool operator==(const CodeCount&) const = default;
};

// What the conversion can be re-checked by (proto ConversionEvidence).
struct Evidence {
  std::string converter_version;
  Digest map_digest;
  Digest catalog_digest;
  Digest input_commitment;
  std::uint64_t persons_in = 0;
  std::uint64_t persons_out = 0;
  std::uint64_t persons_held = 0;
  std::vector<CodeCount> counts;
  bool operator==(const Evidence&) const = default;
};

struct Exchange {
  Id16 exchange_id;
  std::string sender;
  std::string receiver;
  Digest map_digest;
  std::uint64_t converter_node = 0;
  bool allow_partial = false;
  ExchangeState state = ExchangeState::kOffered;
  ExchangeState outcome = ExchangeState::kOffered;  // the state before CLOSED, else the state
  Blob input;
  std::optional<Blob> output;
  std::optional<Blob> report;
  std::optional<Evidence> evidence;
  std::string failure_code;         // of a failed conversion
  std::string reason;               // of a rejection or withdrawal
  std::uint64_t offered_index = 0;  // of the Offer on the ledger
  std::uint64_t offered_ms = 0;
  std::uint64_t since_ms = 0;     // of the state
  std::uint64_t deadline_ms = 0;  // overdue after it; 0: none in this state
  std::uint64_t output_fetches = 0;
  std::uint64_t report_fetches = 0;
  std::uint64_t report_confirmed_ms = 0;
  std::uint64_t report_expired_ms = 0;  // the sender never confirmed it
  std::uint64_t output_node = 0;        // through which the newest fetch goes; 0: none yet
  std::uint64_t report_node = 0;
  // The report is kept for its sender.
  [[nodiscard]] bool report_open() const {
    return report && report_confirmed_ms == 0 && report_expired_ms == 0 &&
           state != ExchangeState::kWithdrawn && state != ExchangeState::kClosed;
  }
  bool operator==(const Exchange&) const = default;
};

enum class BlobRole : std::uint8_t { kInput = 1, kOutput = 2, kReport = 3, kMap = 4 };
enum class CustodyStatus : std::uint8_t {
  kHeld = 1,     // must be kept
  kPurging = 2,  // held, and must be deleted now
  kDeleted = 3,  // its deletion is recorded
};

// One blob at one holder. Stays after the deletion: it is the proof of it.
struct Custody {
  Digest blob_id;
  std::uint64_t node_number = 0;
  Id16 exchange_id;  // zero for a map
  BlobRole role = BlobRole::kInput;
  CustodyStatus status = CustodyStatus::kHeld;
  std::uint64_t size_bytes = 0;
  std::uint64_t held_ms = 0;
  std::uint64_t purge_ms = 0;    // when it had to go; 0: not yet
  std::uint64_t deleted_ms = 0;  // 0: not yet
  std::string method;            // of the deletion
  bool operator==(const Custody&) const = default;
};

enum class ActionType : std::uint8_t {
  kAddMember = 1,
  kSuspendMember = 2,
  kReinstateMember = 3,
  kApproveMap = 4,
  kRetireMap = 5,
  kSetPolicy = 6,
};

// One action of a proposal; which fields count depends on the type.
struct Action {
  ActionType type = ActionType::kApproveMap;
  Member member;          // kAddMember
  std::vector<Key> keys;  // kAddMember
  std::string member_id;  // kSuspendMember, kReinstateMember
  Digest map_digest;      // kApproveMap, kRetireMap
  std::string reason;     // kSuspendMember, kRetireMap
  ledger::Policy policy;  // kSetPolicy
  bool operator==(const Action&) const = default;
};

enum class ProposalClass : std::uint8_t { kRoutine = 1, kSensitive = 2, kConstitutional = 3 };
enum class ProposalStatus : std::uint8_t {
  kOpen = 1,
  kExecuted = 2,  // decided and applied, all actions at once
  kFailed = 3,    // decided, but an action no longer applied; nothing was changed
  kRefused = 4,   // the approvals can no longer be reached
  kExpired = 5,
};
[[nodiscard]] std::string_view proposal_status_name(ProposalStatus status);

struct CastVote {
  std::string member_id;
  bool approve = false;
  std::uint64_t cast_ms = 0;
  bool operator==(const CastVote&) const = default;
};

struct Proposal {
  Id16 proposal_id;
  std::string author;  // member id
  std::string title;
  ProposalClass proposal_class = ProposalClass::kRoutine;
  ProposalStatus status = ProposalStatus::kOpen;
  std::uint64_t proposed_ms = 0;
  std::uint64_t expires_ms = 0;
  std::uint64_t decided_ms = 0;
  std::uint16_t failure = 0;  // ledger::Verdict of the action that failed
  std::vector<Action> actions;
  std::vector<CastVote> votes;  // in the order cast
  Digest base;  // of what the actions change, as it was when proposed (proposal_effect.h)
  bool operator==(const Proposal&) const = default;
};

// The operation ids that one block spent. Dropped once block time has passed the largest validity.
struct DedupEntry {
  std::vector<Id16> operation_ids;  // in block order
  bool operator==(const DedupEntry&) const = default;
};

[[nodiscard]] Bytes encode(const Consortium& value);
[[nodiscard]] Bytes encode(const ledger::Policy& value);
[[nodiscard]] Bytes encode(const Member& value);
[[nodiscard]] Bytes encode(const Key& value);
[[nodiscard]] Bytes encode(const Node& value);
[[nodiscard]] Bytes encode(const Map& value);
[[nodiscard]] Bytes encode(const Exchange& value);
[[nodiscard]] Bytes encode(const Custody& value);
[[nodiscard]] Bytes encode(const Proposal& value);
[[nodiscard]] Bytes encode(const DedupEntry& value);

[[nodiscard]] Result<Consortium> decode_consortium(BytesView bytes);
[[nodiscard]] Result<ledger::Policy> decode_policy(BytesView bytes);
[[nodiscard]] Result<Member> decode_member(BytesView bytes);
[[nodiscard]] Result<Key> decode_key(BytesView bytes);
[[nodiscard]] Result<Node> decode_node(BytesView bytes);
[[nodiscard]] Result<Map> decode_map(BytesView bytes);
[[nodiscard]] Result<Exchange> decode_exchange(BytesView bytes);
[[nodiscard]] Result<Custody> decode_custody(BytesView bytes);
[[nodiscard]] Result<Proposal> decode_proposal(BytesView bytes);
[[nodiscard]] Result<DedupEntry> decode_dedup_entry(BytesView bytes);

}  // namespace sekisho::state
