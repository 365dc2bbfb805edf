// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/crypto/detail/key_impl.h"
#include "node/crypto/key.h"

namespace sekisho::crypto {
namespace {

using detail::KeyAccess;
using detail::PkeyPtr;

constexpr std::size_t kPemSizeMax = 16 * limits::kKiB;
// OWASP's equivalent of N 2^17, p 1, within the 32 MiB that readers of OpenSSL 3.0 allow.
constexpr std::uint64_t kScryptN = 1 << 14;
constexpr std::uint64_t kScryptR = 8;
constexpr std::uint64_t kScryptP = 5;
constexpr std::size_t kScryptSaltSize = 16;

struct PemBlock {
  Bytes label;
  Secret der;
};

// Frees what PEM_read_bio hands out, wiping the data.
struct PemParts {
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  ~PemParts() {
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, static_cast<std::size_t>(size));
  }
};

Result<PemBlock> read_block(BytesView pem) {
  if (pem.size() > kPemSizeMax) return fail(Code::kInvalidArgument, "the key file is too large");
  const detail::BioPtr bio = detail::reader(pem);
  PemParts parts;
  if (PEM_read_bio(bio.get(), &parts.name, &parts.header, &parts.data, &parts.size) != 1) {
    detail::clear_errors();
    return fail(Code::kInvalidArgument, "the key file is not in PEM form");
  }
  PemBlock block;
  block.label = parts.name;
  block.der = Secret(
      BytesView(reinterpret_cast<const char*>(parts.data), static_cast<std::size_t>(parts.size)));
  return block;
}

Result<PrivateKey> wrap(PkeyPtr pkey) {
  if (pkey == nullptr) {
    detail::clear_errors();
    return fail(Code::kInvalidArgument, "the key file does not hold a usable private key");
  }
  return KeyAccess::wrap(std::move(pkey));
}

detail::X509AlgorPtr scrypt_scheme() {
  unsigned char salt[kScryptSaltSize];
  CHECK(RAND_bytes(salt, sizeof salt) == 1);
  detail::X509AlgorPtr scheme(PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), salt, sizeof salt, nullptr,
                                                    kScryptN, kScryptR, kScryptP));
  CHECK(scheme != nullptr);
  return scheme;
}

Bytes pem_of(BytesView label, BytesView der) {
  const detail::BioPtr bio(BIO_new(BIO_s_mem()));
  CHECK(bio != nullptr);
  CHECK(PEM_write_bio(bio.get(), Bytes(label).c_str(), "", detail::in(der),
                      static_cast<long>(der.size())) > 0);
  return Bytes(detail::written(bio.get()));
}

bool is_pbes2(const X509_SIG* sealed) {
  const X509_ALGOR* algorithm = nullptr;
  X509_SIG_get0(sealed, &algorithm, nullptr);
  const ASN1_OBJECT* oid = nullptr;
  X509_ALGOR_get0(&oid, nullptr, nullptr, algorithm);
  return OBJ_obj2nid(oid) == NID_pbes2;
}

}  // namespace

Result<PrivateKey> PrivateKey::from_pem(BytesView pem) {
  TRY(const PemBlock block, read_block(pem));
  if (block.label != PEM_STRING_PKCS8INF)
    return fail(Code::kInvalidArgument,
                "the file is no unencrypted PKCS#8 key (BEGIN PRIVATE KEY): convert it with "
                "openssl pkcs8 -topk8");
  const unsigned char* cursor = detail::in(block.der.view());
  const detail::Pkcs8Ptr info(
      d2i_PKCS8_PRIV_KEY_INFO(nullptr, &cursor, static_cast<long>(block.der.size())));
  return wrap(PkeyPtr(info == nullptr ? nullptr : EVP_PKCS82PKEY(info.get())));
}

Result<PrivateKey> PrivateKey::from_encrypted_pem(BytesView pem, const Secret& passphrase) {
  TRY(const PemBlock block, read_block(pem));
  const unsigned char* cursor = detail::in(block.der.view());
  const detail::X509SigPtr sealed(
      block.label == PEM_STRING_PKCS8
          ? d2i_X509_SIG(nullptr, &cursor, static_cast<long>(block.der.size()))
          : nullptr);
  if (sealed == nullptr || !is_pbes2(sealed.get())) {
    detail::clear_errors();
    return fail(Code::kInvalidArgument,
                "the file is no key under a passphrase (PKCS#8 with PBES2, BEGIN ENCRYPTED PRIVATE "
                "KEY)");
  }
  if (passphrase.size() > kPassphraseSizeMax)
    return fail(Code::kUnauthenticated, "the passphrase is longer than any that is accepted");
  const detail::Pkcs8Ptr info(
      PKCS8_decrypt(sealed.get(), passphrase.view().data(), static_cast<int>(passphrase.size())));
  if (info == nullptr) {
    detail::clear_errors();
    return fail(Code::kUnauthenticated,
                "the passphrase is wrong, or the key file is damaged: check and try again");
  }
  return wrap(PkeyPtr(EVP_PKCS82PKEY(info.get())));
}

Secret PrivateKey::to_pem() const {
  const detail::BioPtr bio(BIO_new(BIO_s_mem()));  // OpenSSL wipes what it frees here
  CHECK(bio != nullptr);
  CHECK(PEM_write_bio_PKCS8PrivateKey(bio.get(), impl_->pkey.get(), nullptr, nullptr, 0, nullptr,
                                      nullptr) == 1);
  return Secret(detail::written(bio.get()));
}

Result<Bytes> PrivateKey::to_encrypted_pem(const Secret& passphrase) const {
  if (passphrase.size() < kPassphraseSizeMin || passphrase.size() > kPassphraseSizeMax)
    return fail(Code::kInvalidArgument, "give a passphrase of 8 to 1024 bytes");
  const detail::Pkcs8Ptr info(EVP_PKEY2PKCS8(impl_->pkey.get()));
  CHECK(info != nullptr);
  detail::X509AlgorPtr scheme = scrypt_scheme();
  const detail::X509SigPtr sealed(PKCS8_set0_pbe(
      passphrase.view().data(), static_cast<int>(passphrase.size()), info.get(), scheme.get()));
  CHECK(sealed != nullptr);
  (void)scheme.release();  // now owned by `sealed`
  return pem_of(PEM_STRING_PKCS8, detail::to_der(sealed.get(), i2d_X509_SIG));
}

}  // namespace sekisho::crypto
