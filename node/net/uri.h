// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/base/result.h"

namespace sekisho::net {

// A request target in origin form (RFC 9112, 3.2.1), decoded.
struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
};

// Parses foreign bytes. kInvalidArgument unless the target starts with '/', percent-decodes to
// UTF-8 without control characters, has no '.' or '..' segment and no encoded '/', and at most
// kQueryParametersMax parameters. '+' in the query means a space.
inline constexpr std::size_t kQueryParametersMax = 32;
[[nodiscard]] Result<Target> parse_target(std::string_view target);

// Percent-encodes everything but RFC 3986 unreserved characters.
[[nodiscard]] std::string percent_encode(std::string_view text);
// kInvalidArgument for a '%' without two hex digits.
[[nodiscard]] Result<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

// An address people write: "host:port", "[v6]:port".
struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
// kInvalidArgument unless it is one. Port 0 is allowed (a listener picks one).
[[nodiscard]] Result<HostPort> parse_host_port(std::string_view text);

}  // namespace sekisho::net
