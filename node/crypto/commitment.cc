// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/commitment.h"

#include <cstring>

#include "node/crypto/hash.h"
#include "node/crypto/signed_context.h"

namespace sekisho::crypto {

Salt make_salt(Rng& rng) {
  Bytes random = rng.bytes(Salt::kSize);
  Salt salt;
  std::memcpy(salt.bytes.data(), random.data(), salt.bytes.size());
  return salt;
}

Digest commitment(const Salt& salt, BytesView file) {
  constexpr BytesView kNul("\0", 1);
  return sha256_parts({context::kCommitment, kNul, salt.view(), file});
}

Id16 exchange_id(const Salt& salt, const ExchangeTerms& terms) {
  constexpr BytesView kNul("\0", 1);
  const Digest whole = hmac_sha256(
      salt.view(),
      domain_separated(context::kExchangeId, {terms.chain_id.view(), terms.map_digest.view(),
                                              terms.sender, kNul, terms.receiver}));
  Id16 id;
  std::memcpy(id.bytes.data(), whole.bytes.data(), id.bytes.size());
  return id;
}

Salt output_salt(const Salt& input_salt, const Id16& exchange_id) {
  return hmac_sha256(input_salt.view(),
                     domain_separated(context::kOutputSalt, {exchange_id.view()}));
}

}  // namespace sekisho::crypto
