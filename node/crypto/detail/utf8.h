// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace sekisho::crypto::detail {

// Takes the first character off `rest`. Nothing when the bytes are not UTF-8 (RFC 3629: shortest
// form, no surrogates, at most U+10FFFF) or `rest` is empty.
[[nodiscard]] std::optional<char32_t> take_character(std::string_view& rest);

// Moves no cursor, shows nothing, reorders or breaks a line: C0, DEL, C1, line and paragraph
// separators, marks and overrides of direction, byte order mark.
[[nodiscard]] bool is_invisible(char32_t character);

// White_Space of the Unicode character database.
[[nodiscard]] bool is_space(char32_t character);

}  // namespace sekisho::crypto::detail
