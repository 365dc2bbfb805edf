// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/state/keys.h"

#include "node/base/check.h"

namespace sekisho::state {
namespace {

// Builds one key part by part.
class KeyBuilder {
 public:
  explicit KeyBuilder(char type) : key_(1, type) {}
  KeyBuilder& bytes(BytesView part) {
    key_.append(part);
    return *this;
  }
  KeyBuilder& name(std::string_view part) {
    CHECK(part.find('\0') == std::string_view::npos);
    key_.append(part);
    key_.push_back('\0');
    return *this;
  }
  KeyBuilder& number(std::uint64_t part) {
    put_u64(key_, part);
    return *this;
  }
  [[nodiscard]] Bytes take() { return std::move(key_); }

 private:
  Bytes key_;
};

}  // namespace

Bytes consortium_key() { return prefix_of(prefix::kConsortium); }
Bytes policy_key() { return prefix_of(prefix::kPolicy); }

Bytes member_key(std::string_view member_id) {
  return KeyBuilder(prefix::kMember).bytes(member_id).take();
}

Bytes key_key(const Digest& key_id) { return KeyBuilder(prefix::kKey).bytes(key_id.view()).take(); }

Bytes member_key_key(std::string_view member_id, const Digest& key_id) {
  return KeyBuilder(prefix::kMemberKey).name(member_id).bytes(key_id.view()).take();
}

Bytes node_key(std::uint64_t node_number) {
  return KeyBuilder(prefix::kNode).number(node_number).take();
}

Bytes map_key(const Digest& map_digest) {
  return KeyBuilder(prefix::kMap).bytes(map_digest.view()).take();
}

Bytes map_version_key(std::string_view owner, std::string_view map_id, std::uint32_t version) {
  Bytes key = KeyBuilder(prefix::kMapVersion).name(owner).name(map_id).take();
  put_u32(key, version);
  return key;
}

Bytes exchange_key(const Id16& exchange_id) {
  return KeyBuilder(prefix::kExchange).bytes(exchange_id.view()).take();
}

Bytes receiver_exchange_key(std::string_view receiver, std::uint64_t offered_index) {
  return KeyBuilder(prefix::kReceiverExchange).name(receiver).number(offered_index).take();
}

Bytes sender_exchange_key(std::string_view sender, std::uint64_t offered_index) {
  return KeyBuilder(prefix::kSenderExchange).name(sender).number(offered_index).take();
}

Bytes converter_work_key(std::uint64_t node_number, std::uint64_t offered_index) {
  return KeyBuilder(prefix::kConverterWork).number(node_number).number(offered_index).take();
}

Bytes deadline_key(std::uint64_t deadline_ms, const Id16& exchange_id) {
  return KeyBuilder(prefix::kDeadline).number(deadline_ms).bytes(exchange_id.view()).take();
}

Bytes commitment_key(const Digest& commitment) {
  return KeyBuilder(prefix::kCommitment).bytes(commitment.view()).take();
}

Bytes custody_key(const Digest& blob_id, std::uint64_t node_number) {
  return KeyBuilder(prefix::kCustody).bytes(blob_id.view()).number(node_number).take();
}

Bytes holding_key(std::uint64_t node_number, const Digest& blob_id) {
  return KeyBuilder(prefix::kHolding).number(node_number).bytes(blob_id.view()).take();
}

Bytes purge_work_key(std::uint64_t node_number, const Digest& blob_id) {
  return KeyBuilder(prefix::kPurgeWork).number(node_number).bytes(blob_id.view()).take();
}

Bytes proposal_key(const Id16& proposal_id) {
  return KeyBuilder(prefix::kProposal).bytes(proposal_id.view()).take();
}

Bytes open_proposal_key(std::uint64_t expires_ms, const Id16& proposal_id) {
  return KeyBuilder(prefix::kOpenProposal).number(expires_ms).bytes(proposal_id.view()).take();
}

Bytes dedup_key(std::uint64_t valid_until_max_ms, std::uint64_t height) {
  return KeyBuilder(prefix::kDedup).number(valid_until_max_ms).number(height).take();
}

Bytes prefix_of(char type) { return Bytes(1, type); }

Bytes member_prefix(char type, std::string_view member_id) {
  return KeyBuilder(type).name(member_id).take();
}

Bytes number_prefix(char type, std::uint64_t number) {
  return KeyBuilder(type).number(number).take();
}

Bytes custody_prefix(const Digest& blob_id) {
  return KeyBuilder(prefix::kCustody).bytes(blob_id.view()).take();
}

}  // namespace sekisho::state
