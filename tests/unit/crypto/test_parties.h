// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "node/crypto/certificate.h"
#include "node/crypto/certificate_authority.h"
#include "node/crypto/key.h"

// Organisations with a CA, an encryption key and its certificate, fresh for each test.
namespace sekisho::crypto::test {

inline constexpr std::uint64_t kDayMs = 86'400'000;
inline constexpr std::uint64_t kStartMs = 1'700'000'000'000;
inline constexpr std::uint64_t kEndMs = kStartMs + 3650 * kDayMs;

struct Party {
  explicit Party(const std::string& name)
      : authority_key(PrivateKey::generate(KeyAlgorithm::kEcdsaP256)),
        authority(make_authority(authority_key, {name, "CA"}, {kStartMs, kEndMs}).value()),
        key(PrivateKey::generate(KeyAlgorithm::kEcdsaP256)),
        certificate(issue(CertificateUse::kEncryption)) {}

  [[nodiscard]] Certificate issue(CertificateUse use) const {
    LeafRequest request;
    request.subject = {authority.subject().organisation, "leaf"};
    request.use = use;
    request.validity = {kStartMs, kEndMs};
    return issue_certificate(authority, authority_key, key.public_key(), request).value();
  }

  PrivateKey authority_key;
  Certificate authority;
  PrivateKey key;
  Certificate certificate;
};

}  // namespace sekisho::crypto::test
