// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

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

// The salt of a conversion's output, which follows from the input's, exact:
// HMAC-SHA-256(input salt, "sekisho/output/v1" || 0x00 || exchange_id(16)). Any thread.
[[nodiscard]] Salt output_salt(const Salt& input_salt, const Id16& exchange_id);

}  // namespace sekisho::crypto
