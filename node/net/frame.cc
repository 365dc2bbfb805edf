// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/frame.h"

#include <cstdint>
#include <string>

#include "node/base/check.h"
#include "node/base/limits.h"

namespace sekisho::net {
namespace {

std::uint32_t decode_length(BytesView header) {
  std::uint32_t length = 0;
  for (const char c : header.substr(0, kFrameHeaderSize)) {
    length = (length << 8) | static_cast<unsigned char>(c);
  }
  return length;
}

}  // namespace

void put_frame(Bytes& out, BytesView payload) {
  CHECK(payload.size() <= limits::kPeerFrameMax);
  put_u32(out, static_cast<std::uint32_t>(payload.size()));
  out.append(payload);
}

void FrameParser::feed(BytesView bytes) {
  compact();
  buffer_.append(bytes);
}

Result<std::optional<Bytes>> FrameParser::next() {
  const BytesView rest = BytesView(buffer_).substr(begin_);
  if (rest.size() < kFrameHeaderSize) return std::nullopt;
  const std::size_t length = decode_length(rest);
  if (length > frame_max_) {
    return fail(Code::kInvalidArgument, "frame of " + std::to_string(length) + " bytes; at most " +
                                            std::to_string(frame_max_) + " are allowed");
  }
  if (rest.size() < kFrameHeaderSize + length) return std::nullopt;
  begin_ += kFrameHeaderSize + length;
  return Bytes(rest.substr(kFrameHeaderSize, length));
}

void FrameParser::compact() {
  buffer_.erase(0, begin_);
  begin_ = 0;
}

}  // namespace sekisho::net
