// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>

#include "node/base/bytes.h"
#include "node/base/result.h"

// Frames between nodes: u32 big-endian length, then that many bytes. An empty one only says that
// the connection lives.
namespace sekisho::net {

inline constexpr std::size_t kFrameHeaderSize = 4;

// Appends one frame. The payload has at most limits::kPeerFrameMax bytes (CHECK).
void put_frame(Bytes& out, BytesView payload);

// Cuts a stream of foreign bytes into frames. One thread. Holds at most one frame and what was fed
// last; a length is checked before anything is allocated for it.
class FrameParser {
 public:
  explicit FrameParser(std::size_t frame_max) : frame_max_(frame_max) {}

  // Takes the next bytes of the stream.
  void feed(BytesView bytes);
  // The next whole frame, nothing when more bytes are needed, or kInvalidArgument for a length
  // above the bound; after that the stream is lost.
  Result<std::optional<Bytes>> next();

 private:
  void compact();

  std::size_t frame_max_;
  Bytes buffer_;
  std::size_t begin_ = 0;
};

}  // namespace sekisho::net
