// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/sandbox/secret_sink.h"

#include <gtest/gtest.h>

namespace sekisho::sandbox {
namespace {

TEST(SecretSinkTest, IsEmptyAtFirstAndAfterwards) {
  SecretSink sink;
  EXPECT_TRUE(sink.take().empty());
  ASSERT_TRUE(sink.write("abc"));
  EXPECT_EQ(sink.take().view(), "abc");
  EXPECT_TRUE(sink.take().empty());
}

TEST(SecretSinkTest, JoinsPiecesOfEverySize) {
  for (const std::size_t piece :
       {std::size_t{1000}, std::size_t{1} << 20, std::size_t{3'000'001}}) {
    SecretSink sink;
    Bytes expected;
    for (char c = 'a'; expected.size() < 5'000'000; c = c == 'z' ? 'a' : static_cast<char>(c + 1)) {
      const Bytes bytes(piece, c);
      ASSERT_TRUE(sink.write(bytes));
      expected += bytes;
    }
    EXPECT_TRUE(sink.take().view() == expected) << piece;
  }
}

TEST(SecretSinkTest, AFullPieceIsNotFollowedByAnEmptyOne) {
  SecretSink sink;
  ASSERT_TRUE(sink.write(Bytes(1 << 20, 'x')));
  ASSERT_TRUE(sink.write(""));
  EXPECT_EQ(sink.take().size(), std::size_t{1} << 20);
}

}  // namespace
}  // namespace sekisho::sandbox
