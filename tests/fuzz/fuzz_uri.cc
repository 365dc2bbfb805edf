// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// Request targets, percent coding and addresses: what is taken holds to its contract.
#include <cstddef>
#include <cstdint>
#include <string>

#include "node/base/check.h"
#include "node/net/uri.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  CHECK(sekisho::net::percent_decode(sekisho::net::percent_encode(text)) == text);
  if (const auto target = sekisho::net::parse_target(text)) {
    CHECK(target->path.front() == '/');
    CHECK(target->path.find("/../") == std::string::npos);
    CHECK(target->path.find('\0') == std::string::npos);
    CHECK(target->query.size() <= sekisho::net::kQueryParametersMax);
  }
  if (const auto address = sekisho::net::parse_host_port(text)) CHECK(!address->host.empty());
  return 0;
}
