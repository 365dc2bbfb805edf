// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstring>

#include <openssl/pem.h>

#include "node/base/check.h"
#include "node/crypto/detail/der.h"
#include "node/crypto/detail/key_impl.h"
#include "node/crypto/hash.h"
#include "node/crypto/key.h"

namespace sekisho::crypto {
namespace {

using detail::KeyAccess;
using detail::PkeyCtxPtr;
using detail::PkeyPtr;
using detail::PublicKeyImpl;

// Everything before the point: AlgorithmIdentifier and BIT STRING header (RFC 5480, RFC 8410). Each
// key has one canonical SPKI, so each has one key id.
constexpr std::array<std::uint8_t, 27> kP256Prefix = {
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
    0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
constexpr std::array<std::uint8_t, 12> kEd25519Prefix = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                                         0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
constexpr std::size_t kP256SpkiSize = 91;
constexpr std::size_t kEd25519SpkiSize = 44;
constexpr std::size_t kEd25519KeySize = 32;
constexpr std::size_t kEd25519SignatureSize = 64;
constexpr std::size_t kPemSizeMax = 4096;

template <std::size_t kSize>
BytesView text(const std::array<std::uint8_t, kSize>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool looks_like(BytesView spki, BytesView prefix, std::size_t size) {
  return spki.size() == size && spki.starts_with(prefix);
}

// Points whose order divides 8, in every encoding with the sign bit cleared: under such a "key" one
// signature fits many messages, so it proves nothing about its holder.
constexpr std::array<std::string_view, 7> kSmallOrderHex = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};

bool has_small_order(BytesView raw) {
  Bytes cleared(raw);
  cleared.back() = static_cast<char>(cleared.back() & 0x7f);
  return std::ranges::find(kSmallOrderHex, to_hex(cleared)) != kSmallOrderHex.end();
}

Result<PublicKey> wrap(KeyAlgorithm algorithm, PkeyPtr pkey, BytesView spki) {
  if (pkey == nullptr) {
    detail::clear_errors();
    return fail(Code::kInvalidArgument, "the public key is not a point of its curve");
  }
  auto impl = std::make_shared<PublicKeyImpl>();
  impl->algorithm = algorithm;
  impl->pkey = std::move(pkey);
  impl->spki = Bytes(spki);
  impl->key_id = sha256(spki);
  return KeyAccess::wrap(std::move(impl));
}

PkeyCtxPtr make_verifier(EVP_PKEY* pkey) {
  PkeyCtxPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, pkey, nullptr));
  CHECK(context != nullptr);
  CHECK(EVP_PKEY_verify_init(context.get()) == 1);
  CHECK(EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) == 1);
  return context;
}

bool verify_p256(const PublicKeyImpl& key, BytesView message, BytesView signature) {
  if (!detail::is_canonical_ecdsa(signature)) return false;
  PkeyCtxPtr context = key.verifiers.take();
  if (context == nullptr) context = make_verifier(key.pkey.get());
  const Digest digest = sha256(message);
  const int verdict = EVP_PKEY_verify(context.get(), detail::in(signature), signature.size(),
                                      digest.bytes.data(), digest.bytes.size());
  key.verifiers.give_back(std::move(context));
  return verdict == 1;
}

bool verify_ed25519(const PublicKeyImpl& key, BytesView message, BytesView signature) {
  if (signature.size() != kEd25519SignatureSize) return false;
  const detail::MdCtxPtr context(EVP_MD_CTX_new());
  CHECK(context != nullptr);
  CHECK(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.pkey.get()) == 1);
  return EVP_DigestVerify(context.get(), detail::in(signature), signature.size(),
                          detail::in(message), message.size()) == 1;
}

}  // namespace

namespace detail {

PkeyCtxPtr ContextPool::take() {
  const std::lock_guard lock(mutex_);
  if (contexts_.empty()) return nullptr;
  PkeyCtxPtr context = std::move(contexts_.back());
  contexts_.pop_back();
  return context;
}

void ContextPool::give_back(PkeyCtxPtr context) {
  const std::lock_guard lock(mutex_);
  if (contexts_.size() < kContextsMax) contexts_.push_back(std::move(context));
}

Bytes canonical_spki(EVP_PKEY* pkey) {
  if (EVP_PKEY_is_a(pkey, "EC") != 1 && EVP_PKEY_is_a(pkey, "ED25519") != 1) return {};
  return to_der(pkey, i2d_PUBKEY);
}

}  // namespace detail

PublicKey::PublicKey(std::shared_ptr<const PublicKeyImpl> impl) : impl_(std::move(impl)) {}

Result<PublicKey> PublicKey::from_spki_der(BytesView spki) {
  if (looks_like(spki, text(kEd25519Prefix), kEd25519SpkiSize))
    return from_ed25519(spki.substr(kEd25519Prefix.size()));
  if (!looks_like(spki, text(kP256Prefix), kP256SpkiSize))
    return fail(
        Code::kInvalidArgument,
        "not a public key in use here: give a P-256 or Ed25519 SubjectPublicKeyInfo in DER");
  const unsigned char* cursor = detail::in(spki);
  return wrap(KeyAlgorithm::kEcdsaP256,
              PkeyPtr(d2i_PUBKEY(nullptr, &cursor, static_cast<long>(spki.size()))), spki);
}

Result<PublicKey> PublicKey::from_pem(BytesView pem) {
  if (pem.size() > kPemSizeMax) return fail(Code::kInvalidArgument, "the PEM text is too long");
  const detail::BioPtr bio = detail::reader(pem);
  const PkeyPtr pkey(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  detail::clear_errors();
  if (pkey == nullptr) return fail(Code::kInvalidArgument, "there is no PUBLIC KEY block in PEM");
  return from_spki_der(detail::canonical_spki(pkey.get()));
}

Result<PublicKey> PublicKey::from_ed25519(BytesView raw) {
  if (raw.size() != kEd25519KeySize)
    return fail(Code::kInvalidArgument, "an Ed25519 public key has 32 bytes");
  if (has_small_order(raw))
    return fail(Code::kInvalidArgument,
                "the Ed25519 public key has small order and proves nothing");
  Bytes spki(text(kEd25519Prefix));
  spki.append(raw);
  PkeyPtr pkey(
      EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, detail::in(raw), raw.size()));
  return wrap(KeyAlgorithm::kEd25519, std::move(pkey), spki);
}

KeyAlgorithm PublicKey::algorithm() const { return impl_->algorithm; }
const Bytes& PublicKey::spki_der() const { return impl_->spki; }
const Digest& PublicKey::key_id() const { return impl_->key_id; }

BytesView PublicKey::raw() const {
  const bool edwards = algorithm() == KeyAlgorithm::kEd25519;
  return BytesView(impl_->spki).substr(edwards ? kEd25519Prefix.size() : kP256Prefix.size() - 1);
}

std::string PublicKey::pem() const {
  const detail::BioPtr bio(BIO_new(BIO_s_mem()));
  CHECK(bio != nullptr);
  CHECK(PEM_write_bio_PUBKEY(bio.get(), impl_->pkey.get()) == 1);
  return std::string(detail::written(bio.get()));
}

bool PublicKey::verify(BytesView message, BytesView signature) const {
  const bool valid = algorithm() == KeyAlgorithm::kEd25519
                         ? verify_ed25519(*impl_, message, signature)
                         : verify_p256(*impl_, message, signature);
  if (!valid) detail::clear_errors();
  return valid;
}

}  // namespace sekisho::crypto
