// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "node/base/bytes.h"

namespace sekisho::state {

// The typed keys of the state: one prefix byte, then fixed-size big-endian parts; a member id that
// is followed by something ends in 0x00. Exact: docs/formats/state.md. A prefix is never used
// twice.
namespace prefix {
inline constexpr char kConsortium = '\x01';        // -> Consortium
inline constexpr char kPolicy = '\x02';            // -> Policy
inline constexpr char kMember = '\x03';            // member_id -> Member
inline constexpr char kKey = '\x04';               // key_id -> Key
inline constexpr char kMemberKey = '\x05';         // member_id 00 key_id -> empty
inline constexpr char kNode = '\x06';              // u64 node -> Node
inline constexpr char kMap = '\x07';               // map_digest -> Map
inline constexpr char kMapVersion = '\x08';        // owner 00 map_id 00 u32 version -> map_digest
inline constexpr char kExchange = '\x10';          // exchange_id -> Exchange
inline constexpr char kReceiverExchange = '\x11';  // receiver 00 u64 offered_index -> exchange_id
inline constexpr char kSenderExchange = '\x12';    // sender 00 u64 offered_index -> exchange_id
inline constexpr char kConverterWork = '\x13';     // u64 node u64 offered_index -> exchange_id
inline constexpr char kDeadline = '\x14';          // u64 deadline_ms exchange_id -> empty
inline constexpr char kCommitment = '\x15';        // commitment of an input -> exchange_id
inline constexpr char kCustody = '\x20';           // blob_id u64 node -> Custody
inline constexpr char kHolding = '\x22';           // u64 node blob_id -> empty
inline constexpr char kPurgeWork = '\x21';         // u64 node blob_id -> empty
inline constexpr char kProposal = '\x30';          // proposal_id -> Proposal
inline constexpr char kOpenProposal = '\x31';      // u64 expires_ms proposal_id -> empty
inline constexpr char kDedup = '\x40';  // u64 valid_until_max_ms u64 height -> DedupEntry
}  // namespace prefix

[[nodiscard]] Bytes consortium_key();
[[nodiscard]] Bytes policy_key();
[[nodiscard]] Bytes member_key(std::string_view member_id);
[[nodiscard]] Bytes key_key(const Digest& key_id);
[[nodiscard]] Bytes member_key_key(std::string_view member_id, const Digest& key_id);
[[nodiscard]] Bytes node_key(std::uint64_t node_number);
[[nodiscard]] Bytes map_key(const Digest& map_digest);
[[nodiscard]] Bytes map_version_key(std::string_view owner, std::string_view map_id,
                                    std::uint32_t version);
[[nodiscard]] Bytes exchange_key(const Id16& exchange_id);
[[nodiscard]] Bytes receiver_exchange_key(std::string_view receiver, std::uint64_t offered_index);
[[nodiscard]] Bytes sender_exchange_key(std::string_view sender, std::uint64_t offered_index);
[[nodiscard]] Bytes converter_work_key(std::uint64_t node_number, std::uint64_t offered_index);
[[nodiscard]] Bytes deadline_key(std::uint64_t deadline_ms, const Id16& exchange_id);
[[nodiscard]] Bytes commitment_key(const Digest& commitment);
[[nodiscard]] Bytes custody_key(const Digest& blob_id, std::uint64_t node_number);
[[nodiscard]] Bytes holding_key(std::uint64_t node_number, const Digest& blob_id);
[[nodiscard]] Bytes purge_work_key(std::uint64_t node_number, const Digest& blob_id);
[[nodiscard]] Bytes proposal_key(const Id16& proposal_id);
[[nodiscard]] Bytes open_proposal_key(std::uint64_t expires_ms, const Id16& proposal_id);
[[nodiscard]] Bytes dedup_key(std::uint64_t valid_until_max_ms, std::uint64_t height);

// Prefixes for scans.
[[nodiscard]] Bytes prefix_of(char type);
[[nodiscard]] Bytes member_prefix(char type, std::string_view member_id);  // type member_id 00
[[nodiscard]] Bytes number_prefix(char type, std::uint64_t number);        // type u64
[[nodiscard]] Bytes custody_prefix(const Digest& blob_id);

}  // namespace sekisho::state
