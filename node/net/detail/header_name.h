// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "node/net/http_types.h"

namespace sekisho::net::detail {

// Field names compare without regard to ASCII case (RFC 9110, 5.1).
[[nodiscard]] bool same_header_name(std::string_view a, std::string_view b);
// The value of the first field of that name.
[[nodiscard]] std::optional<std::string_view> find_header(const std::vector<Header>& headers,
                                                          std::string_view name);

}  // namespace sekisho::net::detail
