// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "node/crypto/key.h"
#include "node/ledger/genesis.h"

namespace sekisho::simulation {

inline constexpr std::uint64_t kGenesisMs = 1'790'000'000'000;
inline constexpr std::uint64_t kClockSkewMaxMs = 2000;
inline constexpr std::uint64_t kDwellOfferedMs = 2000;
inline constexpr std::uint64_t kExpireOverdueMs = 1000;

// The Ed25519 key of a name: the same in every run, so that traces repeat.
[[nodiscard]] crypto::PrivateKey key_of(std::string_view name);

// A small consortium: "office" (secretariat), "clinic" (institution, sends), "insurer" (receives).
// Each has an admin and an operator key; the nodes belong to the office; node 1 converts.
struct World {
  explicit World(std::uint64_t nodes);

  [[nodiscard]] const crypto::PrivateKey& admin(const std::string& member) const {
    return keys.at(member + " admin");
  }
  [[nodiscard]] const crypto::PrivateKey& staff(const std::string& member) const {
    return keys.at(member + " operator");
  }
  [[nodiscard]] const crypto::PrivateKey& node_key(std::uint64_t node) const {
    return keys.at("node " + std::to_string(node));
  }
  [[nodiscard]] const crypto::PrivateKey& attestation_key(std::uint64_t node) const {
    return keys.at("attestation " + std::to_string(node));
  }
  [[nodiscard]] static std::string node_name(std::uint64_t node) {
    return "node-" + std::to_string(node);
  }

  std::map<std::string, crypto::PrivateKey> keys;
  ledger::GenesisDocument genesis;

 private:
  const crypto::PrivateKey& make_key(const std::string& name);
  void add_member(ledger::Genesis& out, const std::string& id, v1::MemberKind kind, bool receives);
  void add_node(ledger::Genesis& out, std::uint64_t node);
};

}  // namespace sekisho::simulation
