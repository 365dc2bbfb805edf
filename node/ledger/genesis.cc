// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/genesis.h"

#include <algorithm>
#include <set>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/crypto/certificate.h"
#include "node/crypto/hash.h"
#include "node/crypto/signed_context.h"
#include "node/ledger/genesis_json.h"
#include "node/ledger/payload_check.h"
#include "node/ledger/text.h"

namespace sekisho::ledger {
namespace {

tl::unexpected<Error> bad_genesis(const std::string& what) {
  return fail(Code::kInvalidArgument, "genesis: " + what);
}

bool valid_node_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  });
}

bool valid_address(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const auto port = parse_decimal(address.substr(colon + 1));
  return port && *port > 0 && *port < 65536 && valid_text(address, limits::kNameMax) &&
         address.find(' ') == std::string_view::npos;
}

const v1::MemberDescription* find_member(const Genesis& genesis, std::string_view member_id) {
  for (const v1::MemberDescription& member : genesis.members) {
    if (member.member_id() == member_id) return &member;
  }
  return nullptr;
}

Status check_encryption_certificate(const v1::MemberDescription& member) {
  if (member.encryption_certificate_der().empty()) return {};
  TRY(const auto certificate, crypto::Certificate::from_der(member.encryption_certificate_der()));
  TRY(const auto key, certificate.public_key());
  if (key.algorithm() != crypto::KeyAlgorithm::kEcdsaP256 || !certificate.may_agree_keys()) {
    return bad_genesis("encryption certificate of " + member.member_id() +
                       " is not for P-256 key agreement");
  }
  if (member.ca_certificate_der().empty()) return {};
  TRY(const auto authority, crypto::Certificate::from_der(member.ca_certificate_der()));
  if (certificate.issued_by(authority)) return {};
  return bad_genesis("encryption certificate of " + member.member_id() +
                     " was not issued by its own CA");
}

Status check_members(const Genesis& genesis) {
  std::set<std::string> ids;
  std::set<std::string> keys;
  bool secretariat = false;
  for (const v1::MemberDescription& member : genesis.members) {
    TRY_STATUS(check_member_description(member));
    TRY_STATUS(check_encryption_certificate(member));
    if (!ids.insert(member.member_id()).second)
      return bad_genesis("doubled member " + member.member_id());
    for (const v1::KeyDescription& key : member.keys()) {
      if (!keys.insert(key.spki_der()).second)
        return bad_genesis("doubled key of " + member.member_id());
    }
    secretariat = secretariat || member.kind() == v1::SECRETARIAT;
  }
  for (const v1::MemberDescription& member : genesis.members) {
    if (member.parent().empty()) continue;
    const v1::MemberDescription* parent = find_member(genesis, member.parent());
    if (parent == nullptr || parent == &member || !parent->parent().empty()) {
      return bad_genesis("parent of " + member.member_id() + " must be a member without a parent");
    }
  }
  if (!secretariat) return bad_genesis("a consortium needs a member of kind SECRETARIAT");
  return {};
}

// The operation key may stand in the member's own list, then with the role NODE; it is added to the
// state in either case.
Status check_operation_key(const Genesis& genesis, const GenesisNode& node) {
  TRY(const auto key, crypto::PublicKey::from_spki_der(node.operation_key_spki));
  for (const v1::MemberDescription& member : genesis.members) {
    for (const v1::KeyDescription& listed : member.keys()) {
      if (listed.spki_der() != node.operation_key_spki) continue;
      if (member.member_id() == node.member_id && listed.role() == v1::NODE) return {};
      return bad_genesis("the operation key of " + node.name +
                         " is listed with another role or member");
    }
  }
  return {};
}

Status check_node(const Genesis& genesis, const GenesisNode& node) {
  if (node.node_number == 0) return bad_genesis("node numbers start at 1");
  if (!valid_node_name(node.name)) return bad_genesis("a node name must be [a-z0-9.-]{1,64}");
  if (find_member(genesis, node.member_id) == nullptr) {
    return bad_genesis("node " + node.name + " belongs to no member");
  }
  if (!valid_address(node.address))
    return bad_genesis("the address of " + node.name + " must be host:port");
  TRY_STATUS(check_operation_key(genesis, node));
  TRY(const auto attestation_key, crypto::PublicKey::from_ed25519(node.attestation_key));
  return {};
}

Status check_nodes(const Genesis& genesis) {
  std::set<std::uint64_t> numbers;
  std::set<std::string> unique;
  std::size_t voters = 0;
  for (const GenesisNode& node : genesis.nodes) {
    TRY_STATUS(check_node(genesis, node));
    const bool fresh = numbers.insert(node.node_number).second &&
                       unique.insert("name " + node.name).second &&
                       unique.insert("operation " + node.operation_key_spki).second &&
                       unique.insert("attestation " + node.attestation_key).second &&
                       unique.insert("tls " + node.tls_key_id.hex()).second;
    if (!fresh)
      return bad_genesis("node " + node.name + " repeats a number, name or key of another");
    voters += node.voter ? 1 : 0;
  }
  if (voters == 0 || voters > limits::kVotersMax) {
    return bad_genesis("1 to " + std::to_string(limits::kVotersMax) + " nodes must be voters");
  }
  return {};
}

Status check_genesis(const Genesis& genesis) {
  if (genesis.consortium.empty() || !valid_text(genesis.consortium, limits::kNameMax)) {
    return bad_genesis("consortium must be a name on one line");
  }
  if (genesis.created_ms == 0) return bad_genesis("created_ms is missing");
  TRY_STATUS(check_policy(genesis.policy));
  TRY_STATUS(check_members(genesis));
  return check_nodes(genesis);
}

}  // namespace

Result<Bytes> render_genesis(const Genesis& genesis) {
  TRY_STATUS(check_genesis(genesis));
  Bytes document = format_genesis_json(genesis);
  TRY(const GenesisDocument again, parse_genesis(document));
  return document;
}

Result<GenesisDocument> parse_genesis(BytesView bytes) {
  TRY(Genesis genesis, parse_genesis_json(bytes));
  TRY_STATUS(check_genesis(genesis));
  if (format_genesis_json(genesis) != bytes) {
    return bad_genesis("not in the canonical form; use the file exactly as it was written");
  }
  return GenesisDocument{std::move(genesis), crypto::sha256(bytes)};
}

std::vector<Voter> genesis_voters(const Genesis& genesis) {
  std::vector<Voter> voters;
  for (const GenesisNode& node : genesis.nodes) {
    if (!node.voter) continue;
    auto key = crypto::PublicKey::from_ed25519(node.attestation_key);
    CHECK(key.has_value());
    voters.push_back({node.node_number, {node.name, std::move(*key)}});
  }
  std::sort(voters.begin(), voters.end(),
            [](const Voter& a, const Voter& b) { return a.node_number < b.node_number; });
  return voters;
}

Bytes possession_input(std::string_view member_id, BytesView spki_der) {
  return crypto::domain_separated(crypto::context::kPossession,
                                  {member_id, BytesView("\0", 1), spki_der});
}

v1::KeyDescription make_key_description(std::string_view member_id, const crypto::PrivateKey& key,
                                        v1::KeyRole role, std::string_view label) {
  v1::KeyDescription description;
  description.set_spki_der(key.public_key().spki_der());
  description.set_role(role);
  description.set_label(std::string(label));
  description.set_possession(key.sign(possession_input(member_id, key.public_key().spki_der())));
  return description;
}

bool valid_member_id(std::string_view member_id) {
  return !member_id.empty() && member_id.size() <= 64 &&
         std::all_of(member_id.begin(), member_id.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

Status check_key_description(std::string_view member_id, const v1::KeyDescription& key) {
  TRY_STATUS(check_key_shape(key));
  TRY(const auto public_key, crypto::PublicKey::from_spki_der(key.spki_der()));
  if (public_key.verify(possession_input(member_id, key.spki_der()), key.possession())) return {};
  return fail(Code::kInvalidArgument,
              "the proof of possession of a key of " + std::string(member_id) + " does not verify");
}

Status check_member_description(const v1::MemberDescription& member) {
  TRY_STATUS(check_member_shape(member));
  bool admin = false;
  for (const v1::KeyDescription& key : member.keys()) {
    TRY_STATUS(check_key_description(member.member_id(), key));
    admin = admin || key.role() == v1::ADMIN;
  }
  if (admin) return {};
  return fail(Code::kInvalidArgument, "member " + member.member_id() + " needs an ADMIN key");
}

std::string_view member_kind_name(v1::MemberKind kind) {
  switch (kind) {
    case v1::INSTITUTION:
      return "INSTITUTION";
    case v1::INSURER:
      return "INSURER";
    case v1::MUNICIPALITY:
      return "MUNICIPALITY";
    case v1::EMPLOYER:
      return "EMPLOYER";
    case v1::MEDICAL:
      return "MEDICAL";
    case v1::AGENT:
      return "AGENT";
    case v1::SECRETARIAT:
      return "SECRETARIAT";
    case v1::AUDITOR:
      return "AUDITOR";
    default:
      return {};
  }
}

std::string_view key_role_name(v1::KeyRole role) {
  switch (role) {
    case v1::ADMIN:
      return "ADMIN";
    case v1::OPERATOR:
      return "OPERATOR";
    case v1::READER:
      return "READER";
    case v1::NODE:
      return "NODE";
    default:
      return {};
  }
}

}  // namespace sekisho::ledger
