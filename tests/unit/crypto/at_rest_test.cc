// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/at_rest.h"

#include <gtest/gtest.h>

#include "node/crypto/hash.h"

namespace sekisho::crypto {
namespace {

class AtRestTest : public testing::Test {
 protected:
  Secret key_ = make_at_rest_key();
  Digest blob_ = sha256("blob");
  Bytes full_ = Bytes(kAtRestChunkSize, 'x');
};

TEST_F(AtRestTest, RoundTrip) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kAtRestChunkSize}) {
    const Bytes chunk(size, 'c');
    const Bytes sealed = seal_chunk(key_, blob_, 3, true, chunk);
    EXPECT_EQ(sealed.size(), size + kAtRestOverhead);
    EXPECT_EQ(open_chunk(key_, blob_, 3, true, sealed).value(), chunk);
  }
}

TEST_F(AtRestTest, PieceOpensInItsPlaceOnly) {
  const Bytes sealed = seal_chunk(key_, blob_, 3, false, full_);
  EXPECT_TRUE(open_chunk(key_, blob_, 3, false, sealed).has_value());
  EXPECT_EQ(open_chunk(key_, blob_, 4, false, sealed).error().code, Code::kCorrupt);
  EXPECT_EQ(open_chunk(key_, blob_, 3, true, sealed).error().code, Code::kCorrupt);
  EXPECT_EQ(open_chunk(key_, sha256("other"), 3, false, sealed).error().code, Code::kCorrupt);
  EXPECT_EQ(open_chunk(make_at_rest_key(), blob_, 3, false, sealed).error().code, Code::kCorrupt);
}

TEST_F(AtRestTest, AlterationsAreNoticed) {
  const Bytes sealed = seal_chunk(key_, blob_, 0, true, "some bytes");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes altered = sealed;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_FALSE(open_chunk(key_, blob_, 0, true, altered).has_value()) << i;
  }
  EXPECT_FALSE(open_chunk(key_, blob_, 0, true, "").has_value());
  EXPECT_FALSE(open_chunk(key_, blob_, 0, true, sealed.substr(0, 15)).has_value());
  EXPECT_FALSE(open_chunk(key_, blob_, 0, true, Bytes(kAtRestChunkSize + 17, 'x')).has_value());
}

TEST_F(AtRestTest, SealingAgainRepeatsTheBytes) {
  EXPECT_EQ(seal_chunk(key_, blob_, 1, false, full_), seal_chunk(key_, blob_, 1, false, full_));
}

}  // namespace
}  // namespace sekisho::crypto
