// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/base/result.h"
#include "node/crypto/certificate.h"
#include "node/crypto/key.h"

namespace sekisho::crypto {

// What a leaf certificate is for; sets keyUsage and extendedKeyUsage.
enum class CertificateUse : std::uint8_t {
  kTls,         // digitalSignature; serverAuth and clientAuth: nodes and API users
  kEncryption,  // keyAgreement: where sealed files go; P-256 only
  kSigning,     // digitalSignature: persons who sign operations
};

struct LeafRequest {
  CertificateName subject;
  CertificateUse use = CertificateUse::kTls;
  Validity validity;
  std::vector<std::string> dns_names;     // subjectAltName
  std::vector<std::string> ip_addresses;  // textual IPv4 or IPv6
};

// A self-signed CA for one organisation: pathLen 0, keyCertSign and cRLSign. Random 127-bit serial.
// kInvalidArgument for an empty or over-long name (64 characters a part, RFC 5280) or an empty
// validity.
[[nodiscard]] Result<Certificate> make_authority(const PrivateKey& key, const CertificateName& name,
                                                 const Validity& validity);

// Certifies `subject_key` under the CA. The leaf never outlives the CA. Same errors, and
// kInvalidArgument when `authority` is no CA or not `authority_key`'s, or an address does not
// parse.
[[nodiscard]] Result<Certificate> issue_certificate(const Certificate& authority,
                                                    const PrivateKey& authority_key,
                                                    const PublicKey& subject_key,
                                                    const LeafRequest& request);

}  // namespace sekisho::crypto
