// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "node/crypto/certificate_authority.h"
#include "node/net/tls.h"

namespace sekisho::net {

// A CA that tests make leaves with. Real time, because TLS clients look at the clock.
class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name);

  struct Leaf {
    TlsIdentity identity;
    Digest key_id;
  };
  // Valid from an hour ago until `hours` from now (negative: it has expired).
  [[nodiscard]] Leaf issue(const std::string& common_name, int hours = 24) const;
  [[nodiscard]] std::string pem() const { return certificate_.pem(); }
  // Takes what this CA issued and is valid now; the principal's name is the common name.
  [[nodiscard]] Authorizer authorizer() const;

 private:
  crypto::PrivateKey key_;
  crypto::Certificate certificate_;
};

// Secrets do not copy themselves; tests hand one identity to several owners.
[[nodiscard]] TlsIdentity copy_of(const TlsIdentity& identity);

}  // namespace sekisho::net
