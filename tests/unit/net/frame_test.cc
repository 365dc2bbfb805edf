// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/frame.h"

#include <gtest/gtest.h>

namespace sekisho::net {
namespace {

TEST(FrameTest, CutsAStreamFedByteByByte) {
  Bytes wire;
  put_frame(wire, "one");
  put_frame(wire, "");
  put_frame(wire, Bytes(1000, 't'));
  FrameParser parser(1000);
  std::vector<Bytes> frames;
  for (const char c : wire) {
    parser.feed(BytesView(&c, 1));
    auto frame = parser.next();
    ASSERT_TRUE(frame);
    if (*frame) frames.push_back(**frame);
  }
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_EQ(frames[0], "one");
  EXPECT_EQ(frames[1], "");
  EXPECT_EQ(frames[2], Bytes(1000, 't'));
}

TEST(FrameTest, RefusesALengthAboveTheBoundBeforeItsBytes) {
  FrameParser parser(10);
  Bytes wire;
  put_u32(wire, 11);
  parser.feed(wire);
  const auto frame = parser.next();
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, Code::kInvalidArgument);
}

TEST(FrameTest, HasTheBytesOfTheFormat) {
  Bytes wire;
  put_frame(wire, "ab");
  EXPECT_EQ(to_hex(wire), "000000026162");
}

}  // namespace
}  // namespace sekisho::net
