// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/net/test_identities.h"

#include <span>

#include "node/base/check.h"
#include "node/base/clock.h"

namespace sekisho::net {
namespace {

constexpr std::uint64_t kHourMs = 3'600'000;

crypto::Certificate authority_for(const crypto::PrivateKey& key, const std::string& name) {
  const std::uint64_t now_ms = SystemClock().unix_ms();
  crypto::Validity validity;
  validity.not_before_ms = now_ms - 100 * kHourMs;
  validity.not_after_ms = now_ms + 1000 * kHourMs;
  auto made = crypto::make_authority(key, {name, name + " CA"}, validity);
  CHECK(made.has_value());
  return *made;
}

}  // namespace

TestAuthority::TestAuthority(const std::string& name)
    : key_(crypto::PrivateKey::generate(crypto::KeyAlgorithm::kEcdsaP256)),
      certificate_(authority_for(key_, name)) {}

TestAuthority::Leaf TestAuthority::issue(const std::string& common_name, int hours) const {
  const auto key = crypto::PrivateKey::generate(crypto::KeyAlgorithm::kEcdsaP256);
  const std::uint64_t now_ms = SystemClock().unix_ms();
  crypto::LeafRequest request;
  request.subject = {"Test", common_name};
  request.validity.not_before_ms = now_ms - 50 * kHourMs;
  request.validity.not_after_ms = hours >= 0
                                      ? now_ms + static_cast<std::uint64_t>(hours) * kHourMs
                                      : now_ms - static_cast<std::uint64_t>(-hours) * kHourMs;
  request.dns_names = {"localhost"};
  request.ip_addresses = {"127.0.0.1"};
  const auto leaf = crypto::issue_certificate(certificate_, key_, key.public_key(), request);
  CHECK(leaf.has_value());
  Leaf out;
  out.identity.certificate_chain_pem = leaf->pem();
  out.identity.private_key_pem = key.to_pem();
  out.key_id = key.public_key().key_id();
  return out;
}

Authorizer TestAuthority::authorizer() const {
  return [anchor = certificate_](const PeerCertificate& peer) -> Result<Principal> {
    TRY(const auto certificate, crypto::Certificate::from_der(peer.leaf_der));
    const Status verified =
        crypto::verify_certificate(certificate, std::span(&anchor, 1), SystemClock().unix_ms());
    if (!verified) return fail(Code::kUnauthenticated, verified.error().context);
    return Principal{peer.key_id, certificate.subject().common_name, nullptr};
  };
}

TlsIdentity copy_of(const TlsIdentity& identity) {
  TlsIdentity out;
  out.certificate_chain_pem = identity.certificate_chain_pem;
  out.private_key_pem = Secret(identity.private_key_pem.view());
  return out;
}

}  // namespace sekisho::net
