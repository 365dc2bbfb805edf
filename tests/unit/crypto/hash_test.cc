// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/hash.h"

#include <gtest/gtest.h>

namespace sekisho::crypto {
namespace {

constexpr std::string_view kAbcDigest =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(HashTest, Sha256OfKnownInputs) {
  EXPECT_EQ(sha256("").hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc").hex(), kAbcDigest);
  EXPECT_EQ(sha256(Bytes(1'000'000, 'a')).hex(),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(HashTest, PartsAreHashedAsIfJoined) {
  EXPECT_EQ(sha256_parts({"a", "", "bc"}), sha256("abc"));
  EXPECT_EQ(sha256_parts({}), sha256(""));
}

TEST(HashTest, StreamRestartsAfterFinish) {
  Sha256 stream;
  stream.update("a").update("bc");
  EXPECT_EQ(stream.finish().hex(), kAbcDigest);
  EXPECT_EQ(stream.finish(), sha256(""));
  stream.update("abc");
  Sha256 moved = std::move(stream);
  EXPECT_EQ(moved.finish().hex(), kAbcDigest);
}

TEST(HashTest, StreamIsNotDisturbedByOneShotHashing) {
  Sha256 stream;
  stream.update("ab");
  EXPECT_EQ(sha256("x"), sha256("x"));
  EXPECT_EQ(stream.update("c").finish().hex(), kAbcDigest);
}

// RFC 4231, test cases 1, 2 and 6.
TEST(HashTest, HmacOfRfc4231) {
  EXPECT_EQ(hmac_sha256(Bytes(20, '\x0b'), "Hi There").hex(),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hmac_sha256("Jefe", "what do ya want for nothing?").hex(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      hmac_sha256(Bytes(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")
          .hex(),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(HashTest, HmacWithEmptyKeyDoesNotReuseAnother) {
  const Digest expected = hmac_sha256(BytesView("", 0), "message");
  EXPECT_NE(hmac_sha256("other key", "message"), expected);
  EXPECT_EQ(hmac_sha256(BytesView(), "message"), expected);
}

}  // namespace
}  // namespace sekisho::crypto
