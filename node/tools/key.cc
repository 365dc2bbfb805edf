// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <filesystem>

#include <boost/json.hpp>

#include "node/base/clock.h"
#include "node/crypto/certificate_authority.h"
#include "node/crypto/key_file.h"
#include "node/ledger/genesis.h"
#include "node/tools/files.h"
#include "node/tools/key_table.h"
#include "node/tools/node_client.h"
#include "node/tools/text.h"
#include "node/tools/verbs.h"

// key add, list, revoke, renew: an organisation's keys, by its administrator, without a vote.
namespace sekisho::tools {
namespace {

namespace json = boost::json;
constexpr std::uint64_t kDayMs = 24ull * 3600 * 1000;
constexpr std::uint64_t kLeafDays = 398;
constexpr std::uint64_t kSmallFile = 1 << 20;

struct RoleText {
  std::string_view option, name, japanese;
  v1::KeyRole role;
};
constexpr std::array kRoles{
    RoleText{"admin", "ADMIN", "管理者", v1::ADMIN},
    RoleText{"operator", "OPERATOR", "担当者", v1::OPERATOR},
    RoleText{"reader", "READER", "閲覧", v1::READER},
    RoleText{"node", "NODE", "ノード", v1::NODE},
};

Result<RoleText> find_role(std::string_view option) {
  for (const RoleText& one : kRoles) {
    if (one.option == option) return one;
  }
  return fail(Code::kInvalidArgument, "--role is admin, operator, reader or node");
}

Result<crypto::Certificate> certify(Profile& profile, const crypto::PublicKey& key,
                                    const std::string& name, crypto::CertificateUse use) {
  TRY(const auto authority, profile.authority());
  const std::uint64_t now_ms = SystemClock().unix_ms();
  crypto::LeafRequest request;
  request.subject = {authority.certificate.subject().organisation,
                     profile.member_id() + " " + name};
  request.use = use;
  request.validity = {now_ms - kDayMs, now_ms + kLeafDays * kDayMs};
  return crypto::issue_certificate(authority.certificate, authority.key, key, request);
}

// The key of an earlier try whose answer never came, or a new one.
Result<crypto::PrivateKey> person_key(Profile& profile, const std::string& name) {
  const std::string path = profile.home() + "/" + name + ".key.pem";
  TRY(const Secret* passphrase, profile.passphrase());
  if (std::filesystem::exists(path)) return crypto::load_key(path, *passphrase);
  auto key = crypto::PrivateKey::generate(crypto::KeyAlgorithm::kEcdsaP256);
  TRY_STATUS(crypto::save_encrypted_key(path, key, *passphrase));
  TRY(const auto certificate,
      certify(profile, key.public_key(), name, crypto::CertificateUse::kTls));
  TRY_STATUS(write_file(profile.home() + "/" + name + ".cert.pem", certificate.pem(), false, true));
  return key;
}

Result<crypto::PrivateKey> node_key(const Profile& profile, const std::string& name) {
  const std::string folder = profile.home() + "/node";
  const std::string path = folder + "/" + name + ".key.pem";
  if (std::filesystem::exists(path)) return crypto::load_key(path, Secret());
  auto key = crypto::PrivateKey::generate(crypto::KeyAlgorithm::kEcdsaP256);
  TRY_STATUS(make_folder(folder));
  TRY_STATUS(crypto::save_plain_key(path, key));
  return key;
}

Status use_node_key(const Profile& profile, const std::string& name) {
  const std::string path = profile.home() + "/node/node.toml";
  TRY(const Bytes text, read_file(path, kSmallFile));
  return write_file(path, with_setting(text, "operation_key", name + ".key.pem"), false, true);
}

Status use_key(const Profile& profile, v1::KeyRole role, const std::string& name) {
  if (role == v1::NODE) return use_node_key(profile, name);
  if (role == v1::READER) return {};
  return profile.use_key(role == v1::ADMIN ? Person::kAdmin : Person::kOperator, name);
}

void tell_added(const Console& console, const RoleText& role, const KeyAdd& options,
                const Digest& key_id) {
  console.say("鍵「" + options.name + "」（" + std::string(role.japanese) +
                  "）を台帳に登録しました。鍵ID: " + key_id.hex(),
              "The key " + options.name + " (" + std::string(role.option) +
                  ") is on the ledger. Key id: " + key_id.hex());
  if (role.role == v1::NODE) {
    console.say(
        "ノードを再起動してください。それまで、このノードの保管・変換・削除は受け付けられません。",
        "Restart the node now: until then its storage, conversions and deletions are refused.");
  }
  if (!options.use) return;
  console.say("これからはこの鍵を使います。古い鍵は `sekisho key revoke` で失効させてください。",
              "It is used from now on. Revoke the old one with `sekisho key revoke`.");
}

Result<json::array> keys_of(NodeClient& client) {
  TRY(const auto me, client.get("/v1/members/" + client.member_id()));
  TRY(const auto* keys, array_field(me, "keys"));
  return *keys;
}

// A key named by its id, the beginning of it, or its label.
Result<Digest> find_key(NodeClient& client, const std::string& wanted) {
  constexpr std::size_t kBeginningMin = 8;
  TRY(const auto keys, keys_of(client));
  std::vector<std::string> found;
  for (const auto& key : keys) {
    TRY(const std::string id, text_field(key, "key_id"));
    TRY(const std::string label, text_field(key, "label"));
    TRY(const std::uint64_t revoked_ms, number_field(key, "revoked_ms"));
    const bool named = id == wanted || (wanted.size() >= kBeginningMin && id.starts_with(wanted)) ||
                       (label == wanted && revoked_ms == 0);
    if (named) found.push_back(id);
  }
  if (found.size() == 1) return Digest::from_hex(found.front());
  if (found.empty()) {
    return fail(Code::kNotFound,
                "your organisation has no key \"" + wanted + "\" in use; see `sekisho key list`");
  }
  return fail(Code::kInvalidArgument, "several keys are called \"" + wanted +
                                          "\"; name one by its id, see `sekisho key list`");
}

void print_key(const json::value& key, const Console& console) {
  const std::string role = text_field(key, "role").value_or("");
  std::string_view japanese = role;
  for (const RoleText& one : kRoles) {
    if (one.name == role) japanese = one.japanese;
  }
  const std::uint64_t revoked_ms = number_field(key, "revoked_ms").value_or(0);
  const std::string state =
      revoked_ms == 0 ? std::string(console.pick("有効", "in use"))
                      : std::string(console.pick("失効 ", "revoked ")) + time_in_japan(revoked_ms);
  console.print(pad_to(text_field(key, "label").value_or(""), 20) + "  " +
                pad_to(console.pick(japanese, role), 10) + "  " +
                text_field(key, "key_id").value_or("").substr(0, 16) + "  " +
                std::string(console.pick("登録 ", "added ")) +
                time_in_japan(number_field(key, "added_ms").value_or(0)) + "  " + state);
}

}  // namespace

void print_keys(const json::array& keys, const Console& console) {
  for (const auto& key : keys) print_key(key, console);
}

Status key_add(const Context& context, const KeyAdd& options) {
  TRY(const auto role, find_role(options.role));
  if (role.role == v1::NODE && options.node_number == 0) {
    return fail(Code::kInvalidArgument, "a node's key needs --node-number");
  }
  if (!ledger::valid_member_id(options.name)) {
    return fail(Code::kInvalidArgument, "a key's name has 1 to 64 characters a-z, 0-9 and -");
  }
  TRY(auto profile, Profile::open(context));
  TRY(auto client, NodeClient::connect(profile, context.console, Person::kAdmin));
  TRY(const auto key,
      role.role == v1::NODE ? node_key(profile, options.name) : person_key(profile, options.name));
  auto operation = client.make_operation();
  auto& add = *operation.mutable_add_key();
  *add.mutable_key() =
      ledger::make_key_description(profile.member_id(), key, role.role, options.name);
  add.set_node_number(role.role == v1::NODE ? options.node_number : 0);
  TRY(const auto outcome, client.submit(operation));
  if (options.use) TRY_STATUS(use_key(profile, role.role, options.name));
  const Digest key_id = key.public_key().key_id();
  tell_added(context.console, role, options, key_id);
  context.console.result(
      json::serialize(json::value{{"key_id", key_id.hex()}, {"index", outcome.index}}));
  return {};
}

Status key_revoke(const Context& context, const KeyRevoke& options) {
  TRY(auto profile, Profile::open(context));
  TRY(auto client, NodeClient::connect(profile, context.console, Person::kAdmin));
  TRY(const Digest key_id, find_key(client, options.key));
  auto operation = client.make_operation();
  auto& revoke = *operation.mutable_revoke_key();
  revoke.set_key_id(Bytes(key_id.view()));
  revoke.set_reason(options.reason);
  TRY(const auto outcome, client.submit(operation));
  context.console.say("鍵 " + key_id.hex().substr(0, 16) + " を失効させました（" +
                          time_in_japan(outcome.block_time_ms) +
                          "）。この鍵の署名も接続も、もう受け付けられません。",
                      "Revoked the key " + key_id.hex().substr(0, 16) + " (" +
                          time_in_japan(outcome.block_time_ms) +
                          "). Its signatures and connections are refused from now on.");
  context.console.result(
      json::serialize(json::value{{"key_id", key_id.hex()}, {"index", outcome.index}}));
  return {};
}

Status key_list(const Context& context) {
  TRY(auto profile, Profile::open(context));
  TRY(auto client, NodeClient::connect(profile, context.console, Person::kOperator));
  TRY(const auto keys, keys_of(client));
  context.console.result(json::serialize(json::value{{"keys", keys}}));
  if (context.console.json()) return {};
  print_keys(keys, context.console);
  return {};
}

Status key_renew(const Context& context, const KeyRenew& options) {
  const bool encryption = options.name == "encryption";
  TRY(auto profile, Profile::open(context));
  const std::string path = profile.home() + "/" + options.name;
  TRY(const Secret* passphrase, profile.passphrase());
  TRY(const auto key, crypto::load_key(path + ".key.pem", *passphrase));
  TRY(const auto certificate,
      certify(profile, key.public_key(), options.name,
              encryption ? crypto::CertificateUse::kEncryption : crypto::CertificateUse::kTls));
  if (encryption) {
    TRY(auto client, NodeClient::connect(profile, context.console, Person::kAdmin));
    auto operation = client.make_operation();
    operation.mutable_renew_encryption_certificate()->set_certificate_der(certificate.der());
    TRY_STATUS(client.submit(operation));
    const std::string converter = profile.home() + "/node/conversion.cert.pem";
    if (std::filesystem::exists(converter)) {
      TRY_STATUS(write_file(converter, certificate.pem(), false, true));
    }
  }
  TRY_STATUS(write_file(path + ".cert.pem", certificate.pem(), false, true));
  const std::string until = time_in_japan(certificate.validity().not_after_ms);
  context.console.say(
      "証明書「" + options.name + "」を同じ鍵で更新しました。有効期限: " + until,
      "The certificate " + options.name + " is renewed with the same key. Valid until " + until);
  context.console.result(
      json::serialize(json::value{{"valid_until_ms", certificate.validity().not_after_ms}}));
  return {};
}

}  // namespace sekisho::tools
