// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/record.h"

#include <gtest/gtest.h>

#include "node/base/rng.h"
#include "storage/crc32c.h"
#include "storage/memory_kv.h"
#include "tests/unit/storage/test_dir.h"

namespace sekisho::storage {
namespace {

// RFC 3720 appendix B.4.
TEST(Crc32cTest, GivesTheValuesOfTheRfc) {
  EXPECT_EQ(crc32c({Bytes(32, '\0')}), 0x8A9136AAu);
  EXPECT_EQ(crc32c({Bytes(32, '\xff')}), 0x62A8AB43u);
  Bytes ascending;
  for (int i = 0; i < 32; ++i) ascending.push_back(static_cast<char>(i));
  EXPECT_EQ(crc32c({ascending}), 0x46DD794Eu);
  EXPECT_EQ(crc32c({"123456789"}), 0xE3069283u);
  EXPECT_EQ(crc32c({}), 0u);
}

TEST(Crc32cTest, PartsEqualTheWhole) {
  SeededRng rng(3);
  const Bytes whole = rng.bytes(1001);
  const std::uint32_t expected = crc32c({whole});
  for (std::size_t cut = 0; cut <= whole.size(); cut += 13) {
    EXPECT_EQ(crc32c({BytesView(whole).substr(0, cut), BytesView(whole).substr(cut)}), expected);
  }
}

TEST(RecordTest, OpensWhatItSealed) {
  const Bytes record = seal_record("key", "value");
  EXPECT_EQ(record.size(), 5 + kRecordTrailerSize);
  EXPECT_EQ(must(open_record("key", record)), "value");
  EXPECT_EQ(must(open_record("k", seal_record("k", ""))), "");
}

TEST(RecordTest, RefusesAnotherKeyAndEveryFlippedBit) {
  const Bytes record = seal_record("key", "value");
  EXPECT_EQ(open_record("kez", record).error().code, Code::kCorrupt);
  for (std::size_t bit = 0; bit < record.size() * 8; ++bit) {
    Bytes bad = record;
    bad[bit / 8] = static_cast<char>(static_cast<unsigned char>(bad[bit / 8]) ^ (1u << (bit % 8)));
    EXPECT_EQ(open_record("key", bad).error().code, Code::kCorrupt) << bit;
  }
  EXPECT_EQ(open_record("key", BytesView(record).substr(0, 3)).error().code, Code::kCorrupt);
}

TEST(RecordTest, AMissingRecordIsNotFoundWhenRequired) {
  const MemoryKv kv;
  EXPECT_EQ(must(get_record(kv, "key")), std::nullopt);
  EXPECT_EQ(require_record(kv, "key").error().code, Code::kNotFound);
}

}  // namespace
}  // namespace sekisho::storage
