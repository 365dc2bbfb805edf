// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "node/base/secret.h"

namespace sekisho::tools {

// The passphrase of this run's keys: from `file` (first line), else from the file that
// SEKISHO_PASSPHRASE_FILE names, else asked for at the terminal without echo. Never taken from an
// argument or an environment value, which other processes could see. kUnauthenticated when there is
// none of the three.
[[nodiscard]] Result<Secret> read_passphrase(const std::string& file, const std::string& prompt);

}  // namespace sekisho::tools
