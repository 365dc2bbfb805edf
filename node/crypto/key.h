// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/base/secret.h"

namespace sekisho::crypto {

// The two algorithms of the ledger: ECDSA over P-256 with SHA-256 (FIPS 186-5), signatures in DER;
// Ed25519 (RFC 8032), signatures of 64 bytes.
enum class KeyAlgorithm : std::uint8_t { kEcdsaP256, kEd25519 };

namespace detail {
struct PublicKeyImpl;
struct PrivateKeyImpl;
struct KeyAccess;
}  // namespace detail

// A public key, parsed once. Copies share it. Immutable; any thread.
class PublicKey {
 public:
  // Exactly one canonical SubjectPublicKeyInfo: uncompressed point on the named curve P-256, or
  // Ed25519 outside the eight points of small order. kInvalidArgument otherwise.
  static Result<PublicKey> from_spki_der(BytesView spki);
  // One "PUBLIC KEY" block (RFC 7468).
  static Result<PublicKey> from_pem(BytesView pem);
  // The 32 bytes of RFC 8032, as signed notes carry them.
  static Result<PublicKey> from_ed25519(BytesView raw);

  [[nodiscard]] KeyAlgorithm algorithm() const;
  [[nodiscard]] const Bytes& spki_der() const;
  // SHA-256 of spki_der().
  [[nodiscard]] const Digest& key_id() const;
  // The bytes inside the SPKI: 32 for Ed25519, 65 (04 || x || y) for P-256.
  [[nodiscard]] BytesView raw() const;
  [[nodiscard]] std::string pem() const;

  // True when `signature` over `message` is this key's. ECDSA signatures are refused unless they
  // are canonical DER; both (r, s) and (r, n - s) verify, because other people's devices make both.
  // So a signature is no identifier: two different ones may stand for one act of signing.
  [[nodiscard]] bool verify(BytesView message, BytesView signature) const;

  friend bool operator==(const PublicKey& a, const PublicKey& b) {
    return a.key_id() == b.key_id();
  }

 private:
  friend struct detail::KeyAccess;
  explicit PublicKey(std::shared_ptr<const detail::PublicKeyImpl> impl);
  std::shared_ptr<const detail::PublicKeyImpl> impl_;
};

// A private key; its bytes are wiped with the object. Move only. sign() and ecdh() may be called
// from several threads at once; a moved-from key may only be destroyed or assigned to.
class PrivateKey {
 public:
  // Fresh, from the operating system's randomness.
  [[nodiscard]] static PrivateKey generate(KeyAlgorithm algorithm);
  // The Ed25519 key of a 32-byte seed (RFC 8032, 5.1.5): test vectors and the simulator, whose
  // traces repeat because Ed25519 signatures are deterministic.
  static Result<PrivateKey> from_ed25519_seed(BytesView seed);
  // Unencrypted PKCS#8 ("PRIVATE KEY"). kInvalidArgument when it is not, or when it is encrypted.
  static Result<PrivateKey> from_pem(BytesView pem);
  // PKCS#8 under a passphrase ("ENCRYPTED PRIVATE KEY", PBES2 with scrypt or PBKDF2).
  // kUnauthenticated for a wrong passphrase; kInvalidArgument for any other kind of file.
  static Result<PrivateKey> from_encrypted_pem(BytesView pem, const Secret& passphrase);

  PrivateKey(PrivateKey&& other) noexcept;
  PrivateKey& operator=(PrivateKey&& other) noexcept;
  ~PrivateKey();

  // Unencrypted PKCS#8, for a node daemon's own key file (key_file.h) and for TLS.
  [[nodiscard]] Secret to_pem() const;
  // PBES2: AES-256-CBC under scrypt (N 2^14, r 8, p 5). `openssl pkey -in` reads it.
  // kInvalidArgument when the passphrase is shorter or longer than the bounds below.
  [[nodiscard]] Result<Bytes> to_encrypted_pem(const Secret& passphrase) const;
  static constexpr std::size_t kPassphraseSizeMin = 8;
  static constexpr std::size_t kPassphraseSizeMax = 1024;

  [[nodiscard]] const PublicKey& public_key() const;
  [[nodiscard]] KeyAlgorithm algorithm() const { return public_key().algorithm(); }
  // DER ECDSA (at most 72 bytes) or 64 bytes of Ed25519.
  [[nodiscard]] Bytes sign(BytesView message) const;
  // The 32-byte x coordinate both sides share (SEC 1, 3.3.1). Feed it to a key derivation; never
  // use it as a key. kInvalidArgument unless both keys are P-256.
  [[nodiscard]] Result<Secret> ecdh(const PublicKey& peer) const;

 private:
  friend struct detail::KeyAccess;
  explicit PrivateKey(std::unique_ptr<const detail::PrivateKeyImpl> impl);
  std::unique_ptr<const detail::PrivateKeyImpl> impl_;
};

}  // namespace sekisho::crypto
