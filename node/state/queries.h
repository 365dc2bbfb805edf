// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/ledger/genesis.h"
#include "node/state/reader.h"
#include "node/state/records.h"

// Typed questions to any Reader. Nothing here scans more than it returns, one type of key at most.
// A stored value that does not decode is our own corruption and stops the process.
namespace sekisho::state {

[[nodiscard]] Consortium consortium(const Reader& reader);
[[nodiscard]] ledger::Policy policy(const Reader& reader);

[[nodiscard]] std::optional<Member> member(const Reader& reader, std::string_view member_id);
[[nodiscard]] std::vector<Member> members(const Reader& reader);  // ascending by id
[[nodiscard]] std::optional<Key> key(const Reader& reader, const Digest& key_id);
[[nodiscard]] std::vector<Key> keys_of_member(const Reader& reader, std::string_view member_id);

[[nodiscard]] std::optional<Node> node(const Reader& reader, std::uint64_t node_number);
[[nodiscard]] std::vector<Node> nodes(const Reader& reader);
// Whose lines count on certificates of the present epoch, ascending by node number.
[[nodiscard]] std::vector<ledger::Voter> voters(const Reader& reader);

[[nodiscard]] std::optional<Map> map(const Reader& reader, const Digest& map_digest);
[[nodiscard]] std::vector<Map> maps(const Reader& reader);
[[nodiscard]] std::vector<Map> maps_of_member(const Reader& reader, std::string_view owner);
// Registered by the sender or its parent, approved and not retired.
[[nodiscard]] bool map_usable_by(const Reader& reader, const Map& map, std::string_view sender);

// Whether the rules let a key of this role, of a member of this kind, send files at all.
[[nodiscard]] bool may_offer(v1::MemberKind kind, v1::KeyRole role);

[[nodiscard]] std::optional<Exchange> exchange(const Reader& reader, const Id16& exchange_id);

enum class Side : std::uint8_t { kSender, kReceiver };
// One page of a member's exchanges, oldest first, from that offered_index on (inclusive).
[[nodiscard]] std::vector<Exchange> exchanges_of_member(const Reader& reader,
                                                        std::string_view member_id, Side side,
                                                        std::uint64_t from_index,
                                                        std::size_t count_max);

// Every holder of the blob there ever was, ascending by node number; empty: unknown blob.
[[nodiscard]] std::vector<Custody> custody_of(const Reader& reader, const Digest& blob_id);
[[nodiscard]] std::optional<Custody> custody(const Reader& reader, const Digest& blob_id,
                                             std::uint64_t node_number);
// Node numbers that still hold it (kHeld or kPurging).
[[nodiscard]] std::vector<std::uint64_t> holders_of(const Reader& reader, const Digest& blob_id);

// True when the ledger lets this member fetch the blob now: its RecordFetch has been accepted and
// the exchange still waits for its confirmation. Or it is the blob of a map.
[[nodiscard]] bool may_fetch(const Reader& reader, std::string_view member_id,
                             const Digest& blob_id);

[[nodiscard]] std::optional<Proposal> proposal(const Reader& reader, const Id16& proposal_id);
[[nodiscard]] std::vector<Proposal> proposals(const Reader& reader);       // all, by id
[[nodiscard]] std::vector<Proposal> open_proposals(const Reader& reader);  // by expiry

// Work lists, oldest first.
// Exchanges in OFFERED that this node has to convert, from this place in the ledger on.
[[nodiscard]] std::vector<Exchange> conversion_work(const Reader& reader, std::uint64_t node_number,
                                                    std::size_t count_max,
                                                    std::uint64_t from_index = 0);
// Blobs that this node holds and must delete, in blob id order.
[[nodiscard]] std::vector<Digest> purge_work(const Reader& reader, std::uint64_t node_number,
                                             std::size_t count_max);

// Blobs that this node holds and must keep, in blob id order.
[[nodiscard]] std::vector<Digest> holdings(const Reader& reader, std::uint64_t node_number);

// An exchange that has stayed too long, and whose turn it is.
struct Overdue {
  Exchange exchange;
  std::string member_id;  // the party that is late: converter's member, receiver or sender
};
// Deadline before `block_time_ms`, longest overdue first.
[[nodiscard]] std::vector<Overdue> overdue_exchanges(const Reader& reader,
                                                     std::uint64_t block_time_ms,
                                                     std::size_t count_max);

}  // namespace sekisho::state
