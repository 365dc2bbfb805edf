// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/conversion/journal.h"

#include <gtest/gtest.h>

#include "node/base/rng.h"
#include "node/crypto/hash.h"
#include "storage/memory_kv.h"

namespace sekisho::conversion {
namespace {

class JournalTest : public ::testing::Test {
 protected:
  JournalEntry entry(std::size_t blobs, Bytes signed_result) {
    JournalEntry made;
    made.exchange_id = rng_.id16();
    for (std::size_t i = 0; i < blobs; ++i) made.blobs.push_back(crypto::sha256(rng_.bytes(8)));
    made.signed_result = std::move(signed_result);
    return made;
  }
  static void expect_same(const JournalEntry& a, const JournalEntry& b) {
    EXPECT_EQ(a.exchange_id, b.exchange_id);
    EXPECT_EQ(a.blobs, b.blobs);
    EXPECT_EQ(a.signed_result, b.signed_result);
  }

  SeededRng rng_{5};
  storage::MemoryKv kv_;
  Journal journal_{kv_};
};

TEST_F(JournalTest, KeepsTheNewestOfAnExchange) {
  auto made = entry(2, "");
  ASSERT_TRUE(journal_.put(made));
  expect_same(journal_.find(made.exchange_id).value().value(), made);
  made.signed_result = Bytes("\0bytes", 6);
  ASSERT_TRUE(journal_.put(made));
  expect_same(journal_.find(made.exchange_id).value().value(), made);
  EXPECT_EQ(journal_.all()->size(), 1u);
}

TEST_F(JournalTest, ListsEverything) {
  for (std::size_t i = 0; i < 5; ++i) ASSERT_TRUE(journal_.put(entry(i, "x")));
  EXPECT_EQ(journal_.all()->size(), 5u);
}

TEST_F(JournalTest, ForgetsWhatIsRemoved) {
  const auto made = entry(1, "x");
  ASSERT_TRUE(journal_.put(made));
  ASSERT_TRUE(journal_.remove(made.exchange_id));
  ASSERT_TRUE(journal_.remove(made.exchange_id));
  EXPECT_FALSE(journal_.find(made.exchange_id)->has_value());
  EXPECT_TRUE(journal_.all()->empty());
}

TEST_F(JournalTest, EveryChangeSurvivesACrash) {
  const auto made = entry(1, "x");
  ASSERT_TRUE(journal_.put(made));
  kv_.crash(rng_);
  expect_same(journal_.find(made.exchange_id).value().value(), made);
  ASSERT_TRUE(journal_.remove(made.exchange_id));
  kv_.crash(rng_);
  EXPECT_FALSE(journal_.find(made.exchange_id)->has_value());
}

TEST_F(JournalTest, DamageIsNoticed) {
  const auto made = entry(1, "x");
  ASSERT_TRUE(journal_.put(made));
  const Bytes key = "conversion/" + Bytes(made.exchange_id.view());
  const Bytes value = kv_.get(key)->value();
  const std::array damaged{value + "x", value.substr(0, value.size() - 1), Bytes(),
                           "\x09" + value.substr(1)};
  for (const Bytes& bytes : damaged) {
    storage::WriteBatch batch;
    batch.put(key, bytes);
    ASSERT_TRUE(kv_.write(batch, true));
    EXPECT_EQ(journal_.find(made.exchange_id).error().code, Code::kCorrupt);
    EXPECT_EQ(journal_.all().error().code, Code::kCorrupt);
  }
}

}  // namespace
}  // namespace sekisho::conversion
