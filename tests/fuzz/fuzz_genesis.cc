// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/check.h"
#include "node/ledger/genesis.h"

using namespace sekisho;

// A genesis document has one spelling.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView bytes(reinterpret_cast<const char*>(data), size);
  const auto document = ledger::parse_genesis(bytes);
  if (document) CHECK(*ledger::render_genesis(document->genesis) == bytes);
  return 0;
}
