// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <filesystem>

#include "node/base/clock.h"
#include "node/base/rng.h"
#include "node/config.h"
#include "node/crypto/certificate_authority.h"
#include "node/crypto/key_file.h"
#include "node/ledger/genesis_json.h"
#include "node/tools/files.h"
#include "node/tools/passphrase.h"
#include "node/tools/verbs.h"

namespace sekisho::tools {
namespace {

constexpr std::uint64_t kDayMs = 24ull * 3600 * 1000;
constexpr std::uint64_t kAuthorityDays = 3650;
constexpr std::uint64_t kLeafDays = 398;

// Makes one organisation's folder, step by step.
class Maker {
 public:
  Maker(const Context& context, const OrgInit& options, Secret passphrase)
      : home_(context.home),
        options_(options),
        passphrase_(std::move(passphrase)),
        now_ms_(SystemClock().unix_ms()),
        authority_key_(crypto::PrivateKey::generate(crypto::KeyAlgorithm::kEcdsaP256)) {}

  Status run() {
    TRY_STATUS(describe());
    TRY_STATUS(make_folder(home_));
    TRY_STATUS(make_authority());
    TRY_STATUS(make_person("admin", v1::ADMIN));
    TRY_STATUS(make_person("operator", v1::OPERATOR));
    TRY_STATUS(make_encryption());
    if (options_.node_number != 0) TRY_STATUS(make_node());
    TRY_STATUS(ledger::check_member_description(member_));
    ledger::Genesis descriptor;
    descriptor.created_ms = now_ms_;
    descriptor.members.push_back(member_);
    descriptor.nodes = nodes_;
    TRY_STATUS(
        write_file(home_ + "/member.json", ledger::format_genesis_json(descriptor), false, false));
    const std::string node = options_.node.empty() ? options_.api_address : options_.node;
    return write_file(home_ + "/sekisho.toml",
                      "# Made by `sekisho org init`.\nmember = \"" + options_.member_id +
                          "\"\nnode = \"" + node + "\"\n",
                      false, false);
  }

 private:
  Status describe() {
    v1::MemberKind kind = v1::MEMBER_KIND_UNSPECIFIED;
    std::string upper = options_.kind;
    for (char& c : upper) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    if (!v1::MemberKind_Parse(upper, &kind) || kind == v1::MEMBER_KIND_UNSPECIFIED) {
      return fail(Code::kInvalidArgument,
                  "kind must be one of institution, insurer, municipality, employer, medical, "
                  "agent, secretariat, auditor");
    }
    if (!ledger::valid_member_id(options_.member_id)) {
      return fail(Code::kInvalidArgument, "a member id has 1 to 64 characters a-z, 0-9 and -");
    }
    const std::size_t digits = options_.number.size();
    if (kind == v1::INSURER && digits != 6 && digits != 8) {
      return fail(Code::kInvalidArgument,
                  "an insurer's --number is its insurer number of 6 or 8 digits; files are checked "
                  "against it");
    }
    member_.set_member_id(options_.member_id);
    member_.set_kind(kind);
    member_.set_number(options_.number);
    member_.set_name(options_.name);
    member_.set_parent(options_.parent);
    return {};
  }

  Status make_authority() {
    const crypto::Validity validity{now_ms_ - kDayMs, now_ms_ + kAuthorityDays * kDayMs};
    TRY(auto certificate,
        crypto::make_authority(authority_key_, {options_.name, options_.member_id + " CA"},
                               validity));
    authority_.emplace(std::move(certificate));
    TRY_STATUS(crypto::save_encrypted_key(home_ + "/ca.key.pem", authority_key_, passphrase_));
    TRY_STATUS(write_file(home_ + "/ca.cert.pem", authority_->pem(), false, false));
    member_.set_ca_certificate_der(authority_->der());
    return {};
  }

  Result<crypto::Certificate> certify(const std::string& name, crypto::CertificateUse use,
                                      const crypto::PublicKey& key, const std::string& host) {
    crypto::LeafRequest request;
    request.subject = {options_.name, options_.member_id + " " + name};
    request.use = use;
    request.validity = {now_ms_ - kDayMs, now_ms_ + kLeafDays * kDayMs};
    if (!host.empty()) {
      const bool address = host.find_first_not_of("0123456789.") == std::string::npos ||
                           host.find(':') != std::string::npos;
      (address ? request.ip_addresses : request.dns_names).push_back(host);
    }
    return crypto::issue_certificate(*authority_, authority_key_, key, request);
  }

  Status make_person(const std::string& name, v1::KeyRole role) {
    const auto key = crypto::PrivateKey::generate(crypto::KeyAlgorithm::kEcdsaP256);
    TRY(const auto certificate, certify(name, crypto::CertificateUse::kTls, key.public_key(), ""));
    TRY_STATUS(crypto::save_encrypted_key(home_ + "/" + name + ".key.pem", key, passphrase_));
    TRY_STATUS(write_file(home_ + "/" + name + ".cert.pem", certificate.pem(), false, false));
    *member_.add_keys() = ledger::make_key_description(options_.member_id, key, role, name + "-1");
    return {};
  }

  Status make_encryption() {
    const auto key = crypto::PrivateKey::generate(crypto::KeyAlgorithm::kEcdsaP256);
    TRY(const auto certificate,
        certify("encryption", crypto::CertificateUse::kEncryption, key.public_key(), ""));
    TRY_STATUS(crypto::save_encrypted_key(home_ + "/encryption.key.pem", key, passphrase_));
    TRY_STATUS(write_file(home_ + "/encryption.cert.pem", certificate.pem(), false, false));
    member_.set_encryption_certificate_der(certificate.der());
    if (!options_.converter) return {};
    TRY_STATUS(make_folder(home_ + "/node"));
    TRY_STATUS(crypto::save_plain_key(home_ + "/node/conversion.key.pem", key));
    return write_file(home_ + "/node/conversion.cert.pem", certificate.pem(), false, false);
  }

  Status make_node() {
    const std::string folder = home_ + "/node";
    TRY_STATUS(make_folder(folder));
    TRY(const HostPort api, parse_host_port(options_.api_address));
    TRY(const HostPort peer, parse_host_port(options_.peer_address));
    const auto tls = crypto::PrivateKey::generate(crypto::KeyAlgorithm::kEcdsaP256);
    TRY(const auto certificate,
        certify("node", crypto::CertificateUse::kTls, tls.public_key(), api.host));
    TRY_STATUS(crypto::save_plain_key(folder + "/tls.key.pem", tls));
    TRY_STATUS(write_file(folder + "/tls.cert.pem", certificate.pem(), false, false));
    const auto operation = crypto::PrivateKey::generate(crypto::KeyAlgorithm::kEcdsaP256);
    TRY_STATUS(crypto::save_plain_key(folder + "/operation.key.pem", operation));
    *member_.add_keys() = ledger::make_key_description(
        options_.member_id, operation, v1::NODE, "node-" + std::to_string(options_.node_number));
    const auto attestation = crypto::PrivateKey::generate(crypto::KeyAlgorithm::kEd25519);
    TRY_STATUS(crypto::save_plain_key(folder + "/attestation.key.pem", attestation));
    SystemRng rng;
    Bytes blob_key = rng.bytes(32);
    TRY_STATUS(write_file(folder + "/blob.key", blob_key, true, false));
    wipe(blob_key);
    ledger::GenesisNode node;
    node.node_number = options_.node_number;
    node.name = options_.node_name.empty()
                    ? options_.member_id + "-" + std::to_string(options_.node_number)
                    : options_.node_name;
    node.member_id = options_.member_id;
    node.address = options_.peer_address;
    node.operation_key_spki = operation.public_key().spki_der();
    node.attestation_key = Bytes(attestation.public_key().raw());
    node.tls_key_id = tls.public_key().key_id();
    node.voter = options_.voter;
    node.converter = options_.converter;
    nodes_.push_back(std::move(node));
    return write_file(folder + "/node.toml", config_text(), false, false);
  }

  [[nodiscard]] std::string config_text() const {
    std::string text =
        "# Made by `sekisho org init`. Where things are on this machine; the rules are on the "
        "ledger.\n"
        "[node]\nnumber = " +
        std::to_string(options_.node_number) +
        "\ngenesis = \"../genesis.json\"\ndata = \"data\"\npeer_listen = \"" +
        options_.peer_address + "\"\napi_listen = \"" + options_.api_address +
        "\"\n\n[keys]\ntls_certificate = \"tls.cert.pem\"\ntls_key = \"tls.key.pem\"\n"
        "operation_key = \"operation.key.pem\"\nattestation_key = "
        "\"attestation.key.pem\"\nblob_key = \"blob.key\"\n\n"
        "[log]\nfile = \"node.log\"\nlevel = \"info\"\n";
    if (options_.converter) {
      text +=
          "\n[converter]\nencryption_key = \"conversion.key.pem\"\nencryption_certificate = "
          "\"conversion.cert.pem\"\ncatalogs = \"" +
          std::filesystem::absolute(options_.catalogs).lexically_normal().string() + "\"\n";
    }
    return text;
  }

  std::string home_;
  const OrgInit& options_;
  Secret passphrase_;
  std::uint64_t now_ms_;
  crypto::PrivateKey authority_key_;
  std::optional<crypto::Certificate> authority_;
  v1::MemberDescription member_;
  std::vector<ledger::GenesisNode> nodes_;
};

}  // namespace

Status org_init(const Context& context, const OrgInit& options) {
  if (options.converter && options.catalogs.empty()) {
    return fail(Code::kInvalidArgument,
                "a converter node needs --catalogs, the folder of its catalog packages");
  }
  TRY(Secret passphrase,
      read_passphrase(context.passphrase_file,
                      std::string(context.console.pick("新しい鍵のパスフレーズ（8文字以上）",
                                                       "New passphrase (8 characters or more)"))));
  TRY_STATUS(Maker(context, options, std::move(passphrase)).run());
  context.console.say("組織「" + options.name + "」の鍵と証明書を " + context.home +
                          " に作りました。member.json を事務局に渡してください。",
                      "Keys and certificates of " + options.name + " are in " + context.home +
                          ". Give member.json to the secretariat.");
  context.console.result("{\"member_id\":\"" + options.member_id + "\"}");
  return {};
}

Status consortium_init(const Context& context, const ConsortiumInit& options) {
  ledger::Genesis genesis;
  genesis.consortium = options.name;
  genesis.created_ms = SystemClock().unix_ms();
  if (!options.policy.empty()) {
    TRY(const Bytes text, read_file(options.policy, ledger::kGenesisSizeMax));
    TRY(genesis.policy, ledger::parse_policy_json(text));
  }
  for (const std::string& path : options.members) {
    TRY(const Bytes text, read_file(path, ledger::kGenesisSizeMax));
    auto descriptor = ledger::parse_genesis_json(text);
    if (!descriptor) return fail(descriptor.error().within(path));
    for (auto& member : descriptor->members) genesis.members.push_back(std::move(member));
    for (auto& node : descriptor->nodes) genesis.nodes.push_back(std::move(node));
  }
  TRY(const Bytes document, ledger::render_genesis(genesis));
  TRY(const auto parsed, ledger::parse_genesis(document));
  TRY_STATUS(write_file(options.out, document, false, false));
  context.console.say("コンソーシアム「" + options.name + "」の創世文書を " + options.out +
                          " に書きました。チェーンID: " + parsed.chain_id.hex(),
                      "The genesis document of " + options.name + " is in " + options.out +
                          ". Chain id: " + parsed.chain_id.hex());
  context.console.result("{\"chain_id\":\"" + parsed.chain_id.hex() + "\"}");
  return {};
}

}  // namespace sekisho::tools
