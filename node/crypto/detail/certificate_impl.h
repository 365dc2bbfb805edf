// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "node/crypto/certificate.h"
#include "node/crypto/detail/ossl.h"

// The OpenSSL side of certificate.h, for this module's sources only.
namespace sekisho::crypto::detail {

struct CertificateImpl {
  X509Ptr x509;
  Bytes der;
  Digest fingerprint;
  std::optional<PublicKey> public_key;
  Validity validity;
  CertificateName subject;
  CertificateName issuer;
  bool is_ca = false;
  std::uint32_t key_usage = 0;  // all bits when the extension is absent
  std::vector<std::string> dns_names;
  Bytes issuer_der;
  Bytes serial_der;
  Bytes subject_key_identifier;
};

struct CertificateAccess {
  static X509* native(const Certificate& certificate) { return certificate.impl_->x509.get(); }
  // Reads the fields once. kInvalidArgument when one of them is out of bounds.
  static Result<Certificate> wrap(X509Ptr x509);
};

}  // namespace sekisho::crypto::detail
