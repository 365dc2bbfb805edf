// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/block.h"

#include <set>

#include <gtest/gtest.h>

#include "node/crypto/hash.h"
#include "node/ledger/text.h"
#include "node/ledger/verdict.h"

namespace sekisho::ledger {
namespace {

Digest filled(char c) { return *Digest::from_bytes(Bytes(32, c)); }

BlockHeader example() {
  return {filled('\x11'), 2, filled('\x22'), 3, 0x0102030405060708, 5, 6, filled('\x33'),
          filled('\x44')};
}

TEST(BlockTest, TheHeaderHasItsExactLayout) {
  const std::string expected = to_hex("sekisho/block/v1") + "00" + std::string(64, '1') +
                               "0000000000000002" + std::string(64, '2') + "0000000000000003" +
                               "0102030405060708" + "0000000000000005" + "00000006" +
                               std::string(64, '3') + std::string(64, '4');
  EXPECT_EQ(to_hex(encode_header(example())), expected);
  EXPECT_EQ(block_hash(example()), crypto::sha256(*from_hex(expected)));
  EXPECT_EQ(example().tree_size(), 11u);
}

TEST(BlockTest, TheHeaderDecodesAndNothingElseDoes) {
  const Bytes bytes = encode_header(example());
  EXPECT_EQ(*decode_header(bytes), example());
  EXPECT_FALSE(decode_header(bytes + "x"));
  EXPECT_FALSE(decode_header(BytesView(bytes).substr(1)));
  EXPECT_FALSE(decode_header(BytesView(bytes).substr(0, bytes.size() - 1)));
  BlockHeader past_the_end = example();
  past_the_end.first_index = ~0ull;
  EXPECT_FALSE(decode_header(encode_header(past_the_end)));
}

TEST(BlockTest, TheLeafHasItsExactLayout) {
  OperationRecord record{1,
                         2,
                         3,
                         0x0104,
                         filled('\x55'),
                         filled('\x66'),
                         *Id16::from_bytes(Bytes(16, '\x77')),
                         "not in the leaf"};
  EXPECT_EQ(to_hex(encode_leaf(record)),
            "000000000000000100000000000000020000000000000003"
            "0104" +
                std::string(64, '5') + std::string(64, '6') + std::string(32, '7'));
}

TEST(VerdictTest, EveryVerdictHasANameAndBothSentences) {
  std::set<std::string_view> names;
  for (const Verdict verdict : all_verdicts()) {
    EXPECT_TRUE(names.insert(verdict_name(verdict)).second);
    EXPECT_TRUE(verdict_text_en(verdict).ends_with("."));
    EXPECT_TRUE(verdict_text_ja(verdict).ends_with("。"));
  }
  EXPECT_EQ(verdict_name(Verdict::kAccepted), "ACCEPTED");
  EXPECT_EQ(verdict_name(static_cast<Verdict>(9999)), "REJECTED_UNKNOWN_RULE");
  EXPECT_TRUE(claims_operation_id(Verdict::kAccepted));
  EXPECT_TRUE(claims_operation_id(Verdict::kRejectedNotParty));
  EXPECT_FALSE(claims_operation_id(Verdict::kRejectedBadSignature));
}

TEST(TextTest, TextIsUtf8WithoutControlCharacters) {
  EXPECT_TRUE(valid_text("健診機関 A-1", 64));
  EXPECT_FALSE(valid_text("健診", 5));
  for (const char* bad : {"a\nb", "\x7f", "\xc2\x85", "\xe2\x80\xae", "\xe2\x80\xa8", "\xc0\x80",
                          "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe5\x81", "\x80", "\xef\xbb\xbf"}) {
    EXPECT_FALSE(valid_text(bad, 64)) << to_hex(bad);
  }
}

TEST(TextTest, DecimalsHaveOneSpelling) {
  EXPECT_EQ(parse_decimal("0"), 0u);
  EXPECT_EQ(parse_decimal("18446744073709551615"), ~0ull);
  for (const char* bad : {"", "00", "01", "+1", "-1", " 1", "1 ", "18446744073709551616", "1a"}) {
    EXPECT_FALSE(parse_decimal(bad)) << bad;
  }
}

}  // namespace
}  // namespace sekisho::ledger
