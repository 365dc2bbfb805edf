// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// Requests and responses from a stream: byte by byte or all at once gives the same head and body,
// and the bounds hold. The first byte of the input chooses which of the two it is.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "node/base/check.h"
#include "node/net/detail/message_parser.h"
#include "node/net/uri.h"

namespace {

using sekisho::Bytes;
using sekisho::BytesView;
using sekisho::net::detail::MessageParser;

constexpr std::size_t kHeaderMax = 1024;
constexpr std::size_t kBodyMax = 2000;
constexpr std::size_t kInputMax = 8 * 1024;

struct Outcome {
  bool has_head = false;
  bool done = false;
  bool refused = false;
  Bytes target;
  Bytes body;
};

// One step after new bytes have come; false when the message has ended, well or badly.
bool advance(MessageParser& parser, Outcome& out) {
  if (!out.has_head) {
    const auto head = parser.parse_head();
    out.refused = !head.has_value();
    if (out.refused) return false;
    if (!*head) return true;
    out.has_head = true;
    out.target = parser.head().target;
    out.refused = !parser.limit_body(kBodyMax).has_value();
    if (out.refused) return false;
  }
  const auto body = parser.parse_body(out.body);
  CHECK(out.body.size() <= kBodyMax);
  out.refused = !body.has_value();
  out.done = body.has_value() && *body;
  return !out.refused && !out.done;
}

Outcome parse(MessageParser::Kind kind, BytesView stream, std::size_t piece_max) {
  MessageParser parser(kind, kHeaderMax);
  Outcome out;
  for (bool more = true; more && !stream.empty();) {
    char* const space = parser.space();
    const std::size_t size = std::min({stream.size(), piece_max, parser.space_size()});
    CHECK(size > 0);
    std::memcpy(space, stream.data(), size);
    parser.commit(size);
    stream.remove_prefix(size);
    more = advance(parser, out);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1 || size > kInputMax) return 0;
  const auto kind =
      data[0] % 2 == 0 ? MessageParser::Kind::kRequest : MessageParser::Kind::kResponse;
  const BytesView stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Outcome whole = parse(kind, stream, size);
  const Outcome pieces = parse(kind, stream, 1);
  if (whole.done) {
    CHECK(pieces.done);
    CHECK(whole.target == pieces.target);
    CHECK(whole.body == pieces.body);
  }
  if (whole.has_head) (void)sekisho::net::parse_target(whole.target);
  return 0;
}
