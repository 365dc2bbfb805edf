// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/world.h"

#include "node/base/check.h"
#include "node/crypto/hash.h"

namespace sekisho::simulation {
namespace {

// A fixed certificate for key agreement, because a fresh one would differ from run to run. Nobody
// seals anything for it here.
constexpr std::string_view kEncryptionCertificate =
    "MIIBgDCCASegAwIBAgIIShHD4NL1mwEwCgYIKoZIzj0EAwIwLDEVMBMGA1UECgwMU2VraXNobyB0ZXN0MRMwEQYD"
    "VQQDDAplbmNyeXB0aW9uMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAsMRUwEwYDVQQKDAxTZWtp"
    "c2hvIHRlc3QxEzARBgNVBAMMCmVuY3J5cHRpb24wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASw6acihGBPyL/l"
    "VCt6XyS8MlkmR1h72BWGTnnwMXEhkI7IAT1qjPbuMbtSQ5gnxSxANIk+WicYRp+LVRL6SnWqozEwLzAOBgNVHQ8B"
    "Af8EBAMCAwgwHQYDVR0OBBYEFFD4LfA54BnymPFN3XNJQS8c8986MAoGCCqGSM49BAMCA0cAMEQCIGtqvofVCIlZ"
    "h3LRZX3w7qdn1aa8eUJD2cZ5pXKxFmEQAiB8bQVPXfHMzwK0wDmubLV3UY/Q8lbsQ/bJ5DNA/YlWog==";

}  // namespace

crypto::PrivateKey key_of(std::string_view name) {
  auto key = crypto::PrivateKey::from_ed25519_seed(crypto::sha256(name).view());
  CHECK(key.has_value());
  return *std::move(key);
}

const crypto::PrivateKey& World::make_key(const std::string& name) {
  return keys.emplace(name, key_of(name)).first->second;
}

void World::add_member(ledger::Genesis& out, const std::string& id, v1::MemberKind kind,
                       bool receives) {
  v1::MemberDescription member;
  member.set_member_id(id);
  member.set_kind(kind);
  member.set_name("member " + id);
  if (receives) member.set_encryption_certificate_der(*from_base64(kEncryptionCertificate));
  *member.add_keys() =
      ledger::make_key_description(id, make_key(id + " admin"), v1::ADMIN, "admin-1");
  *member.add_keys() =
      ledger::make_key_description(id, make_key(id + " operator"), v1::OPERATOR, "operator-1");
  out.members.push_back(std::move(member));
}

void World::add_node(ledger::Genesis& out, std::uint64_t number) {
  ledger::GenesisNode node;
  node.node_number = number;
  node.name = node_name(number);
  node.member_id = "office";
  node.address = node.name + ":7001";
  node.operation_key_spki = make_key("node " + std::to_string(number)).public_key().spki_der();
  node.attestation_key =
      Bytes(make_key("attestation " + std::to_string(number)).public_key().raw());
  node.tls_key_id = crypto::sha256("tls " + node.name);
  node.voter = true;
  node.converter = number == 1;
  out.nodes.push_back(std::move(node));
}

World::World(std::uint64_t nodes) {
  ledger::Genesis out;
  out.consortium = "simulation.example";
  out.created_ms = kGenesisMs;
  out.policy.clock_skew_max_ms = kClockSkewMaxMs;
  out.policy.dwell_offered_ms = kDwellOfferedMs;
  out.policy.expire_overdue_ms = kExpireOverdueMs;
  add_member(out, "office", v1::SECRETARIAT, false);
  add_member(out, "clinic", v1::INSTITUTION, true);
  add_member(out, "insurer", v1::INSURER, true);
  for (std::uint64_t node = 1; node <= nodes; ++node) add_node(out, node);
  const auto document = ledger::render_genesis(out);
  CHECK(document.has_value());
  auto parsed = ledger::parse_genesis(*document);
  CHECK(parsed.has_value());
  genesis = *std::move(parsed);
}

}  // namespace sekisho::simulation
