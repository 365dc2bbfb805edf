// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "node/base/bytes.h"

namespace sekisho {

// Every regular file of a folder by its bare name, subfolders left out. kNotFound, kIo, and
// kInvalidArgument when a file is larger than `file_size_max`. Blocking; any thread.
[[nodiscard]] Result<std::map<std::string, Bytes>> read_folder(const std::string& path,
                                                               std::uint64_t file_size_max);

}  // namespace sekisho
