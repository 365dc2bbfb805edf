// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/bytes.h"

#include <gtest/gtest.h>

namespace sekisho {
namespace {

TEST(BytesTest, HexRoundTripsAndRefusesOtherCharacters) {
  EXPECT_EQ(to_hex(BytesView("\x00\xff\x10", 3)), "00ff10");
  EXPECT_EQ(*from_hex("00FF10"), Bytes("\x00\xff\x10", 3));
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
}

TEST(BytesTest, Base64FollowsRfc4648Vectors) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : vectors) {
    EXPECT_EQ(to_base64(plain), text);
    EXPECT_EQ(*from_base64(text), plain);
  }
}

TEST(BytesTest, Base64RefusesWhatAnEncoderNeverWrites) {
  for (const char* text : {"Zg=", "Zh==", "Z===", "Zg==Zg==", "Zm 9v", "Zm9v\n", "===="}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
}

TEST(BytesTest, ReaderReadsWhatWasPutAndStopsAtTheEnd) {
  Bytes out;
  put_u8(out, 1);
  put_u16(out, 0x0203);
  put_u32(out, 0x04050607);
  put_u64(out, 0x08090a0b0c0d0e0f);
  put_sized(out, "abc");
  EXPECT_EQ(to_hex(BytesView(out).substr(0, 15)), "0102030405060708090a0b0c0d0e0f");
  ByteReader reader(out);
  EXPECT_EQ(*reader.u8(), 1);
  EXPECT_EQ(*reader.u16(), 0x0203);
  EXPECT_EQ(*reader.u32(), 0x04050607u);
  EXPECT_EQ(*reader.u64(), 0x08090a0b0c0d0e0full);
  EXPECT_EQ(*reader.sized(3), "abc");
  EXPECT_TRUE(reader.finish());
  EXPECT_FALSE(reader.u8());
}

TEST(BytesTest, ReaderRefusesAFieldLongerThanItsBound) {
  Bytes out;
  put_sized(out, "abcd");
  EXPECT_FALSE(ByteReader(out).sized(3));
  EXPECT_FALSE(ByteReader(BytesView(out).substr(0, 6)).sized(4));
}

TEST(BytesTest, DigestNeedsExactlyItsSize) {
  EXPECT_FALSE(Digest::from_bytes(Bytes(31, 'x')));
  const Digest digest = *Digest::from_bytes(Bytes(32, '\x01'));
  EXPECT_EQ(*Digest::from_hex(digest.hex()), digest);
  EXPECT_TRUE(Digest{}.is_zero());
}

TEST(BytesTest, ConstantTimeEqualityAgreesWithEquality) {
  EXPECT_TRUE(equal_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_constant_time("abc", "ab"));
}

}  // namespace
}  // namespace sekisho
