// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "converter/map_file.h"

namespace sekisho::converter {

// Guesses for a draft, which a person looks over. A conversion never guesses.

// The encoding that reads all of the sample and gives the most Japanese text. kInvalidArgument when
// none does.
[[nodiscard]] Result<Encoding> detect_encoding(BytesView sample);
// As a map file writes it.
[[nodiscard]] std::string_view encoding_name(Encoding encoding);

// The mark that stands most often in the first line outside of quotes.
// "|" is none in CP932, where it is a part of characters.
[[nodiscard]] char detect_delimiter(std::string_view first_line, Encoding encoding);

// From the first records of a file.
[[nodiscard]] HeaderMode detect_header_mode(const std::vector<std::vector<std::string>>& records);
// Thirteen fields and then eights that begin with 17-character codes.
[[nodiscard]] bool looks_like_jma(const std::vector<std::vector<std::string>>& records);

}  // namespace sekisho::converter
