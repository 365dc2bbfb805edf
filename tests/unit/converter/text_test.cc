// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "converter/text/decode.h"
#include "converter/text/encode.h"
#include "converter/text/fold.h"
#include "converter/text/text_map.h"
#include "converter/text/utf8.h"

namespace sekisho::converter {
namespace {

struct Decoded {
  std::string text;
  DecodeStep step;
};

Decoded decode_all(Encoding encoding, BytesView input, bool last = true) {
  Decoded out;
  out.text.resize(decoded_size_max(encoding, input.size()));
  out.step = decode(encoding, input, last, out.text.data());
  out.text.resize(out.step.written);
  return out;
}

std::string to_cp932(std::string_view utf8) {
  std::string out;
  append_cp932(out, utf8);
  return out;
}

TEST(DecodeTest, MicrosoftMappingAndExtensions) {
  // WAVE DASH, FULLWIDTH HYPHEN-MINUS, circled one, square millibar, kabu, IBM 髙 and 﨑,
  // half-width kana.
  const Decoded out = decode_all(
      Encoding::kCp932, "\x81\x60\x81\x7C\x87\x40\x87\x6D\x87\x8A\xFB\xFC\xFA\xB1\xB6\xDE");
  EXPECT_FALSE(out.step.invalid);
  EXPECT_EQ(out.text, "～－①㍊㈱髙﨑ｶﾞ");
}

TEST(DecodeTest, UserDefinedAreaIsPrivateUse) {
  const Decoded out = decode_all(Encoding::kCp932, "\xF0\x40\xF9\xFC");
  EXPECT_EQ(out.text, "\uE000\uE757");
  EXPECT_EQ(to_cp932(out.text), "\xF0\x40\xF9\xFC");
}

TEST(DecodeTest, EveryPairRoundTripsOrIsTheWindowsTwin) {
  int characters = 0;
  for (int lead = 0x81; lead <= 0xFC; ++lead) {
    for (int trail = 0x40; trail <= 0xFC; ++trail) {
      const std::string pair = {static_cast<char>(lead), static_cast<char>(trail)};
      const Decoded out = decode_all(Encoding::kCp932, pair);
      if (out.step.invalid || out.step.consumed != 2) continue;
      if (lead >= 0xA1 && lead <= 0xDF) continue;  // two half-width kana
      ++characters;
      const std::string back = to_cp932(out.text);
      EXPECT_EQ(decode_all(Encoding::kCp932, back).text, out.text);
      const bool twin = lead == 0xED || lead == 0xEE || lead == 0x87 || lead >= 0xFA;
      if (!twin && lead != 0x81) {
        EXPECT_EQ(back, pair);
      }
      if (lead == 0xED || lead == 0xEE) {
        EXPECT_NE(back[0], pair[0]);  // IBM's own code is what Windows writes
      }
    }
  }
  EXPECT_EQ(characters, 7724 + 1880);
}

TEST(DecodeTest, InvalidBytesStopWithTheirOffset) {
  for (const char bad : {'\x80', '\xA0', '\xFD', '\xFF'}) {
    const Decoded out = decode_all(Encoding::kCp932, std::string("abc") + bad + "d");
    EXPECT_TRUE(out.step.invalid);
    EXPECT_EQ(out.step.consumed, 3u);
  }
  EXPECT_TRUE(decode_all(Encoding::kCp932, "\x81").step.invalid);
  EXPECT_FALSE(decode_all(Encoding::kCp932, "\x81", false).step.invalid);
  EXPECT_TRUE(decode_all(Encoding::kCp932, "\x81\x20").step.invalid);
}

TEST(DecodeTest, Utf8IsStrict) {
  for (const char* bad : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xF8\x88", "\x80", "\xE3\x81"}) {
    EXPECT_TRUE(decode_all(Encoding::kUtf8, std::string("x") + bad).step.invalid);
  }
  EXPECT_EQ(decode_all(Encoding::kUtf8, "𠮷é表").text, "𠮷é表");
  EXPECT_FALSE(decode_all(Encoding::kUtf8, "\xE3\x81", false).step.invalid);
}

TEST(DecodeTest, Utf16IsStrict) {
  const std::string little("a\0\x68\x88\x42\xD8\xB7\xDF", 8);  // a 表 𠮷
  const std::string big("\0a\x88\x68\xD8\x42\xDF\xB7", 8);
  EXPECT_EQ(decode_all(Encoding::kUtf16Le, little).text, "a表𠮷");
  EXPECT_EQ(decode_all(Encoding::kUtf16Be, big).text, "a表𠮷");
  EXPECT_TRUE(decode_all(Encoding::kUtf16Le, little.substr(0, 3)).step.invalid);
  EXPECT_TRUE(decode_all(Encoding::kUtf16Le, little.substr(4, 2)).step.invalid);
  EXPECT_TRUE(decode_all(Encoding::kUtf16Le, little.substr(6, 2)).step.invalid);
  EXPECT_EQ(decode_all(Encoding::kUtf16Be, big.substr(0, 6), false).step.consumed, 4u);
  EXPECT_FALSE(decode_all(Encoding::kUtf16Be, big.substr(0, 6), false).step.invalid);
}

TEST(DecodeTest, EucJpWithItsExtensions) {
  // 表, half-width ｱ, circled one, 丂 of JIS X 0212, ⅰ of the IBM extensions, both user-defined
  // ends.
  const Decoded out = decode_all(
      Encoding::kEucJp, "a\xC9\xBD\x8E\xB1\xAD\xA1\x8F\xB0\xA1\x8F\xF3\xF3\xF5\xA1\x8F\xFE\xFE");
  EXPECT_FALSE(out.step.invalid);
  EXPECT_EQ(out.text, "a表ｱ①丂ⅰ\uE000\uE757");
  for (const char* bad :
       {"\xC9", "\xC9 ", "\x8E\xE0", "\x8F\xB0", "\x80", "\xA9\xA1", "\xFF\xA1"}) {
    EXPECT_TRUE(decode_all(Encoding::kEucJp, std::string("x") + bad).step.invalid);
  }
  EXPECT_FALSE(decode_all(Encoding::kEucJp, "\x8F\xB0", false).step.invalid);
}

TEST(DecodeTest, LongAsciiRunsAndMixedTextAgreeAtEveryCut) {
  const std::string input =
      std::string(37, 'a') + "\x95\x5C,\xB1" + std::string(20, '0') + "\x83\x5C";
  const std::string whole = decode_all(Encoding::kCp932, input).text;
  for (std::size_t cut = 0; cut <= input.size(); ++cut) {
    const Decoded first = decode_all(Encoding::kCp932, input.substr(0, cut), false);
    const Decoded second = decode_all(Encoding::kCp932, input.substr(first.step.consumed));
    EXPECT_EQ(first.text + second.text, whole);
  }
}

TEST(EncodeTest, GetaForWhatCp932LacksOrUsersDefined) {
  EXPECT_EQ(with_geta("𠮷野\uE000é髙"), "〓野〓〓髙");
  EXPECT_FALSE(is_standard_text("é"));
  EXPECT_TRUE(is_standard_text("髙～①ｱ"));
  EXPECT_EQ(to_cp932("é"), "\x81\xAC");
}

TEST(EncodeTest, SizesCountHalfAndFullWidth) {
  EXPECT_EQ(cp932_size_bytes("aｱ表"), 4u);
  EXPECT_EQ(cp932_prefix("表表a", 3), "表");
  EXPECT_EQ(cp932_prefix("表表a", 5), "表表a");
  EXPECT_EQ(cp932_prefix("表", 1), "");
}

TEST(FoldTest, WidthsAndKana) {
  EXPECT_EQ(folded("ＢＭＩ１２．５　ｶﾞｷﾞﾊﾟｳﾞｱﾞ"), "BMI12.5 ガギパヴア゛");
  EXPECT_EQ(folded("－"), "-");
  EXPECT_EQ(folded("‐−ー―"), "‐−ー―");  // other characters stay other characters
  EXPECT_EQ(widen_kana("ﾐﾎﾝ ｳﾞｧｲｵﾚｯﾄ"), "ミホン ヴァイオレット");
  EXPECT_EQ(widen_kana("か\u3099ハ\u309A"), "がパ");
  EXPECT_TRUE(needs_composing("か\u3099"));
  EXPECT_FALSE(needs_composing("が"));
  EXPECT_EQ(compose_kana("ｶﾞか\u3099"), "ｶﾞが");
}

TEST(FoldTest, StripRemovesOuterBlanksOfAllKinds) {
  EXPECT_EQ(strip("　 \t見本　太郎 　\r\n"), "見本　太郎");
  EXPECT_EQ(strip("　"), "");
  EXPECT_EQ(strip(""), "");
  EXPECT_EQ(strip("あ"), "あ");
  EXPECT_EQ(strip("〠"), "〠");  // ends with the last byte of U+3000
}

TEST(TextMapTest, KeepsTheFirstValueAndFindsAll) {
  TextMap map;
  for (std::uint32_t i = 0; i < 5000; ++i) EXPECT_EQ(map.insert("key" + std::to_string(i), i), i);
  EXPECT_EQ(map.insert("key7", 9), 7u);
  for (std::uint32_t i = 0; i < 5000; ++i) EXPECT_EQ(map.find("key" + std::to_string(i)), i);
  EXPECT_EQ(map.find("key5000"), TextMap::kNone);
  EXPECT_EQ(map.find(""), TextMap::kNone);
  EXPECT_EQ(TextMap().find("x"), TextMap::kNone);
}

TEST(TextMapTest, HashIsTheSameOnEveryMachine) {
  EXPECT_EQ(hash_text(""), hash_text(std::string()));
  std::string text;
  std::vector<std::uint64_t> seen;
  for (int i = 0; i < 40; ++i) {
    for (const std::uint64_t other : seen) EXPECT_NE(hash_text(text), other);
    seen.push_back(hash_text(text));
    text.push_back('\0');
  }
}

}  // namespace
}  // namespace sekisho::converter
