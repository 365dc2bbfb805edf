// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/base/secret.h"
#include "node/crypto/key.h"

// From two P-256 keys to a wrapped content key (RFC 5753, RFC 3394).
namespace sekisho::crypto::detail {

inline constexpr std::size_t kContentKeySize = 32;
inline constexpr std::size_t kWrappedKeySize = kContentKeySize + 8;

// AlgorithmIdentifier of id-aes256-wrap without parameters, as it stands in the envelope and in
// what the derivation hashes.
[[nodiscard]] Bytes wrap_algorithm();

// The wrapping key: X9.63 derivation with SHA-256 over the shared secret and ECC-CMS-SharedInfo
// (RFC 5753, 7.2) without user keying material. kInvalidArgument unless both keys are P-256.
[[nodiscard]] Result<Secret> derive_wrapping_key(const PrivateKey& own, const PublicKey& peer);

// AES-256 key wrap with the default initial value.
[[nodiscard]] Bytes wrap_key(const Secret& wrapping_key, const Secret& content_key);
// kCorrupt when the wrapped key was altered or wrapped under another key.
[[nodiscard]] Result<Secret> unwrap_key(const Secret& wrapping_key, BytesView wrapped);

}  // namespace sekisho::crypto::detail
