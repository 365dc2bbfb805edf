// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sekisho::ledger {

// Well-formed UTF-8 of at most `size_max` bytes without control characters (C0, DEL, C1), line and
// paragraph separators and bidirectional overrides: safe to show on one line.
[[nodiscard]] bool valid_text(std::string_view text, std::size_t size_max);

// 1 to `size_max` characters of [A-Za-z0-9._-].
[[nodiscard]] bool valid_token(std::string_view text, std::size_t size_max);
// A code of the converter's catalogue of messages: E-DATE, E-BIRTH>EXAM, W-CORRELATION#3; at
// most 32.
[[nodiscard]] bool valid_message_code(std::string_view text);

// A decimal number as every text format of ours writes it: no sign, no leading zero.
[[nodiscard]] std::optional<std::uint64_t> parse_decimal(std::string_view text);

}  // namespace sekisho::ledger
