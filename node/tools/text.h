// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "node/base/result.h"
#include "node/tools/console.h"

namespace sekisho::tools {

// "2026-11-22 14:03:07 JST" of a ledger time.
[[nodiscard]] std::string time_in_japan(std::uint64_t unix_ms);
// The start of a day in Japan, "YYYY-MM-DD", as a ledger time.
[[nodiscard]] Result<std::uint64_t> parse_day_in_japan(std::string_view text);
// What an exchange's state means to a clerk: 変換待ち, 未受信, 受信完了 ….
[[nodiscard]] std::string state_text(std::string_view state, Language language);
// What other names of the API mean to a clerk: kinds and standing of members, parts of an exchange
// and their custody, standing of maps and proposals. The name itself when there is no word for it.
[[nodiscard]] std::string word_text(std::string_view name, Language language);
// Columns on a terminal: wide characters count two.
[[nodiscard]] std::size_t display_width(std::string_view utf8);
[[nodiscard]] std::string pad_to(std::string_view utf8, std::size_t width);

}  // namespace sekisho::tools
