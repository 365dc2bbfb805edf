// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include "converter/history.h"
#include "node/base/check.h"

// A history that parses renders to one that parses to the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sekisho::converter::History;
  const auto history = History::parse({reinterpret_cast<const char*>(data), size});
  if (!history) {
    CHECK(history.error().code == sekisho::Code::kInvalidArgument);
    return 0;
  }
  const auto again = History::parse(history->render());
  CHECK(again.has_value());
  CHECK(again->render() == history->render());
  return 0;
}
