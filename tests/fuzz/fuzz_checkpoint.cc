// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/check.h"
#include "node/ledger/checkpoint.h"

using namespace sekisho;

// A checkpoint has one spelling, with and without signatures.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView bytes(reinterpret_cast<const char*>(data), size);
  if (const auto checkpoint = ledger::parse_checkpoint(bytes)) {
    CHECK(ledger::format_checkpoint(*checkpoint) == bytes);
  }
  if (const auto verified = ledger::verify_note_signers(bytes, {}))
    CHECK(verified->signers.empty());
  return 0;
}
