// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/base/bytes.h"

namespace sekisho::storage::detail {

[[nodiscard]] inline bool starts_with(BytesView key, BytesView prefix) {
  return key.substr(0, prefix.size()) == prefix;
}

// The first key behind every key that starts with `prefix`; empty when there is none.
[[nodiscard]] inline Bytes prefix_end(BytesView prefix) {
  Bytes end(prefix);
  while (!end.empty() && static_cast<std::uint8_t>(end.back()) == 0xFF) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<std::uint8_t>(end.back()) + 1);
  return end;
}

}  // namespace sekisho::storage::detail
