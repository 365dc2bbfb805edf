// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "node/base/bytes.h"
#include "node/base/secret.h"

namespace sekisho::tools {

// Whole files with bounds. Errors: kNotFound, kPermissionDenied, kIo, kNoSpace, kInvalidArgument
// when larger than `size_max` (the sentence names the bound). Blocking; any thread.
[[nodiscard]] Result<Bytes> read_file(const std::string& path, std::uint64_t size_max);
// The same into locked memory: result files and passphrases.
[[nodiscard]] Result<Secret> read_secret_file(const std::string& path, std::uint64_t size_max);
// Writes beside and renames: the file is there whole or not at all; durable on return.
// `private_mode` creates it readable by its owner only. Replaces only when `replace`; otherwise
// kAlreadyExists.
[[nodiscard]] Status write_file(const std::string& path, BytesView bytes, bool private_mode,
                                bool replace);
// Creates the folder and its parents when missing, mode 0700; one that is there stays as it is.
[[nodiscard]] Status make_folder(const std::string& path);

// The TOML text with `name = "value"` in place of that line, or behind the last one.
[[nodiscard]] std::string with_setting(std::string_view text, std::string_view name,
                                       std::string_view value);

}  // namespace sekisho::tools
