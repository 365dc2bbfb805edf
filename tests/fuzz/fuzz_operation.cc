// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/check.h"
#include "node/ledger/operation.h"

using namespace sekisho;

// An operation that parses has everything the state machine takes for granted.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed = ledger::parse_operation({reinterpret_cast<const char*>(data), size});
  if (!parsed) return 0;
  CHECK(parsed->operation_id.view() == parsed->operation.operation_id());
  CHECK(ledger::check_operation(parsed->operation).has_value());
  CHECK(ledger::payload_name(parsed->operation) != "none");
  return 0;
}
