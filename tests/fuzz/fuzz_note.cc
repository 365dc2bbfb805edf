// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/check.h"
#include "node/crypto/note.h"

using namespace sekisho;

// A note, or a verifier key, is written back as it was read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView bytes(reinterpret_cast<const char*>(data), size);
  if (const auto note = crypto::parse_note(bytes)) CHECK(crypto::format_note(*note) == bytes);
  if (const auto verifier = crypto::parse_verifier(bytes))
    CHECK(crypto::format_verifier(*verifier) == bytes);
  return 0;
}
