// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sekisho::converter {

// The mark that stands for a character without CP932 form.
inline constexpr std::string_view kGetaMark = "〓";

// The CP932 code of a character: one byte, two bytes (high byte first), or 0 when it has none.
// Characters with several codes get the one Windows writes. U+E000-U+E757 is the user-defined area.
[[nodiscard]] std::uint16_t cp932_code(char32_t code);

// True when every character has a CP932 form outside the user-defined area: what a standard
// value may hold.
[[nodiscard]] bool is_standard_text(std::string_view utf8);

// `utf8` with 〓 for each character that a standard value may not hold.
[[nodiscard]] std::string with_geta(std::string_view utf8);

// Appends the CP932 form; characters without one become 〓.
void append_cp932(std::string& out, std::string_view utf8);

// The same into room for utf8.size() bytes, which is never too little; the bytes written.
[[nodiscard]] std::size_t write_cp932(char* to, std::string_view utf8);

// Bytes of the CP932 form: half-width 1, full-width 2.
[[nodiscard]] std::size_t cp932_size_bytes(std::string_view utf8);

// The longest prefix of at most `size_bytes_max` CP932 bytes that ends between characters.
[[nodiscard]] std::string_view cp932_prefix(std::string_view utf8, std::size_t size_bytes_max);

}  // namespace sekisho::converter
