// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// The contract of Kv, held by both implementations.
#include "storage/kv.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "storage/memory_kv.h"
#include "storage/rocksdb_kv.h"
#include "tests/unit/storage/test_dir.h"

namespace sekisho::storage {
namespace {

using Rows = std::vector<std::pair<Bytes, Bytes>>;

class KvTest : public ::testing::TestWithParam<std::string> {
 protected:
  KvTest() {
    if (GetParam() == "memory") {
      kv_ = std::make_unique<MemoryKv>();
    } else {
      RocksDbOptions options;
      options.name = "test";
      options.profile = GetParam() == "blobs" ? KvProfile::kBlobs : KvProfile::kLedger;
      kv_ = must(open_rocksdb_kv(dir_.path("db"), options));
    }
  }

  void put(BytesView key, BytesView value, bool sync = false) {
    WriteBatch batch;
    batch.put(Bytes(key), Bytes(value));
    ASSERT_TRUE(ok(kv_->write(batch, sync)));
  }

  static Rows scan(const KvView& view, BytesView prefix, BytesView from, std::size_t max = 100) {
    Rows rows;
    EXPECT_TRUE(ok(view.scan(prefix, from, [&](BytesView key, BytesView value) {
      rows.emplace_back(key, value);
      return rows.size() < max;
    })));
    return rows;
  }
  static Rows scan_back(const KvView& view, BytesView prefix, BytesView from,
                        std::size_t max = 100) {
    Rows rows;
    EXPECT_TRUE(ok(view.scan_back(prefix, from, [&](BytesView key, BytesView value) {
      rows.emplace_back(key, value);
      return rows.size() < max;
    })));
    return rows;
  }

  TestDir dir_;
  std::unique_ptr<Kv> kv_;
};

TEST_P(KvTest, GetsWhatWasPut) {
  put("a", "1");
  put("b", Bytes(70'000, 'x'), true);
  EXPECT_EQ(must(kv_->get("a")), Bytes("1"));
  EXPECT_EQ(must(kv_->get("b")), Bytes(70'000, 'x'));
  EXPECT_EQ(must(kv_->get("c")), std::nullopt);
}

TEST_P(KvTest, LaterChangesOfOneBatchWin) {
  WriteBatch batch;
  batch.put("a", "1");
  batch.remove("a");
  batch.put("b", "1");
  batch.put("b", "2");
  batch.remove("absent");
  ASSERT_TRUE(ok(kv_->write(batch, false)));
  EXPECT_EQ(must(kv_->get("a")), std::nullopt);
  EXPECT_EQ(must(kv_->get("b")), Bytes("2"));
}

TEST_P(KvTest, ScansInsideThePrefixOnly) {
  for (const char* key : {"a", "b", "b1", "b2", "b3", "c"}) put(key, key);
  EXPECT_EQ(scan(*kv_, "b", ""), (Rows{{"b", "b"}, {"b1", "b1"}, {"b2", "b2"}, {"b3", "b3"}}));
  EXPECT_EQ(scan(*kv_, "b", "b2"), (Rows{{"b2", "b2"}, {"b3", "b3"}}));
  EXPECT_EQ(scan(*kv_, "b", "b11"), (Rows{{"b2", "b2"}, {"b3", "b3"}}));
  EXPECT_EQ(scan(*kv_, "b", "a"), scan(*kv_, "b", ""));
  EXPECT_EQ(scan(*kv_, "b", "", 2), (Rows{{"b", "b"}, {"b1", "b1"}}));
  EXPECT_EQ(scan(*kv_, "d", ""), Rows{});
  EXPECT_EQ(scan(*kv_, "", "").size(), 6u);
}

TEST_P(KvTest, ScansBackInsideThePrefixOnly) {
  for (const char* key : {"a", "b", "b1", "b2", "b3", "c"}) put(key, key);
  EXPECT_EQ(scan_back(*kv_, "b", ""), (Rows{{"b3", "b3"}, {"b2", "b2"}, {"b1", "b1"}, {"b", "b"}}));
  EXPECT_EQ(scan_back(*kv_, "b", "b2"), (Rows{{"b2", "b2"}, {"b1", "b1"}, {"b", "b"}}));
  EXPECT_EQ(scan_back(*kv_, "b", "b15"), (Rows{{"b1", "b1"}, {"b", "b"}}));
  EXPECT_EQ(scan_back(*kv_, "b", "c"), scan_back(*kv_, "b", ""));
  EXPECT_EQ(scan_back(*kv_, "b", "", 1), (Rows{{"b3", "b3"}}));
  EXPECT_EQ(scan_back(*kv_, "", "").size(), 6u);
}

TEST_P(KvTest, ScansAPrefixOfHighestBytes) {
  const Bytes high(2, '\xff');
  put(high, "1");
  put(high + "x", "2");
  put("a", "0");
  EXPECT_EQ(scan(*kv_, high, "").size(), 2u);
  EXPECT_EQ(scan_back(*kv_, high, ""), (Rows{{high + "x", "2"}, {high, "1"}}));
}

TEST_P(KvTest, SnapshotsStandStill) {
  put("a", "1");
  put("b", "1");
  const auto before = kv_->snapshot();
  WriteBatch batch;
  batch.put("a", "2");
  batch.remove("b");
  batch.put("c", "2");
  ASSERT_TRUE(ok(kv_->write(batch, true)));
  const auto after = kv_->snapshot();
  EXPECT_EQ(scan(*before, "", ""), (Rows{{"a", "1"}, {"b", "1"}}));
  EXPECT_EQ(scan_back(*before, "", ""), (Rows{{"b", "1"}, {"a", "1"}}));
  EXPECT_EQ(must(before->get("c")), std::nullopt);
  EXPECT_EQ(scan(*after, "", ""), (Rows{{"a", "2"}, {"c", "2"}}));
}

TEST_P(KvTest, SnapshotSurvivesManyWrites) {
  put("k", "first", true);
  const auto before = kv_->snapshot();
  for (int i = 0; i < 200; ++i) put("k", std::to_string(i), i % 3 == 0);
  EXPECT_EQ(must(before->get("k")), Bytes("first"));
  EXPECT_EQ(must(kv_->get("k")), Bytes("199"));
}

TEST_P(KvTest, AnEmptySyncedBatchIsFine) {
  put("a", "1");
  EXPECT_TRUE(ok(kv_->write({}, true)));
  EXPECT_TRUE(ok(kv_->write({}, false)));
  EXPECT_EQ(must(kv_->get("a")), Bytes("1"));
}

TEST_P(KvTest, ReclaimLeavesTheRest) {
  for (int i = 0; i < 100; ++i) put("d" + std::to_string(i), Bytes(8192, 'v'));
  put("e", "stays", true);
  WriteBatch batch;
  for (int i = 0; i < 100; ++i) batch.remove("d" + std::to_string(i));
  ASSERT_TRUE(ok(kv_->write(batch, true)));
  EXPECT_TRUE(ok(kv_->reclaim("d")));
  EXPECT_EQ(scan(*kv_, "d", ""), Rows{});
  EXPECT_EQ(must(kv_->get("e")), Bytes("stays"));
}

INSTANTIATE_TEST_SUITE_P(Stores, KvTest, ::testing::Values("memory", "rocksdb", "blobs"),
                         [](const auto& chosen) { return chosen.param; });

}  // namespace
}  // namespace sekisho::storage
