// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "node/net/tls.h"

namespace sekisho::net {

// A client that sends whatever bytes a test wants, politely or not. Blocking; trusts any server.
class RawClient {
 public:
  // `identity` may be null. Does the TLS handshake unless `plain`.
  RawClient(std::uint16_t port, const TlsIdentity* identity, bool plain = false);
  ~RawClient();

  // False when the server has closed.
  bool write(std::string_view bytes);
  // What comes until the server closes.
  [[nodiscard]] std::string read_to_end();
  // What comes until `count` occurrences of `mark` are in it, or the end.
  [[nodiscard]] std::string read_until(std::string_view mark, int count = 1);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::net
