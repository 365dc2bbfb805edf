// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/detail/key_agreement.h"

#include "node/base/check.h"
#include "node/crypto/detail/der.h"
#include "node/crypto/detail/ossl.h"
#include "node/crypto/hash.h"

namespace sekisho::crypto::detail {
namespace {

constexpr BytesView kAes256WrapOid("\x60\x86\x48\x01\x65\x03\x04\x01\x2d", 9);
constexpr std::uint32_t kWrappingKeyBits = 256;

const EVP_CIPHER* wrap_cipher() {
  static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-WRAP", nullptr);
  CHECK(cipher != nullptr);
  return cipher;
}

Bytes shared_info() {
  Bytes bits;
  put_u32(bits, kWrappingKeyBits);
  const Bytes supplement = der(tag::kContext2Constructed, {der(tag::kOctetString, {bits})});
  return der(tag::kSequence, {wrap_algorithm(), supplement});
}

CipherCtxPtr wrap_context(const Secret& wrapping_key, bool sealing) {
  CipherCtxPtr context(EVP_CIPHER_CTX_new());
  CHECK(context != nullptr);
  CHECK(wrapping_key.size() == kContentKeySize);
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  CHECK(EVP_CipherInit_ex2(context.get(), wrap_cipher(), in(wrapping_key.view()), nullptr,
                           sealing ? 1 : 0, nullptr) == 1);
  return context;
}

}  // namespace

Bytes wrap_algorithm() { return der(tag::kSequence, {der(tag::kOid, {kAes256WrapOid})}); }

Result<Secret> derive_wrapping_key(const PrivateKey& own, const PublicKey& peer) {
  TRY(const Secret shared, own.ecdh(peer));
  // One block of X9.63 output is one SHA-256: the counter never passes 1.
  Bytes counter;
  put_u32(counter, 1);
  // A hasher of its own, because the thread's shared one would keep the result in its state.
  Sha256 hasher;
  Digest derived = hasher.update(shared.view()).update(counter).update(shared_info()).finish();
  Secret wrapping_key(derived.view());
  wipe(derived.bytes.data(), derived.bytes.size());
  return wrapping_key;
}

Bytes wrap_key(const Secret& wrapping_key, const Secret& content_key) {
  CHECK(content_key.size() == kContentKeySize);
  const CipherCtxPtr context = wrap_context(wrapping_key, true);
  Bytes wrapped(kWrappedKeySize, '\0');
  int size = 0;
  CHECK(EVP_CipherUpdate(context.get(), out(wrapped), &size, in(content_key.view()),
                         static_cast<int>(content_key.size())) == 1);
  CHECK(size == static_cast<int>(wrapped.size()));
  return wrapped;
}

Result<Secret> unwrap_key(const Secret& wrapping_key, BytesView wrapped) {
  CHECK(wrapped.size() == kWrappedKeySize);
  const CipherCtxPtr context = wrap_context(wrapping_key, false);
  Secret content_key(kWrappedKeySize);  // room for what OpenSSL writes before it checks
  int size = 0;
  const int unwrapped = EVP_CipherUpdate(context.get(), out(content_key.writable().data()), &size,
                                         in(wrapped), static_cast<int>(wrapped.size()));
  if (unwrapped != 1 || size != static_cast<int>(kContentKeySize)) {
    clear_errors();
    return fail(Code::kCorrupt,
                "the file's key does not unwrap: it was altered after sealing, ask for it again");
  }
  content_key.shrink(kContentKeySize);
  return content_key;
}

}  // namespace sekisho::crypto::detail
