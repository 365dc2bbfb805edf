// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "converter/definition.h"

namespace sekisho::converter {

// Appends one field of the standard file, encoded and quoted as the package says, without
// separator.
void append_output_field(const OutputFormat& format, std::string_view utf8, std::string& out);

}  // namespace sekisho::converter
