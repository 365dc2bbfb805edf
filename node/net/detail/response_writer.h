// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/base/bytes.h"
#include "node/net/http_types.h"

// HTTP/1.1 responses as bytes (RFC 9112). One thread each.
namespace sekisho::net::detail {

// What a response head says about its body and its connection.
struct ResponseFraming {
  std::optional<std::uint64_t> content_length;  // chunked when absent
  bool keep_alive = true;
  bool without_body = false;  // 204, 304
};

// Writes heads; remembers the Date line of the second. Line feeds in header values would let a
// handler's data become headers: they are dropped.
class ResponseWriter {
 public:
  // Appends the status line, the fields and the empty line.
  void put_head(Bytes& out, unsigned status, std::string_view content_type,
                const std::vector<Header>& headers, const ResponseFraming& framing);

 private:
  std::string_view date_line();

  std::time_t second_ = -1;
  std::string date_line_;
};

// Appends one chunk (RFC 9112, 7.1); an empty one ends the body.
void put_chunk(Bytes& out, BytesView bytes);

}  // namespace sekisho::net::detail
