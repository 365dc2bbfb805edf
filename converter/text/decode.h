// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "converter/map_file.h"
#include "node/base/bytes.h"

namespace sekisho::converter {

// What one step of decoding did.
struct DecodeStep {
  std::size_t consumed = 0;  // bytes of input used
  bool invalid = false;      // the byte at `consumed` starts no character of the encoding
};

// Appends the UTF-8 form of `input` to `out`, strictly: no replacement characters. A character cut
// off at the end stays unconsumed unless `last`, when it is invalid. CP932 is Microsoft's: NEC row 13,
// NEC-selected and IBM extensions; the user-defined area F040-F9FC becomes U+E000-U+E757. The single
// bytes 80, A0, FD-FF are invalid. UTF-8 must be shortest form without surrogates; byte order
// marks are the caller's business. Any thread.
[[nodiscard]] DecodeStep decode(Encoding encoding, BytesView input, bool last, std::string& out);

}  // namespace sekisho::converter
