// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/crypto/note.h"
#include "node/ledger/policy.h"
#include "proto/v1/operation.pb.h"

namespace sekisho::ledger {

inline constexpr std::size_t kGenesisSizeMax = 4 * 1024 * 1024;

// One node of the consortium.
struct GenesisNode {
  std::uint64_t node_number = 0;  // from 1
  std::string name;               // key name of its attestations, [a-z0-9.-]{1,64}
  std::string member_id;          // who runs it
  std::string address;            // "host:port" of the peer protocol
  Bytes operation_key_spki;       // DER; signs storage receipts, conversions, deletions
  Bytes attestation_key;          // 32 bytes, Ed25519; signs checkpoints
  Digest tls_key_id;              // SHA-256 of the SPKI of its TLS certificate
  bool voter = false;
  bool converter = false;
  bool operator==(const GenesisNode&) const = default;
};

// What a consortium starts from. Everything later is an operation.
struct Genesis {
  std::string consortium;  // the origin line of every checkpoint
  std::uint64_t created_ms = 0;
  Policy policy;
  std::vector<v1::MemberDescription> members;
  std::vector<GenesisNode> nodes;
};

// A parsed document and what it is called: chain_id = SHA-256 of its bytes.
struct GenesisDocument {
  Genesis genesis;
  Digest chain_id;
};

// The document as JSON text, stable order, two spaces of indent; UTF-8, ends in a newline. Checks
// as parse_genesis does.
[[nodiscard]] Result<Bytes> render_genesis(const Genesis& genesis);

// Strict: unknown fields, wrong types, doubled names and ids, keys that do not parse, keys without
// a valid proof of possession, unknown members, no voter: kInvalidArgument with the place.
[[nodiscard]] Result<GenesisDocument> parse_genesis(BytesView bytes);

// One voter of an epoch: whose line counts on a certificate.
struct Voter {
  std::uint64_t node_number = 0;
  crypto::NoteVerifier verifier;
};
// The voters of epoch 1, ascending by node number.
[[nodiscard]] std::vector<Voter> genesis_voters(const Genesis& genesis);

// What a key signs to prove that its holder joins as this member:
// "sekisho/possession/v1" 0x00 member_id 0x00 spki_der.
[[nodiscard]] Bytes possession_input(std::string_view member_id, BytesView spki_der);
// A description with its proof; `role` and `label` as given.
[[nodiscard]] v1::KeyDescription make_key_description(std::string_view member_id,
                                                      const crypto::PrivateKey& key,
                                                      v1::KeyRole role, std::string_view label);

// [a-z0-9-]{1,64}
[[nodiscard]] bool valid_member_id(std::string_view member_id);
// Bounded, well formed, keys parse and prove possession. kInvalidArgument with the reason. Knows
// nothing of other members.
[[nodiscard]] Status check_member_description(const v1::MemberDescription& member);
[[nodiscard]] Status check_key_description(std::string_view member_id,
                                           const v1::KeyDescription& key);

// "INSTITUTION", "OPERATOR": the enumerators' names; empty for a number that is none.
[[nodiscard]] std::string_view member_kind_name(v1::MemberKind kind);
[[nodiscard]] std::string_view key_role_name(v1::KeyRole role);

}  // namespace sekisho::ledger
