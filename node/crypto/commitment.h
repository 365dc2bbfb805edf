// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "node/base/bytes.h"
#include "node/base/rng.h"

namespace sekisho::crypto {

// 32 random bytes that blind a commitment, so that nobody can try out likely files. Known to those
// who can open the envelope; never on the ledger or in a log.
using Salt = Digest;

[[nodiscard]] Salt make_salt(Rng& rng);

// Binds the ledger to a file without telling anything about it, exact:
// SHA-256("sekisho/commitment/v1" || 0x00 || salt(32) || file). Any thread.
[[nodiscard]] Digest commitment(const Salt& salt, BytesView file);

// What a sealed file was sealed for: one delivery, on one chain.
struct ExchangeTerms {
  Digest chain_id;
  Digest map_digest;
  std::string_view sender;  // member ids, which hold no NUL
  std::string_view receiver;
};

// The id of the exchange that may offer the file with this salt, exact: the first 16 bytes of
// HMAC-SHA-256(salt, "sekisho/exchange/v1" || 0x00 || chain_id(32) || map_digest(32) || sender ||
// 0x00 || receiver). Only who sealed the file knows the salt, so nobody who comes by the envelope
// can make an id under which a converter delivers it to anybody else. Any thread.
[[nodiscard]] Id16 exchange_id(const Salt& salt, const ExchangeTerms& terms);

// The salt of a conversion's output, which follows from the input's, exact:
// HMAC-SHA-256(input salt, "sekisho/output/v1" || 0x00 || exchange_id(16)). Any thread.
[[nodiscard]] Salt output_salt(const Salt& input_salt, const Id16& exchange_id);

}  // namespace sekisho::crypto
