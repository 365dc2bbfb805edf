// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "node/base/secret.h"
#include "node/crypto/certificate.h"
#include "node/crypto/key.h"
#include "node/ledger/genesis.h"
#include "node/tools/console.h"

namespace sekisho::tools {

// What every verb is told by the common options.
struct Context {
  Console console{Language::kJapanese, false};
  std::string home;             // folder of this organisation's person
  std::string passphrase_file;  // may be empty
  std::string node;             // overrides the profile's node
  std::string key;              // name of the key to act with, instead of the profile's
};

// Which of a person's keys a verb acts with.
enum class Person : std::uint8_t { kOperator, kAdmin };
[[nodiscard]] std::string_view person_name(Person person);  // "operator"

// A key and the certificate that its organisation's CA gave it.
struct Credential {
  crypto::PrivateKey key;
  crypto::Certificate certificate;
};

// The home folder that `sekisho org init` makes: sekisho.toml, genesis.json, keys and certificates.
class Profile {
 public:
  // kNotFound with what to do when the folder is not set up.
  static Result<Profile> open(const Context& context);

  [[nodiscard]] const std::string& member_id() const { return member_id_; }
  [[nodiscard]] const std::string& node() const { return node_; }
  [[nodiscard]] const ledger::GenesisDocument& genesis() const { return genesis_; }
  // CAs of the consortium's founders, whose nodes are to be trusted as servers.
  [[nodiscard]] std::string authorities_pem() const;
  // Asks for the passphrase once for a run. kUnauthenticated when it is wrong.
  // The files are named after the person, unless sekisho.toml or --key name another key.
  [[nodiscard]] Result<Credential> credential(Person person);
  [[nodiscard]] Result<Credential> encryption();
  // The key and certificate of the organisation's own CA, which issues the certificates of its
  // keys.
  [[nodiscard]] Result<Credential> authority();
  [[nodiscard]] Result<const Secret*> passphrase();
  [[nodiscard]] const std::string& home() const { return home_; }
  // From now on the person acts with the key of this name: written to sekisho.toml.
  Status use_key(Person person, const std::string& name) const;

 private:
  Result<Credential> load(const std::string& name);

  std::string home_;
  std::string passphrase_file_;
  std::string member_id_;
  std::string node_;
  std::string prompt_;
  std::string key_;                           // --key
  std::map<Person, std::string> named_keys_;  // sekisho.toml
  ledger::GenesisDocument genesis_;
  std::optional<Secret> passphrase_;
};

}  // namespace sekisho::tools
