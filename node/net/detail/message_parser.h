// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/net/http_types.h"

// HTTP/1.1 messages from foreign bytes, on Beast's basic_parser. No sockets, so that fuzzing and
// unit tests reach all of it. One thread each.
namespace sekisho::net::detail {

// The first line and the fields of a message.
struct MessageHead {
  std::string method;  // requests
  std::string target;
  unsigned status = 0;  // responses
  std::vector<Header> headers;
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = false;
  bool http_1_1 = false;
};

// Cuts a byte stream into messages: bytes in, then head until it is there, then body pieces until
// done, then restart() for the next message on the same stream. Bytes behind a message stay for the
// next one.
class MessageParser {
 public:
  enum class Kind : std::uint8_t { kRequest, kResponse };

  MessageParser(Kind kind, std::size_t header_max);
  ~MessageParser();
  MessageParser(MessageParser&& other) noexcept;
  MessageParser& operator=(MessageParser&& other) noexcept;

  // Where the next bytes of the stream go; room unless a message is stuck above all bounds.
  // commit() says how many came.
  [[nodiscard]] char* space();
  [[nodiscard]] std::size_t space_size() const;
  void commit(std::size_t size_bytes);

  // True when head() is complete. kInvalidArgument for what is not HTTP, kResourceExhausted for a
  // head above the bound.
  Result<bool> parse_head();
  [[nodiscard]] MessageHead& head();
  // Bytes of this message have arrived.
  [[nodiscard]] bool started() const;
  // A response to HEAD has no body.
  void skip_body();
  // What a body may have; kResourceExhausted at once when it announced more.
  Status limit_body(std::uint64_t body_max);
  // Appends the body bytes at hand to `out`, at most one buffer's worth; true when the message is
  // done. Errors as parse_head(); kResourceExhausted past the bound of limit_body().
  Result<bool> parse_body(Bytes& out);
  [[nodiscard]] bool done() const;
  // The stream has ended: fine for a body that ends with it, kUnavailable for a message cut short.
  Status finish();
  void restart();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::net::detail
