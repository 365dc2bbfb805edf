// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "node/base/bytes.h"

namespace sekisho::conversion {

// Has a clamd of this machine look at the bytes, over its unix socket (command INSTREAM). The name
// of what was found, at most 100 printable characters, or nothing. kUnavailable when there is no
// clear answer within the deadline, so that nothing is converted unscanned. Blocking; any thread.
// clamd keeps the stream in its TemporaryDirectory while it looks: docs/operations.md says where
// that has to be.
[[nodiscard]] Result<std::optional<std::string>> scan_for_viruses(const std::string& socket_path,
                                                                  BytesView bytes);

}  // namespace sekisho::conversion
