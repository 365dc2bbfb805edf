// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_consortium.h"

#include "node/base/check.h"
#include "node/crypto/hash.h"

namespace sekisho::test {
namespace {

// A self-signed P-256 certificate for key agreement, valid for a century, whose private key is
// nowhere: receivers need one to be offered files, and tests need the same bytes each time.
constexpr std::string_view kEncryptionCertificate =
    "MIIBgDCCASegAwIBAgIIShHD4NL1mwEwCgYIKoZIzj0EAwIwLDEVMBMGA1UECgwMU2VraXNobyB0ZXN0MRMwEQYD"
    "VQQDDAplbmNyeXB0aW9uMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAsMRUwEwYDVQQKDAxTZWtp"
    "c2hvIHRlc3QxEzARBgNVBAMMCmVuY3J5cHRpb24wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASw6acihGBPyL/l"
    "VCt6XyS8MlkmR1h72BWGTnnwMXEhkI7IAT1qjPbuMbtSQ5gnxSxANIk+WicYRp+LVRL6SnWqozEwLzAOBgNVHQ8B"
    "Af8EBAMCAwgwHQYDVR0OBBYEFFD4LfA54BnymPFN3XNJQS8c8986MAoGCCqGSM49BAMCA0cAMEQCIGtqvofVCIlZ"
    "h3LRZX3w7qdn1aa8eUJD2cZ5pXKxFmEQAiB8bQVPXfHMzwK0wDmubLV3UY/Q8lbsQ/bJ5DNA/YlWog==";

crypto::PrivateKey seeded_key(std::string_view name) {
  auto key = crypto::PrivateKey::from_ed25519_seed(crypto::sha256(name).view());
  CHECK(key.has_value());
  return std::move(*key);
}

std::string slot(std::string_view member_id, v1::KeyRole role) {
  return std::string(member_id) + "/" + std::string(ledger::key_role_name(role));
}

std::string node_name(std::uint64_t node_number) { return "node-" + std::to_string(node_number); }

}  // namespace

TestConsortium::TestConsortium(const Options& options) {
  ledger::Genesis genesis;
  genesis.consortium = "sekisho.test/consortium";
  genesis.created_ms = kCreatedMs;
  genesis.policy = options.policy;
  for (const auto& [id, kind, parent] : std::initializer_list<std::array<std::string_view, 3>>{
           {"jimukyoku", "SECRETARIAT", ""},
           {"kenshin-a", "INSTITUTION", ""},
           {"kenshin-a-branch", "INSTITUTION", "kenshin-a"},
           {"kenshin-b", "INSTITUTION", ""},
           {"hoken-a", "INSURER", ""},
           {"hoken-b", "INSURER", ""},
           {"iryo-a", "MEDICAL", ""},
           {"kansa", "AUDITOR", ""}}) {
    v1::MemberKind parsed = v1::MEMBER_KIND_UNSPECIFIED;
    CHECK(v1::MemberKind_Parse(std::string(kind), &parsed));
    genesis.members.push_back(describe_member(id, parsed, parent));
  }
  for (std::uint64_t number = 1; number <= options.nodes; ++number) {
    genesis.nodes.push_back(make_node(number, number <= options.voters));
  }
  auto rendered = ledger::render_genesis(genesis);
  CHECK(rendered.has_value());
  genesis_bytes_ = std::move(*rendered);
  auto document = ledger::parse_genesis(genesis_bytes_);
  CHECK(document.has_value());
  document_ = std::move(*document);
}

v1::MemberDescription TestConsortium::describe_member(std::string_view member_id,
                                                      v1::MemberKind kind,
                                                      std::string_view parent) {
  v1::MemberDescription member;
  member.set_member_id(std::string(member_id));
  member.set_kind(kind);
  member.set_number("1312345678");
  member.set_name("試験 " + std::string(member_id));
  member.set_parent(std::string(parent));
  member.set_encryption_certificate_der(encryption_certificate_der());
  for (const v1::KeyRole role : {v1::ADMIN, v1::OPERATOR, v1::READER}) {
    const crypto::PrivateKey& private_key =
        keys_.insert_or_assign(slot(member_id, role), seeded_key(slot(member_id, role)))
            .first->second;
    *member.add_keys() =
        ledger::make_key_description(member_id, private_key, role, slot(member_id, role));
  }
  return member;
}

ledger::GenesisNode TestConsortium::make_node(std::uint64_t number, bool voter) {
  static constexpr std::string_view kOwners[] = {"jimukyoku", "kenshin-a", "hoken-a", "kenshin-b",
                                                 "hoken-b"};
  const std::string name = node_name(number);
  ledger::GenesisNode node;
  node.node_number = number;
  node.name = name;
  node.member_id = std::string(kOwners[(number - 1) % std::size(kOwners)]);
  node.address = "127.0.0.1:" + std::to_string(7000 + number);
  const auto& operation = keys_.insert_or_assign(name, seeded_key(name)).first->second;
  const auto& attestation =
      keys_.insert_or_assign(name + "/attest", seeded_key(name + "/attest")).first->second;
  node.operation_key_spki = operation.public_key().spki_der();
  node.attestation_key = Bytes(attestation.public_key().raw());
  node.tls_key_id = crypto::sha256(name + "/tls");
  node.voter = voter;
  node.converter = number == 1;
  return node;
}

const crypto::PrivateKey& TestConsortium::key(std::string_view member_id, v1::KeyRole role) const {
  return keys_.at(slot(member_id, role));
}

const crypto::PrivateKey& TestConsortium::operation_key(std::uint64_t node_number) const {
  return keys_.at(node_name(node_number));
}

const crypto::PrivateKey& TestConsortium::attestation_key(std::uint64_t node_number) const {
  return keys_.at(node_name(node_number) + "/attest");
}

v1::StorageReceipt TestConsortium::storage_receipt(const v1::BlobRef& blob,
                                                   std::uint64_t node_number,
                                                   std::string_view member_id,
                                                   std::uint64_t issued_ms) const {
  const auto blob_id = Digest::from_bytes(blob.blob_id());
  CHECK(blob_id.has_value());
  return ledger::make_storage_receipt(
      chain_id(), {*blob_id, blob.size_bytes(), node_number, issued_ms, std::string(member_id)},
      operation_key(node_number));
}

Bytes TestConsortium::attest(const ledger::BlockHeader& header, const Digest& hash,
                             std::uint64_t node_number) const {
  const auto note = ledger::sign_checkpoint(
      ledger::make_checkpoint(document_.genesis.consortium, header, hash, 1),
      node_name(node_number), attestation_key(node_number));
  CHECK(note.has_value());
  return *note;
}

Bytes encryption_certificate_der() { return *from_base64(kEncryptionCertificate); }

}  // namespace sekisho::test
