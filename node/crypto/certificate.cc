// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "node/base/check.h"
#include "node/crypto/detail/certificate_impl.h"
#include "node/crypto/detail/key_impl.h"
#include "node/crypto/hash.h"

namespace sekisho::crypto {
namespace {

using detail::BioPtr;
using detail::CertificateAccess;
using detail::CertificateImpl;
using detail::X509Ptr;

constexpr std::size_t kPemSizeMax = 4 * Certificate::kSizeMax;
constexpr std::uint64_t kMsPerSecond = 1000;
constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::size_t kKeyIdentifierSizeMax = 64;
constexpr std::size_t kDnsNamesMax = 64;

tl::unexpected<Error> invalid(std::string context) {
  detail::clear_errors();
  return fail(Code::kInvalidArgument, std::move(context));
}

std::string utf8(const ASN1_STRING* text) {
  unsigned char* converted = nullptr;
  const int size = ASN1_STRING_to_UTF8(&converted, text);
  if (size < 0) return {};
  std::string result(reinterpret_cast<const char*>(converted), static_cast<std::size_t>(size));
  OPENSSL_free(converted);
  return result;
}

std::string name_part(const X509_NAME* name, int nid) {
  const int index = X509_NAME_get_index_by_NID(name, nid, -1);
  if (index < 0) return {};
  return utf8(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
}

CertificateName name_of(const X509_NAME* name) {
  return {name_part(name, NID_organizationName), name_part(name, NID_commonName)};
}

// Seconds since 1970 by the difference of calendar dates: no time zone and no 2038.
Result<std::uint64_t> unix_ms_of(const ASN1_TIME* time) {
  const std::unique_ptr<ASN1_TIME, detail::Deleter<ASN1_STRING_free>> epoch(
      ASN1_TIME_set(nullptr, 0));
  CHECK(epoch != nullptr);
  int days = 0;
  int seconds = 0;
  if (ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1)
    return invalid("the certificate's validity is not a time");
  const std::int64_t total = std::int64_t{days} * kSecondsPerDay + seconds;
  if (total < 0) return invalid("the certificate's validity lies before 1970");
  return static_cast<std::uint64_t>(total) * kMsPerSecond;
}

Status read_validity(CertificateImpl& to) {
  TRY(to.validity.not_before_ms, unix_ms_of(X509_get0_notBefore(to.x509.get())));
  TRY(to.validity.not_after_ms, unix_ms_of(X509_get0_notAfter(to.x509.get())));
  return {};
}

Status read_identifiers(CertificateImpl& to) {
  X509* const x509 = to.x509.get();
  to.subject = name_of(X509_get_subject_name(x509));
  to.issuer = name_of(X509_get_issuer_name(x509));
  to.issuer_der = detail::to_der(X509_get_issuer_name(x509), i2d_X509_NAME);
  to.serial_der = detail::to_der(X509_get0_serialNumber(x509), i2d_ASN1_INTEGER);
  if (const ASN1_OCTET_STRING* id = X509_get0_subject_key_id(x509); id != nullptr) {
    const auto size = static_cast<std::size_t>(ASN1_STRING_length(id));
    if (size > kKeyIdentifierSizeMax) return invalid("the subject key identifier is too long");
    to.subject_key_identifier =
        Bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(id)), size);
  }
  return {};
}

Status read_dns_names(CertificateImpl& to) {
  const std::unique_ptr<GENERAL_NAMES, detail::Deleter<GENERAL_NAMES_free>> names(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(to.x509.get(), NID_subject_alt_name, nullptr, nullptr)));
  if (names == nullptr) return {};
  if (sk_GENERAL_NAME_num(names.get()) > static_cast<int>(kDnsNamesMax))
    return invalid("the certificate has too many alternative names");
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) to.dns_names.push_back(utf8(name->d.dNSName));
  }
  return {};
}

// Forces OpenSSL to read and cache the extensions, so that later use from several threads only
// reads.
Status read_extensions(CertificateImpl& to) {
  constexpr std::uint32_t kUnusable = EXFLAG_INVALID | EXFLAG_CRITICAL;
  if ((X509_get_extension_flags(to.x509.get()) & kUnusable) != 0)
    return invalid("the certificate has an extension that is wrong or unknown and critical");
  to.is_ca = X509_check_ca(to.x509.get()) == 1;
  to.key_usage = X509_get_key_usage(to.x509.get());
  return read_dns_names(to);
}

void read_key(CertificateImpl& to) {
  EVP_PKEY* const pkey = X509_get0_pubkey(to.x509.get());
  auto key = pkey == nullptr ? Result<PublicKey>(fail(Code::kInvalidArgument, "no key"))
                             : PublicKey::from_spki_der(detail::canonical_spki(pkey));
  if (key) to.public_key = std::move(*key);
}

X509Ptr read_pem_certificate(BIO* bio) {
  return X509Ptr(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr));
}

}  // namespace

Result<Certificate> CertificateAccess::wrap(X509Ptr x509) {
  if (x509 == nullptr) return invalid("not an X.509 certificate");
  auto impl = std::make_shared<CertificateImpl>();
  impl->x509 = std::move(x509);
  impl->der = to_der(impl->x509.get(), i2d_X509);
  if (impl->der.size() > Certificate::kSizeMax) return invalid("the certificate is too large");
  impl->fingerprint = sha256(impl->der);
  read_key(*impl);
  TRY_STATUS(read_validity(*impl));
  TRY_STATUS(read_identifiers(*impl));
  TRY_STATUS(read_extensions(*impl));
  clear_errors();
  return Certificate(std::move(impl));
}

Certificate::Certificate(std::shared_ptr<const CertificateImpl> impl) : impl_(std::move(impl)) {}

Result<Certificate> Certificate::from_der(BytesView der) {
  if (der.size() > kSizeMax) return invalid("the certificate is too large");
  const unsigned char* cursor = detail::in(der);
  X509Ptr x509(d2i_X509(nullptr, &cursor, static_cast<long>(der.size())));
  if (x509 == nullptr) return invalid("not an X.509 certificate");
  if (cursor != detail::in(der) + der.size())
    return invalid("there are bytes after the certificate");
  TRY(Certificate certificate, CertificateAccess::wrap(std::move(x509)));
  if (certificate.der() != der) return invalid("the certificate is not in DER form");
  return certificate;
}

Result<Certificate> Certificate::from_pem(BytesView pem) {
  TRY(const std::vector<Certificate> certificates, parse_certificates(pem, 1));
  return certificates.front();
}

Result<std::vector<Certificate>> parse_certificates(BytesView pem, std::size_t count_max) {
  if (pem.size() / kPemSizeMax > count_max) return invalid("the certificate file is too large");
  const BioPtr bio = detail::reader(pem);
  std::vector<Certificate> certificates;
  while (X509Ptr x509 = read_pem_certificate(bio.get())) {
    if (certificates.size() == count_max)
      return invalid("the file holds more than " + std::to_string(count_max) + " certificate(s)");
    TRY(Certificate certificate, CertificateAccess::wrap(std::move(x509)));
    certificates.push_back(std::move(certificate));
  }
  const auto reason = ERR_GET_REASON(ERR_peek_last_error());
  detail::clear_errors();
  if (reason != PEM_R_NO_START_LINE) return invalid("a certificate in the file is damaged");
  if (certificates.empty()) return invalid("there is no CERTIFICATE block in PEM");
  return certificates;
}

const Bytes& Certificate::der() const { return impl_->der; }
const Digest& Certificate::fingerprint() const { return impl_->fingerprint; }
const Validity& Certificate::validity() const { return impl_->validity; }
const CertificateName& Certificate::subject() const { return impl_->subject; }
const CertificateName& Certificate::issuer() const { return impl_->issuer; }
bool Certificate::is_ca() const { return impl_->is_ca; }
bool Certificate::issued_by(const Certificate& authority) const {
  X509* const issuer = authority.impl_->x509.get();
  const bool named =
      X509_NAME_cmp(X509_get_issuer_name(impl_->x509.get()), X509_get_subject_name(issuer)) == 0;
  if (!authority.is_ca() || !named) return false;
  EVP_PKEY* const key = X509_get0_pubkey(issuer);
  const bool verified = key != nullptr && X509_verify(impl_->x509.get(), key) == 1;
  detail::clear_errors();
  return verified;
}
bool Certificate::may_agree_keys() const { return (impl_->key_usage & KU_KEY_AGREEMENT) != 0; }
bool Certificate::may_sign() const { return (impl_->key_usage & KU_DIGITAL_SIGNATURE) != 0; }
const std::vector<std::string>& Certificate::dns_names() const { return impl_->dns_names; }
const Bytes& Certificate::issuer_der() const { return impl_->issuer_der; }
const Bytes& Certificate::serial_der() const { return impl_->serial_der; }
const Bytes& Certificate::subject_key_identifier() const { return impl_->subject_key_identifier; }

std::string Certificate::pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  CHECK(bio != nullptr);
  CHECK(PEM_write_bio_X509(bio.get(), impl_->x509.get()) == 1);
  return std::string(detail::written(bio.get()));
}

Result<PublicKey> Certificate::public_key() const {
  const std::optional<PublicKey>& key = impl_->public_key;
  if (!key)
    return fail(Code::kInvalidArgument,
                "the certificate's key is of a kind not in use here: P-256 or Ed25519 is needed");
  return *key;
}

std::string Certificate::human_name() const {
  const CertificateName& name = subject();
  if (name.common_name.empty()) return name.organisation;
  if (name.organisation.empty()) return name.common_name;
  return name.common_name + " (" + name.organisation + ")";
}

std::string Certificate::log_name() const {
  constexpr std::size_t kDigitsShown = 16;
  const std::string start = subject().organisation.empty() ? "" : subject().organisation + ", ";
  return start + "fingerprint " + fingerprint().hex().substr(0, kDigitsShown);
}

Status check_key_matches(const Certificate& certificate, const PrivateKey& key) {
  TRY(const PublicKey certified, certificate.public_key());
  if (certified == key.public_key()) return {};
  return fail(Code::kInvalidArgument, "the private key does not belong to the certificate");
}

}  // namespace sekisho::crypto
