// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "node/base/error.h"
#include "node/net/http_types.h"

namespace sekisho::net {

// An error answer as problem details (RFC 9457): application/problem+json with
// type "about:blank", status, code (stable, upper snake case), title and detail in English,
// title_ja and detail_ja in Japanese. Some sentences have a stable name of their own, `rule`.
[[nodiscard]] Response problem(unsigned status, std::string_view code, std::string_view title_ja,
                               std::string_view detail_ja, std::string_view title_en,
                               std::string_view detail_en);

// The status of each Code: 400, 404, 409, 412, 403, 401, 429, 500, 500, 507, 503, 504, 503, 500.
[[nodiscard]] unsigned http_status(Code code);

// The problem of an Error: its code name, a title per code in both languages, its context as
// detail, in Japanese by the catalogue of node/messages.
[[nodiscard]] Response problem(const Error& error);

// The standard phrase ("Not Found"); "Unknown" for a number without one.
[[nodiscard]] std::string_view reason_phrase(unsigned status);

}  // namespace sekisho::net
