// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include "node/base/check.h"
#include "node/sandbox/wire.h"

// What a child may send: accepted frames are the same when they are written again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sekisho;
  using namespace sekisho::sandbox;
  const BytesView input(reinterpret_cast<const char*>(data), size);
  static_cast<void>(decode_head(input));
  if (const auto reply = decode_reply(input)) CHECK(encode(*reply) == input);
  if (const auto hello = decode_hello(input)) CHECK(encode(*hello) == input);
  Request request;
  if (decode_options(input, request)) CHECK(encode_options(request) == input);
  if (const auto file = decode_package_file(input)) {
    CHECK(encode_package_file(file->first, file->second) == input);
  }
  return 0;
}
