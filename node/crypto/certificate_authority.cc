// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/certificate_authority.h"

#include <algorithm>
#include <utility>

#include <openssl/rand.h>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/crypto/detail/certificate_impl.h"
#include "node/crypto/detail/key_impl.h"

namespace sekisho::crypto {
namespace {

using detail::CertificateAccess;
using detail::KeyAccess;
using detail::X509Ptr;

constexpr std::size_t kNamePartBytesMax = limits::kNameMax;
constexpr std::uint64_t kUnixMsMax = 253'402'300'799'000;  // 9999-12-31T23:59:59Z
constexpr std::size_t kAlternativeNamesMax = 32;

tl::unexpected<Error> invalid(std::string context) {
  detail::clear_errors();
  return fail(Code::kInvalidArgument, std::move(context));
}

// Random, positive and not longer than 16 bytes (RFC 5280, 4.1.2.2).
void set_serial(X509* x509) {
  unsigned char random[16];
  CHECK(RAND_bytes(random, sizeof random) == 1);
  random[0] = static_cast<unsigned char>((random[0] & 0x7f) | 0x40);
  const detail::BnPtr number(BN_bin2bn(random, sizeof random, nullptr));
  CHECK(number != nullptr);
  CHECK(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x509)) != nullptr);
}

Status add_part(X509_NAME* name, int nid, const std::string& part) {
  if (part.empty()) return {};
  const int added = X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8, detail::in(part),
                                               static_cast<int>(part.size()), -1, 0);
  if (added != 1) return invalid("a certificate name is not UTF-8 or longer than 64 characters");
  return {};
}

Status set_subject(X509* x509, const CertificateName& name) {
  if (name.organisation.empty() && name.common_name.empty())
    return invalid("a certificate needs an organisation or a common name");
  if (std::max(name.organisation.size(), name.common_name.size()) > kNamePartBytesMax)
    return invalid("a certificate name is too long");
  X509_NAME* const subject = X509_get_subject_name(x509);
  TRY_STATUS(add_part(subject, NID_organizationName, name.organisation));
  return add_part(subject, NID_commonName, name.common_name);
}

// UTCTime before 2050 and GeneralizedTime from then on (RFC 5280, 4.1.2.5).
Status set_validity(X509* x509, const Validity& validity) {
  if (validity.not_after_ms <= validity.not_before_ms || validity.not_after_ms > kUnixMsMax)
    return invalid("a certificate's validity must end after it starts, before the year 10000");
  CHECK(ASN1_TIME_set(X509_getm_notBefore(x509),
                      static_cast<time_t>(validity.not_before_ms / 1000)) != nullptr);
  CHECK(ASN1_TIME_set(X509_getm_notAfter(x509),
                      static_cast<time_t>(validity.not_after_ms / 1000)) != nullptr);
  return {};
}

Status add_extension(X509* x509, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, x509, nullptr, nullptr, 0);
  const detail::X509ExtensionPtr extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  if (extension == nullptr || X509_add_ext(x509, extension.get(), -1) != 1)
    return invalid("a certificate extension cannot be made from the values given");
  return {};
}

Result<X509Ptr> start(const CertificateName& name, const Validity& validity, const PublicKey& key) {
  X509Ptr x509(X509_new());
  CHECK(x509 != nullptr);
  CHECK(X509_set_version(x509.get(), X509_VERSION_3) == 1);
  set_serial(x509.get());
  TRY_STATUS(set_subject(x509.get(), name));
  TRY_STATUS(set_validity(x509.get(), validity));
  CHECK(X509_set_pubkey(x509.get(), KeyAccess::native(key)) == 1);
  return x509;
}

Result<Certificate> finish(X509Ptr x509, const PrivateKey& signer) {
  const bool edwards = signer.algorithm() == KeyAlgorithm::kEd25519;
  CHECK(X509_sign(x509.get(), KeyAccess::native(signer), edwards ? nullptr : EVP_sha256()) > 0);
  return CertificateAccess::wrap(std::move(x509));
}

Status add_usage(X509* x509, X509* issuer, CertificateUse use) {
  switch (use) {
    case CertificateUse::kTls:
      TRY_STATUS(add_extension(x509, issuer, NID_key_usage, "critical,digitalSignature"));
      return add_extension(x509, issuer, NID_ext_key_usage, "serverAuth,clientAuth");
    case CertificateUse::kEncryption:
      return add_extension(x509, issuer, NID_key_usage, "critical,keyAgreement");
    case CertificateUse::kSigning:
      return add_extension(x509, issuer, NID_key_usage, "critical,digitalSignature");
  }
  return invalid("an unknown certificate use");
}

bool is_dns_name(const std::string& name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '*';
  };
  return !name.empty() && name.size() <= 253 && std::ranges::all_of(name, allowed);
}

bool is_address_text(const std::string& address) {
  return !address.empty() && address.size() <= 45 &&
         address.find_first_not_of("0123456789abcdefABCDEF:.") == std::string::npos;
}

// Joined into OpenSSL's own little language, so every character is checked first.
Result<std::string> alternative_names(const LeafRequest& request) {
  if (request.dns_names.size() + request.ip_addresses.size() > kAlternativeNamesMax)
    return invalid("a certificate takes at most 32 DNS names and addresses");
  std::string joined;
  for (const std::string& name : request.dns_names) {
    if (!is_dns_name(name)) return invalid("not a DNS name: " + name);
    joined += (joined.empty() ? "DNS:" : ",DNS:") + name;
  }
  for (const std::string& address : request.ip_addresses) {
    if (!is_address_text(address)) return invalid("not an IP address: " + address);
    joined += (joined.empty() ? "IP:" : ",IP:") + address;
  }
  return joined;
}

Status check_request(const Certificate& authority, const PrivateKey& authority_key,
                     const PublicKey& subject_key, const LeafRequest& request) {
  if (!authority.is_ca()) return invalid("the issuing certificate is not an authority's");
  TRY_STATUS(check_key_matches(authority, authority_key));
  if (request.use == CertificateUse::kEncryption &&
      subject_key.algorithm() != KeyAlgorithm::kEcdsaP256)
    return invalid("an encryption certificate needs a P-256 key");
  const Validity& span = authority.validity();
  if (request.validity.not_before_ms < span.not_before_ms)
    return invalid("the certificate would start before its authority's");
  if (request.validity.not_after_ms > span.not_after_ms)
    return invalid("the certificate would outlive its authority's: renew the authority first");
  return {};
}

}  // namespace

Result<Certificate> make_authority(const PrivateKey& key, const CertificateName& name,
                                   const Validity& validity) {
  TRY(X509Ptr x509, start(name, validity, key.public_key()));
  X509* const raw = x509.get();
  CHECK(X509_set_issuer_name(raw, X509_get_subject_name(raw)) == 1);
  TRY_STATUS(add_extension(raw, raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:0"));
  TRY_STATUS(add_extension(raw, raw, NID_key_usage, "critical,keyCertSign,cRLSign"));
  TRY_STATUS(add_extension(raw, raw, NID_subject_key_identifier, "hash"));
  TRY_STATUS(add_extension(raw, raw, NID_authority_key_identifier, "keyid:always"));
  return finish(std::move(x509), key);
}

Result<Certificate> issue_certificate(const Certificate& authority, const PrivateKey& authority_key,
                                      const PublicKey& subject_key, const LeafRequest& request) {
  TRY_STATUS(check_request(authority, authority_key, subject_key, request));
  TRY(const std::string names, alternative_names(request));
  TRY(X509Ptr x509, start(request.subject, request.validity, subject_key));
  X509* const raw = x509.get();
  X509* const issuer = CertificateAccess::native(authority);
  CHECK(X509_set_issuer_name(raw, X509_get_subject_name(issuer)) == 1);
  TRY_STATUS(add_extension(raw, issuer, NID_basic_constraints, "critical,CA:FALSE"));
  TRY_STATUS(add_usage(raw, issuer, request.use));
  TRY_STATUS(add_extension(raw, issuer, NID_subject_key_identifier, "hash"));
  TRY_STATUS(add_extension(raw, issuer, NID_authority_key_identifier, "keyid:always"));
  if (!names.empty()) TRY_STATUS(add_extension(raw, issuer, NID_subject_alt_name, names));
  return finish(std::move(x509), authority_key);
}

}  // namespace sekisho::crypto
