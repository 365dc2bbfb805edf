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
    "MIIBozCCAUmgAwIBAgIUN20akXRX0bM2w9iHDPEjejc4gr0wCgYIKoZIzj0EAwIwHjEcMBoGA1UEAwwTc2ltdWxhdG"
    "lvbiByZWNlaXZlcjAgFw0yNjExMjIxODQ2MThaGA8yMTI2MTAyOTE4NDYxOFowHjEcMBoGA1UEAwwTc2ltdWxhdGlv"
    "biByZWNlaXZlcjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABLVX6Zhe8AVMCSbpbrOl0XGp/0pyOP/+PsHk+QQpz4"
    "UQb3prTOMKopBbfdkesPeDYlPmCxF0/D7xvx8nkzJriBKjYzBhMB0GA1UdDgQWBBQf9DxwCq5eLOq6ZThmHlhNzB4H"
    "JDAfBgNVHSMEGDAWgBQf9DxwCq5eLOq6ZThmHlhNzB4HJDAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwIDCD"
    "AKBggqhkjOPQQDAgNIADBFAiEA8c6/qCy9hajJQaUy1M8NCExa40bl3jUPwC77fhknNBcCIH05/VMf2HgEBewpExvA"
    "Zia0jDrrQ8WeSkDnLsRwl4ZA";

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
