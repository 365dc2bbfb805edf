// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/tools/profile.h"

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "node/crypto/key_file.h"
#include "node/tools/files.h"
#include "node/tools/passphrase.h"

namespace sekisho::tools {
namespace {

constexpr std::uint64_t kSmallFile = 1 << 20;

Result<toml::table> read_settings(const std::string& path) {
  auto text = read_file(path, kSmallFile);
  if (!text) {
    return fail(text.error().within(
        "no Sekisho home here (use --home or SEKISHO_HOME, or make one with `sekisho org init`)"));
  }
  toml::parse_result parsed = toml::parse(*text);
  if (!parsed)
    return fail(Code::kInvalidArgument, path + ": " + std::string(parsed.error().description()));
  return std::move(parsed).table();
}

}  // namespace

std::string_view person_name(Person person) {
  return person == Person::kAdmin ? "admin" : "operator";
}

Result<Profile> Profile::open(const Context& context) {
  Profile profile;
  profile.home_ = context.home;
  profile.passphrase_file_ = context.passphrase_file;
  profile.key_ = context.key;
  profile.prompt_ = context.console.pick("鍵のパスフレーズ", "Passphrase of your key");
  TRY(const auto settings, read_settings(context.home + "/sekisho.toml"));
  profile.member_id_ = settings["member"].value_or(std::string());
  profile.node_ = context.node.empty() ? settings["node"].value_or(std::string()) : context.node;
  if (profile.member_id_.empty() || profile.node_.empty()) {
    return fail(Code::kInvalidArgument,
                context.home +
                    "/sekisho.toml must name `member` and `node` (host:port of your node's API)");
  }
  for (const Person person : {Person::kOperator, Person::kAdmin}) {
    const auto name = settings[person_name(person)].value<std::string>();
    if (name) profile.named_keys_[person] = *name;
  }
  auto genesis = read_file(context.home + "/genesis.json", ledger::kGenesisSizeMax);
  if (!genesis) {
    return fail(genesis.error().within(
        "copy the consortium's genesis document to genesis.json in your home folder"));
  }
  TRY(profile.genesis_, ledger::parse_genesis(*genesis));
  return profile;
}

std::string Profile::authorities_pem() const {
  std::string pem;
  for (const auto& member : genesis_.genesis.members) {
    const auto certificate = crypto::Certificate::from_der(member.ca_certificate_der());
    if (certificate) pem += certificate->pem();
  }
  return pem;
}

Result<Credential> Profile::credential(Person person) {
  if (!key_.empty()) return load(key_);
  const auto named = named_keys_.find(person);
  return load(named == named_keys_.end() ? std::string(person_name(person)) : named->second);
}
Result<Credential> Profile::encryption() { return load("encryption"); }
Result<Credential> Profile::authority() { return load("ca"); }

Result<const Secret*> Profile::passphrase() {
  if (!passphrase_) {
    TRY(passphrase_, read_passphrase(passphrase_file_, prompt_));
  }
  return &*passphrase_;
}

Status Profile::use_key(Person person, const std::string& name) const {
  const std::string path = home_ + "/sekisho.toml";
  TRY(const Bytes text, read_file(path, kSmallFile));
  const std::string setting(person_name(person));
  return write_file(path, with_setting(text, setting, name), false, true);
}

Result<Credential> Profile::load(const std::string& name) {
  TRY(const Secret* passphrase, this->passphrase());
  TRY(auto key, crypto::load_key(home_ + "/" + name + ".key.pem", *passphrase));
  TRY(const Bytes pem, read_file(home_ + "/" + name + ".cert.pem", kSmallFile));
  TRY(auto certificate, crypto::Certificate::from_pem(pem));
  TRY_STATUS(crypto::check_key_matches(certificate, key));
  return Credential{std::move(key), std::move(certificate)};
}

}  // namespace sekisho::tools
