// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>

#include "node/base/bytes.h"

namespace sekisho::storage {

// CRC-32C (Castagnoli; RFC 3720 appendix B.4) of the pieces one after another. Finds every error
// burst of up to 32 bits; no protection against intent. Uses the processor's instruction where
// there is one. Any thread.
[[nodiscard]] std::uint32_t crc32c(std::initializer_list<BytesView> parts);

}  // namespace sekisho::storage
