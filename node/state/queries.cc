// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/state/queries.h"

#include "node/base/check.h"
#include "node/crypto/key.h"
#include "node/state/keys.h"

namespace sekisho::state {
namespace {

template <typename T>
T intact(Result<T> decoded) {
  CHECK(decoded.has_value());
  return std::move(*decoded);
}

template <typename T>
std::optional<T> read(const Reader& reader, BytesView key, Result<T> (*decode)(BytesView)) {
  const std::optional<Bytes> value = reader.get(key);
  if (!value) return std::nullopt;
  return intact(decode(*value));
}

template <typename T>
std::vector<T> read_all(const Reader& reader, BytesView prefix, Result<T> (*decode)(BytesView)) {
  std::vector<T> all;
  reader.scan(prefix, {}, [&](BytesView, BytesView value) {
    all.push_back(intact(decode(value)));
    return true;
  });
  return all;
}

Id16 id_of(BytesView bytes) { return intact(Id16::from_bytes(bytes)); }
Digest digest_of(BytesView bytes) { return intact(Digest::from_bytes(bytes)); }
BytesView last(BytesView bytes, std::size_t count) {
  CHECK(bytes.size() >= count);
  return bytes.substr(bytes.size() - count);
}

// The exchanges that an index names by its values, at most `count_max`.
std::vector<Exchange> exchanges_by_index(const Reader& reader, BytesView prefix, BytesView from,
                                         std::size_t count_max) {
  std::vector<Id16> ids;
  reader.scan(prefix, from, [&](BytesView, BytesView value) {
    if (ids.size() < count_max) ids.push_back(id_of(value));
    return ids.size() < count_max;
  });
  std::vector<Exchange> found;
  for (const Id16& id : ids) {
    std::optional<Exchange> one = exchange(reader, id);
    CHECK(one.has_value());
    found.push_back(std::move(*one));
  }
  return found;
}

// Whose turn it is.
std::string late_party(const Reader& reader, const Exchange& late) {
  switch (late.state) {
    case ExchangeState::kOffered: {
      const std::optional<Node> converter = node(reader, late.converter_node);
      CHECK(converter.has_value());
      return converter->member_id;
    }
    case ExchangeState::kConverted:
    case ExchangeState::kFetched:
      return late.receiver;
    default:
      return late.sender;
  }
}

}  // namespace

Consortium consortium(const Reader& reader) {
  auto value = read(reader, consortium_key(), decode_consortium);
  CHECK(value.has_value());
  return std::move(*value);
}

ledger::Policy policy(const Reader& reader) {
  const auto value = read(reader, policy_key(), decode_policy);
  CHECK(value.has_value());
  return *value;
}

std::optional<Member> member(const Reader& reader, std::string_view member_id) {
  return read(reader, member_key(member_id), decode_member);
}

std::vector<Member> members(const Reader& reader) {
  return read_all(reader, prefix_of(prefix::kMember), decode_member);
}

std::optional<Key> key(const Reader& reader, const Digest& key_id) {
  return read(reader, key_key(key_id), decode_key);
}

std::vector<Key> keys_of_member(const Reader& reader, std::string_view member_id) {
  std::vector<Digest> ids;
  reader.scan(member_prefix(prefix::kMemberKey, member_id), {}, [&](BytesView entry, BytesView) {
    ids.push_back(digest_of(last(entry, Digest::kSize)));
    return true;
  });
  std::vector<Key> keys;
  for (const Digest& id : ids) {
    std::optional<Key> one = key(reader, id);
    CHECK(one.has_value());
    keys.push_back(std::move(*one));
  }
  return keys;
}

std::optional<Node> node(const Reader& reader, std::uint64_t node_number) {
  return read(reader, node_key(node_number), decode_node);
}

std::vector<Node> nodes(const Reader& reader) {
  return read_all(reader, prefix_of(prefix::kNode), decode_node);
}

std::vector<ledger::Voter> voters(const Reader& reader) {
  std::vector<ledger::Voter> found;
  for (const Node& one : nodes(reader)) {
    if (!one.voter) continue;
    found.push_back({one.node_number,
                     {one.name, intact(crypto::PublicKey::from_ed25519(one.attestation_key))}});
  }
  return found;
}

std::optional<Map> map(const Reader& reader, const Digest& map_digest) {
  return read(reader, map_key(map_digest), decode_map);
}

std::vector<Map> maps(const Reader& reader) {
  return read_all(reader, prefix_of(prefix::kMap), decode_map);
}

std::vector<Map> maps_of_member(const Reader& reader, std::string_view owner) {
  std::vector<Map> found;
  reader.scan(member_prefix(prefix::kMapVersion, owner), {}, [&](BytesView, BytesView value) {
    std::optional<Map> one = map(reader, digest_of(value));
    CHECK(one.has_value());
    found.push_back(std::move(*one));
    return true;
  });
  return found;
}

bool map_usable_by(const Reader& reader, const Map& map, std::string_view sender) {
  if (map.status != MapStatus::kApproved) return false;
  if (map.owner == sender) return true;
  const std::optional<Member> member_record = member(reader, sender);
  return member_record && !member_record->parent.empty() && member_record->parent == map.owner;
}

std::optional<Exchange> exchange(const Reader& reader, const Id16& exchange_id) {
  return read(reader, exchange_key(exchange_id), decode_exchange);
}

std::vector<Exchange> exchanges_of_member(const Reader& reader, std::string_view member_id,
                                          Side side, std::uint64_t from_index,
                                          std::size_t count_max) {
  const bool sender = side == Side::kSender;
  const char type = sender ? prefix::kSenderExchange : prefix::kReceiverExchange;
  const Bytes from = sender ? sender_exchange_key(member_id, from_index)
                            : receiver_exchange_key(member_id, from_index);
  return exchanges_by_index(reader, member_prefix(type, member_id), from, count_max);
}

std::vector<Custody> custody_of(const Reader& reader, const Digest& blob_id) {
  return read_all(reader, custody_prefix(blob_id), decode_custody);
}

std::optional<Custody> custody(const Reader& reader, const Digest& blob_id,
                               std::uint64_t node_number) {
  return read(reader, custody_key(blob_id, node_number), decode_custody);
}

std::vector<std::uint64_t> holders_of(const Reader& reader, const Digest& blob_id) {
  std::vector<std::uint64_t> holders;
  for (const Custody& one : custody_of(reader, blob_id)) {
    if (one.status != CustodyStatus::kDeleted) holders.push_back(one.node_number);
  }
  return holders;
}

bool may_fetch(const Reader& reader, std::string_view member_id, const Digest& blob_id) {
  const std::vector<Custody> holders = custody_of(reader, blob_id);
  const std::optional<Member> reading = member(reader, member_id);
  if (holders.empty() || !reading || !reading->active()) return false;
  if (holders.front().role == BlobRole::kMap) return true;
  const std::optional<Exchange> one = exchange(reader, holders.front().exchange_id);
  CHECK(one.has_value());
  switch (holders.front().role) {
    case BlobRole::kOutput:
      return one->receiver == member_id && one->state == ExchangeState::kFetched;
    case BlobRole::kReport:
      return one->sender == member_id && one->report_fetches > 0 && one->report_open();
    default:
      return false;
  }
}

std::optional<Proposal> proposal(const Reader& reader, const Id16& proposal_id) {
  return read(reader, proposal_key(proposal_id), decode_proposal);
}

std::vector<Proposal> proposals(const Reader& reader) {
  return read_all(reader, prefix_of(prefix::kProposal), decode_proposal);
}

std::vector<Proposal> open_proposals(const Reader& reader) {
  std::vector<Proposal> open;
  reader.scan(prefix_of(prefix::kOpenProposal), {}, [&](BytesView entry, BytesView) {
    std::optional<Proposal> one = proposal(reader, id_of(last(entry, Id16::kSize)));
    CHECK(one.has_value());
    open.push_back(std::move(*one));
    return true;
  });
  return open;
}

std::vector<Exchange> conversion_work(const Reader& reader, std::uint64_t node_number,
                                      std::size_t count_max, std::uint64_t from_index) {
  return exchanges_by_index(reader, number_prefix(prefix::kConverterWork, node_number),
                            converter_work_key(node_number, from_index), count_max);
}

std::vector<Digest> purge_work(const Reader& reader, std::uint64_t node_number,
                               std::size_t count_max) {
  std::vector<Digest> blobs;
  reader.scan(number_prefix(prefix::kPurgeWork, node_number), {}, [&](BytesView entry, BytesView) {
    if (blobs.size() < count_max) blobs.push_back(digest_of(last(entry, Digest::kSize)));
    return blobs.size() < count_max;
  });
  return blobs;
}

std::vector<Digest> holdings(const Reader& reader, std::uint64_t node_number) {
  std::vector<Digest> blobs;
  reader.scan(number_prefix(prefix::kHolding, node_number), {}, [&](BytesView entry, BytesView) {
    blobs.push_back(digest_of(last(entry, Digest::kSize)));
    return true;
  });
  return blobs;
}

std::vector<Overdue> overdue_exchanges(const Reader& reader, std::uint64_t block_time_ms,
                                       std::size_t count_max) {
  std::vector<Id16> ids;
  const Bytes limit = number_prefix(prefix::kDeadline, block_time_ms);
  reader.scan(prefix_of(prefix::kDeadline), {}, [&](BytesView entry, BytesView) {
    if (entry >= limit || ids.size() >= count_max) return false;
    ids.push_back(id_of(last(entry, Id16::kSize)));
    return true;
  });
  std::vector<Overdue> overdue;
  for (const Id16& id : ids) {
    std::optional<Exchange> one = exchange(reader, id);
    CHECK(one.has_value());
    std::string late = late_party(reader, *one);
    overdue.push_back({std::move(*one), std::move(late)});
  }
  return overdue;
}

}  // namespace sekisho::state
