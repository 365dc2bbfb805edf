// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/crypto/key.h"

namespace sekisho::crypto {

namespace detail {
struct CertificateImpl;
struct CertificateAccess;
}  // namespace detail

// From not_before on, until not_after is reached (which is how TLS stacks on OpenSSL judge it,
// too). Milliseconds since 1970; X.509 keeps whole seconds.
struct Validity {
  std::uint64_t not_before_ms = 0;
  std::uint64_t not_after_ms = 0;
  [[nodiscard]] bool covers(std::uint64_t unix_ms) const {
    return not_before_ms <= unix_ms && unix_ms < not_after_ms;
  }
};

// A person's view of a subject: organisation (O) and common name (CN), UTF-8.
struct CertificateName {
  std::string organisation;
  std::string common_name;
};

// An X.509 certificate (RFC 5280), parsed once. Copies share it. Immutable; any thread.
class Certificate {
 public:
  static constexpr std::size_t kSizeMax = 16 * 1024;  // DER

  // Exactly one certificate and nothing behind it; kInvalidArgument otherwise.
  static Result<Certificate> from_der(BytesView der);
  static Result<Certificate> from_pem(BytesView pem);

  [[nodiscard]] const Bytes& der() const;
  [[nodiscard]] std::string pem() const;
  // SHA-256 of der().
  [[nodiscard]] const Digest& fingerprint() const;
  // kInvalidArgument when it is neither P-256 nor Ed25519 (a foreign CA's may be RSA).
  [[nodiscard]] Result<PublicKey> public_key() const;
  [[nodiscard]] const Validity& validity() const;
  [[nodiscard]] const CertificateName& subject() const;
  [[nodiscard]] const CertificateName& issuer() const;
  // "common name (organisation)", or the one of them that is there; for people, not for decisions.
  [[nodiscard]] std::string human_name() const;
  // "organisation, fingerprint 0123456789abcdef" for errors and logs, where a common name may not
  // stand: it can be a person's.
  [[nodiscard]] std::string log_name() const;
  [[nodiscard]] bool is_ca() const;
  // Issued directly by that CA: its name and its signature. Says nothing about dates; the same on
  // every machine, unlike the building of longer paths.
  [[nodiscard]] bool issued_by(const Certificate& authority) const;
  // True when keyUsage is absent or names keyAgreement.
  [[nodiscard]] bool may_agree_keys() const;
  // True when keyUsage is absent or names digitalSignature.
  [[nodiscard]] bool may_sign() const;
  [[nodiscard]] const std::vector<std::string>& dns_names() const;
  // The parts that name it in a CMS recipient: DER Name, DER INTEGER, and the extension's bytes
  // (empty when there is none).
  [[nodiscard]] const Bytes& issuer_der() const;
  [[nodiscard]] const Bytes& serial_der() const;
  [[nodiscard]] const Bytes& subject_key_identifier() const;

  friend bool operator==(const Certificate& a, const Certificate& b) {
    return a.fingerprint() == b.fingerprint();
  }

 private:
  friend struct detail::CertificateAccess;
  explicit Certificate(std::shared_ptr<const detail::CertificateImpl> impl);
  std::shared_ptr<const detail::CertificateImpl> impl_;
};

// Every certificate of a PEM text, in order; at least one, at most `count_max`.
[[nodiscard]] Result<std::vector<Certificate>> parse_certificates(BytesView pem,
                                                                  std::size_t count_max);

// The private key belongs to the certificate, or kInvalidArgument.
[[nodiscard]] Status check_key_matches(const Certificate& certificate, const PrivateKey& key);

// The certificate chains to one of `anchors` and every link is valid at `unix_ms` (ledger position
// or caller's clock; never read here). `intermediates` help to build the path and are not trusted.
// Errors, each with its own sentence: kFailedPrecondition not yet valid, kFailedPrecondition
// expired, kPermissionDenied issued by none of these CAs, kInvalidArgument anything else about the
// path.
[[nodiscard]] Status verify_certificate(const Certificate& certificate,
                                        std::span<const Certificate> anchors, std::uint64_t unix_ms,
                                        std::span<const Certificate> intermediates = {});

}  // namespace sekisho::crypto
