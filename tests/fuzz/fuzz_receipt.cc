// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/check.h"
#include "node/ledger/receipt.h"

using namespace sekisho;

// A receipt is written back as it was read; a proof of the state likewise.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView bytes(reinterpret_cast<const char*>(data), size);
  if (const auto receipt = ledger::parse_receipt(bytes)) {
    CHECK(*ledger::format_receipt(*receipt) == bytes);
  }
  return 0;
}
