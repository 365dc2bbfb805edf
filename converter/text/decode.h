// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "converter/map_file.h"
#include "node/base/bytes.h"

namespace sekisho::converter {

// What one step of decoding did.
struct DecodeStep {
  std::size_t consumed = 0;  // bytes of input used
  std::size_t written = 0;   // bytes of UTF-8 made
  bool invalid = false;      // the byte at `consumed` starts no character of the encoding
};

// Room that decode() may need for so many bytes of input.
[[nodiscard]] constexpr std::size_t decoded_size_max(Encoding encoding, std::size_t size_bytes) {
  // A CP932 half-width kana is the worst case: one byte becomes three. Two bytes become three in
  // UTF-16 and EUC-JP.
  switch (encoding) {
    case Encoding::kCp932:
      return size_bytes * 3 + 16;
    case Encoding::kUtf16Le:
    case Encoding::kUtf16Be:
    case Encoding::kEucJp:
      return size_bytes * 2 + 16;
    case Encoding::kUtf8:
    case Encoding::kUtf8Mark:
    case Encoding::kBytes:
      break;
  }
  return size_bytes + 16;
}

// Writes the UTF-8 form of `input` to `to`, which has room for decoded_size_max, strictly: no
// replacement characters. A character cut off at the end stays unconsumed unless `last`, when it is
// invalid. CP932 is Microsoft's: NEC row 13, NEC-selected and IBM extensions; the user-defined area
// F040-F9FC becomes U+E000-U+E757. The single bytes 80, A0, FD-FF are invalid. UTF-8 must be
// shortest form without surrogates; UTF-16 must pair its surrogates; EUC-JP is eucJP-ms; byte order
// marks are the caller's business. Any thread.
[[nodiscard]] DecodeStep decode(Encoding encoding, BytesView input, bool last, char* to);

}  // namespace sekisho::converter
