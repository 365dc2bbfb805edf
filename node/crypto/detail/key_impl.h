// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "node/crypto/detail/ossl.h"
#include "node/crypto/key.h"

// The OpenSSL side of key.h, for this module's sources only.
namespace sekisho::crypto::detail {

// Prepared contexts of one key, so that an operation pays neither set-up nor fetch. Any thread.
class ContextPool {
 public:
  // A pooled context, or null when all are out.
  PkeyCtxPtr take();
  void give_back(PkeyCtxPtr context);

 private:
  static constexpr std::size_t kContextsMax = 8;
  std::mutex mutex_;
  std::vector<PkeyCtxPtr> contexts_;
};

struct PublicKeyImpl {
  KeyAlgorithm algorithm;
  PkeyPtr pkey;
  Bytes spki;
  Digest key_id;
  mutable ContextPool verifiers;
};

struct PrivateKeyImpl {
  PkeyPtr pkey;
  PublicKey public_key;
  mutable ContextPool signers;
};

struct KeyAccess {
  // The key inside. Set-up calls of OpenSSL that only read it still take a non-const pointer.
  static EVP_PKEY* native(const PublicKey& key) { return key.impl_->pkey.get(); }
  static EVP_PKEY* native(const PrivateKey& key) { return key.impl_->pkey.get(); }
  static PublicKey wrap(std::shared_ptr<const PublicKeyImpl> impl) {
    return PublicKey(std::move(impl));
  }
  // kInvalidArgument when it is neither P-256 nor Ed25519.
  static Result<PrivateKey> wrap(PkeyPtr pkey);
};

// The canonical SPKI of either kind of key, empty for all others.
Bytes canonical_spki(EVP_PKEY* pkey);

}  // namespace sekisho::crypto::detail
