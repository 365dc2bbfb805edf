// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>

#include "node/base/bytes.h"
#include "node/crypto/key.h"
#include "node/ledger/operation.h"

namespace sekisho::state {

// Checks signatures for the state machine. An implementation may answer from memory (the replica's
// workers verify ahead, in parallel), but its answers are always those of PlainVerifier: they are
// pure functions of the arguments. An operation's digest covers its bytes, its key id (and so its
// key) and its signature, so the digest alone may serve as the key of such a memory.
class SignatureVerifier {
 public:
  virtual ~SignatureVerifier() = default;
  // ledger::verify_operation with the key of this SPKI. False for an SPKI that does not parse.
  [[nodiscard]] virtual bool verify_operation(const ledger::ParsedOperation& operation,
                                              BytesView spki_der) const = 0;
  // A signature inside a payload: a storage receipt, a possession.
  [[nodiscard]] virtual bool verify(BytesView spki_der, BytesView input,
                                    BytesView signature) const = 0;
};

// Verifies there and then, with a cache of parsed keys. One thread.
class PlainVerifier final : public SignatureVerifier {
 public:
  explicit PlainVerifier(const Digest& chain_id) : chain_id_(chain_id) {}
  [[nodiscard]] bool verify_operation(const ledger::ParsedOperation& operation,
                                      BytesView spki_der) const override;
  [[nodiscard]] bool verify(BytesView spki_der, BytesView input,
                            BytesView signature) const override;

 private:
  static constexpr std::size_t kCachedKeysMax = 4096;
  [[nodiscard]] const crypto::PublicKey* parsed(BytesView spki_der) const;

  Digest chain_id_;
  mutable std::map<Bytes, crypto::PublicKey, std::less<>> keys_;
};

}  // namespace sekisho::state
