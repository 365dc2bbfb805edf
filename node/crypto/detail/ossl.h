// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "node/base/bytes.h"
#include "node/base/secret.h"

// Owners for OpenSSL objects and the few conversions every source needs. Included by sources only.
namespace sekisho::crypto::detail {

template <auto kFree>
struct Deleter {
  template <typename T>
  void operator()(T* object) const noexcept {
    kFree(object);
  }
};

template <typename T, auto kFree>
using Owned = std::unique_ptr<T, Deleter<kFree>>;

using PkeyPtr = Owned<EVP_PKEY, EVP_PKEY_free>;
using PkeyCtxPtr = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using MdCtxPtr = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using CipherCtxPtr = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using CipherPtr = Owned<EVP_CIPHER, EVP_CIPHER_free>;
using X509Ptr = Owned<X509, X509_free>;
using X509NamePtr = Owned<X509_NAME, X509_NAME_free>;
using X509StorePtr = Owned<X509_STORE, X509_STORE_free>;
using X509StoreCtxPtr = Owned<X509_STORE_CTX, X509_STORE_CTX_free>;
using X509ExtensionPtr = Owned<X509_EXTENSION, X509_EXTENSION_free>;
using X509SigPtr = Owned<X509_SIG, X509_SIG_free>;
using X509AlgorPtr = Owned<X509_ALGOR, X509_ALGOR_free>;
using Pkcs8Ptr = Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using BnPtr = Owned<BIGNUM, BN_clear_free>;
using Asn1IntegerPtr = Owned<ASN1_INTEGER, ASN1_INTEGER_free>;
using BioPtr = Owned<BIO, BIO_free_all>;

inline const unsigned char* in(BytesView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* out(char* bytes) { return reinterpret_cast<unsigned char*>(bytes); }
inline unsigned char* out(Bytes& bytes) { return out(bytes.data()); }

// The DER of any object with an i2d function.
template <typename T, typename I2d>
Bytes to_der(const T* object, I2d i2d) {
  const int size = i2d(object, nullptr);
  if (size <= 0) return {};
  Bytes der(static_cast<std::size_t>(size), '\0');
  unsigned char* cursor = out(der);
  i2d(object, &cursor);
  return der;
}

// A read-only view of bytes as a BIO; the bytes outlive it.
BioPtr reader(BytesView bytes);
// What was written to a memory BIO.
BytesView written(BIO* bio);
// Forgets the thread's queued OpenSSL errors, so that a refused input leaves no trace for the next.
void clear_errors();

}  // namespace sekisho::crypto::detail
