// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "node/base/check.h"
#include "node/crypto/detail/key_impl.h"
#include "node/crypto/hash.h"
#include "node/crypto/key.h"

namespace sekisho::crypto {
namespace {

using detail::KeyAccess;
using detail::PkeyCtxPtr;
using detail::PkeyPtr;
using detail::PrivateKeyImpl;

constexpr std::size_t kSignatureSizeMax = 72;
constexpr std::size_t kEd25519SeedSize = 32;
constexpr std::size_t kSharedSecretSize = 32;

PkeyCtxPtr make_signer(EVP_PKEY* pkey) {
  PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, pkey, nullptr));
  CHECK(context != nullptr);
  CHECK(EVP_PKEY_sign_init(context.get()) == 1);
  CHECK(EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) == 1);
  return context;
}

std::size_t sign_p256(const PrivateKeyImpl& key, BytesView message, unsigned char* signature) {
  PkeyCtxPtr context = key.signers.take();
  if (context == nullptr) context = make_signer(key.pkey.get());
  const Digest digest = sha256(message);
  std::size_t size = kSignatureSizeMax;
  CHECK(EVP_PKEY_sign(context.get(), signature, &size, digest.bytes.data(), digest.bytes.size()) ==
        1);
  key.signers.give_back(std::move(context));
  return size;
}

std::size_t sign_ed25519(const PrivateKeyImpl& key, BytesView message, unsigned char* signature) {
  const detail::MdCtxPtr context(EVP_MD_CTX_new());
  CHECK(context != nullptr);
  CHECK(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.pkey.get()) == 1);
  std::size_t size = kSignatureSizeMax;
  CHECK(EVP_DigestSign(context.get(), signature, &size, detail::in(message), message.size()) == 1);
  return size;
}

}  // namespace

Result<PrivateKey> detail::KeyAccess::wrap(PkeyPtr pkey) {
  TRY(PublicKey public_key, PublicKey::from_spki_der(canonical_spki(pkey.get())));
  auto impl = std::make_unique<PrivateKeyImpl>(std::move(pkey), std::move(public_key));
  return PrivateKey(std::move(impl));
}

PrivateKey::PrivateKey(std::unique_ptr<const PrivateKeyImpl> impl) : impl_(std::move(impl)) {}
PrivateKey::PrivateKey(PrivateKey&& other) noexcept = default;
PrivateKey& PrivateKey::operator=(PrivateKey&& other) noexcept = default;
PrivateKey::~PrivateKey() = default;

PrivateKey PrivateKey::generate(KeyAlgorithm algorithm) {
  const bool edwards = algorithm == KeyAlgorithm::kEd25519;
  PkeyPtr pkey(edwards ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519") : EVP_EC_gen("P-256"));
  CHECK(pkey != nullptr);
  auto key = KeyAccess::wrap(std::move(pkey));
  CHECK(key.has_value());
  return std::move(*key);
}

Result<PrivateKey> PrivateKey::from_ed25519_seed(BytesView seed) {
  if (seed.size() != kEd25519SeedSize)
    return fail(Code::kInvalidArgument, "an Ed25519 seed has 32 bytes");
  PkeyPtr pkey(
      EVP_PKEY_new_raw_private_key_ex(nullptr, "ED25519", nullptr, detail::in(seed), seed.size()));
  CHECK(pkey != nullptr);
  return KeyAccess::wrap(std::move(pkey));
}

const PublicKey& PrivateKey::public_key() const { return impl_->public_key; }

Bytes PrivateKey::sign(BytesView message) const {
  std::array<unsigned char, kSignatureSizeMax> signature{};
  const std::size_t size = algorithm() == KeyAlgorithm::kEd25519
                               ? sign_ed25519(*impl_, message, signature.data())
                               : sign_p256(*impl_, message, signature.data());
  return Bytes(reinterpret_cast<const char*>(signature.data()), size);
}

Result<Secret> PrivateKey::ecdh(const PublicKey& peer) const {
  const bool both_p256 =
      algorithm() == KeyAlgorithm::kEcdsaP256 && peer.algorithm() == KeyAlgorithm::kEcdsaP256;
  if (!both_p256) return fail(Code::kInvalidArgument, "key agreement needs two P-256 keys");
  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, impl_->pkey.get(), nullptr));
  CHECK(context != nullptr);
  CHECK(EVP_PKEY_derive_init(context.get()) == 1);
  CHECK(EVP_PKEY_derive_set_peer(context.get(), KeyAccess::native(peer)) == 1);
  Secret shared(kSharedSecretSize);
  std::size_t size = shared.size();
  CHECK(EVP_PKEY_derive(context.get(), detail::out(shared.writable().data()), &size) == 1);
  CHECK(size == kSharedSecretSize);
  return shared;
}

}  // namespace sekisho::crypto
