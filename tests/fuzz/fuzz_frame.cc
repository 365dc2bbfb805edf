// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// Frames between nodes: however a stream is cut into pieces, the same frames come out, none is
// above the bound, and encoding them gives back the bytes that were consumed.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "node/base/check.h"
#include "node/net/frame.h"

namespace {

using sekisho::Bytes;
using sekisho::BytesView;

constexpr std::size_t kFrameMax = 1000;

struct Outcome {
  std::vector<Bytes> frames;
  bool refused = false;
};

Outcome parse(BytesView stream, std::size_t piece_size) {
  Outcome out;
  sekisho::net::FrameParser parser(kFrameMax);
  while (!stream.empty() && !out.refused) {
    const BytesView piece = stream.substr(0, piece_size);
    stream.remove_prefix(piece.size());
    parser.feed(piece);
    for (;;) {
      auto frame = parser.next();
      out.refused = !frame.has_value();
      if (out.refused || !frame->has_value()) break;
      CHECK((*frame)->size() <= kFrameMax);
      out.frames.push_back(**frame);
    }
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView stream(reinterpret_cast<const char*>(data), size);
  const Outcome whole = parse(stream, size + 1);
  const Outcome pieces = parse(stream, 3);
  CHECK(whole.frames == pieces.frames);
  CHECK(whole.refused == pieces.refused);
  Bytes again;
  for (const Bytes& frame : whole.frames) sekisho::net::put_frame(again, frame);
  CHECK(stream.substr(0, again.size()) == again);
  return 0;
}
