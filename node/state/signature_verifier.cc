// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/state/signature_verifier.h"

#include <utility>

namespace sekisho::state {

bool PlainVerifier::verify_operation(const ledger::ParsedOperation& operation,
                                     BytesView spki_der) const {
  const crypto::PublicKey* key = parsed(spki_der);
  return key != nullptr && ledger::verify_operation(operation, chain_id_, *key);
}

bool PlainVerifier::verify(BytesView spki_der, BytesView input, BytesView signature) const {
  const crypto::PublicKey* key = parsed(spki_der);
  return key != nullptr && key->verify(input, signature);
}

const crypto::PublicKey* PlainVerifier::parsed(BytesView spki_der) const {
  const auto found = keys_.find(spki_der);
  if (found != keys_.end()) return &found->second;
  auto key = crypto::PublicKey::from_spki_der(spki_der);
  if (!key) return nullptr;
  if (keys_.size() >= kCachedKeysMax) keys_.clear();
  return &keys_.emplace(Bytes(spki_der), std::move(*key)).first->second;
}

}  // namespace sekisho::state
