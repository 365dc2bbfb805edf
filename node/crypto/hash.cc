// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/hash.h"

#include <openssl/hmac.h>

#include "node/base/check.h"
#include "node/crypto/detail/ossl.h"

namespace sekisho::crypto {
namespace {

// Fetched once and kept for the life of the process: a fetch costs more than hashing a short input.
EVP_MD* sha256_md() {
  static EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  CHECK(md != nullptr);
  return md;
}

EVP_MD_CTX* thread_context() {
  thread_local const detail::MdCtxPtr context(EVP_MD_CTX_new());
  CHECK(context != nullptr);
  return context.get();
}

void start(EVP_MD_CTX* context) { CHECK(EVP_DigestInit_ex2(context, sha256_md(), nullptr) == 1); }

void feed(EVP_MD_CTX* context, BytesView bytes) {
  CHECK(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
}

Digest take(EVP_MD_CTX* context) {
  Digest digest;
  CHECK(EVP_DigestFinal_ex(context, digest.bytes.data(), nullptr) == 1);
  return digest;
}

}  // namespace

Digest sha256(BytesView bytes) { return sha256_parts({bytes}); }

Digest sha256_parts(std::initializer_list<BytesView> parts) {
  EVP_MD_CTX* context = thread_context();
  start(context);
  for (const BytesView part : parts) feed(context, part);
  return take(context);
}

struct Sha256::Impl {
  detail::MdCtxPtr context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : impl_(std::make_unique<Impl>()) {
  CHECK(impl_->context != nullptr);
  start(impl_->context.get());
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&& other) noexcept = default;
Sha256& Sha256::operator=(Sha256&& other) noexcept = default;

Sha256& Sha256::update(BytesView bytes) {
  feed(impl_->context.get(), bytes);
  return *this;
}

Digest Sha256::finish() {
  const Digest digest = take(impl_->context.get());
  start(impl_->context.get());
  return digest;
}

Digest hmac_sha256(BytesView key, BytesView message) {
  CHECK(key.size() <= 0x7fffffff);
  Digest mac;
  // A null key pointer would mean "the key of the last call".
  const char* const key_data = key.data() == nullptr ? "" : key.data();
  CHECK(HMAC(sha256_md(), key_data, static_cast<int>(key.size()), detail::in(message),
             message.size(), mac.bytes.data(), nullptr) != nullptr);
  return mac;
}

}  // namespace sekisho::crypto
