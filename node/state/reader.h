// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "node/base/bytes.h"

namespace sekisho::state {

// Read access to the typed keys of the ledger's state at one height. Implemented by the state
// machine itself (core thread) and by a storage snapshot (any thread).
class Reader {
 public:
  virtual ~Reader() = default;
  // The value, or nothing when the key is absent. A storage failure stops the process with a
  // reason.
  [[nodiscard]] virtual std::optional<Bytes> get(BytesView key) const = 0;
  // Calls `visit` for each key that starts with `prefix`, ascending, from `from` (inclusive; empty:
  // the start), until it returns false.
  virtual void scan(BytesView prefix, BytesView from,
                    const std::function<bool(BytesView key, BytesView value)>& visit) const = 0;
  // The block this view stands at; 0 before the first block.
  [[nodiscard]] virtual std::uint64_t height() const = 0;
};

}  // namespace sekisho::state
