// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/memory_kv.h"

#include <set>

#include <gtest/gtest.h>

#include "tests/unit/storage/test_dir.h"

namespace sekisho::storage {
namespace {

WriteBatch batch_of(BytesView key, BytesView value) {
  WriteBatch batch;
  batch.put(Bytes(key), Bytes(value));
  return batch;
}

TEST(MemoryKvTest, CrashKeepsWhatWasSynced) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    MemoryKv kv;
    SeededRng rng(seed);
    ASSERT_TRUE(ok(kv.write(batch_of("a", "1"), false)));
    ASSERT_TRUE(ok(kv.write(batch_of("b", "1"), true)));
    ASSERT_TRUE(ok(kv.write(batch_of("a", "2"), false)));
    kv.crash(rng);
    const Bytes a = must(kv.get("a")).value();
    EXPECT_TRUE(a == "1" || a == "2");
    EXPECT_EQ(must(kv.get("b")), Bytes("1"));
  }
}

TEST(MemoryKvTest, CrashKeepsAPrefixOfUnsyncedBatches) {
  std::set<int> survivors;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    MemoryKv kv;
    SeededRng rng(seed);
    for (int i = 1; i <= 4; ++i) {
      WriteBatch batch = batch_of("n", std::to_string(i));
      batch.put("row" + std::to_string(i), "x");
      ASSERT_TRUE(ok(kv.write(batch, false)));
    }
    kv.crash(rng);
    const auto here = [&](int i) { return must(kv.get("row" + std::to_string(i))).has_value(); };
    int rows = 0;
    while (rows < 4 && here(rows + 1)) ++rows;
    for (int i = rows + 1; i <= 4; ++i) EXPECT_FALSE(here(i)) << "a hole before row " << i;
    const auto n = must(kv.get("n"));
    EXPECT_EQ(n, rows == 0 ? std::nullopt : std::optional<Bytes>(std::to_string(rows)));
    survivors.insert(rows);
  }
  EXPECT_EQ(survivors.size(), 5u) << "each number of batches should survive at times";
}

TEST(MemoryKvTest, CrashBringsRemovedRowsBackWhenUnsynced) {
  bool came_back = false;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    MemoryKv kv;
    SeededRng rng(seed);
    ASSERT_TRUE(ok(kv.write(batch_of("a", "1"), true)));
    WriteBatch batch;
    batch.remove("a");
    ASSERT_TRUE(ok(kv.write(batch, false)));
    EXPECT_EQ(must(kv.get("a")), std::nullopt);
    kv.crash(rng);
    came_back = came_back || must(kv.get("a")).has_value();
  }
  EXPECT_TRUE(came_back);
}

TEST(MemoryKvTest, AWriteErrorFencesUntilTheCrash) {
  bool kept = false;
  bool lost = false;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    MemoryKv kv;
    SeededRng rng(seed);
    kv.fail_writes(Code::kIo);
    EXPECT_EQ(kv.write(batch_of("a", "1"), true).error().code, Code::kIo);
    kv.heal();
    EXPECT_EQ(kv.write(batch_of("b", "1"), true).error().code, Code::kIo) << "fenced";
    EXPECT_EQ(must(kv.get("a")), std::nullopt);
    kv.crash(rng);
    (must(kv.get("a")).has_value() ? kept : lost) = true;
    EXPECT_EQ(must(kv.get("b")), std::nullopt);
    EXPECT_TRUE(ok(kv.write(batch_of("c", "1"), true)));
  }
  EXPECT_TRUE(kept) << "a failed write may have reached the disk";
  EXPECT_TRUE(lost);
}

TEST(MemoryKvTest, AFullDiskIsNoFence) {
  MemoryKv kv;
  kv.set_capacity_bytes(10);
  ASSERT_TRUE(ok(kv.write(batch_of("a", "12345"), true)));
  EXPECT_EQ(kv.write(batch_of("b", "12345"), true).error().code, Code::kNoSpace);
  EXPECT_EQ(must(kv.get("b")), std::nullopt);
  EXPECT_TRUE(ok(kv.write(batch_of("a", "54321"), true))) << "replacing needs no room";
  kv.set_capacity_bytes(0);
  EXPECT_TRUE(ok(kv.write(batch_of("b", "12345"), true)));
  EXPECT_EQ(kv.size_bytes(), 12u);
}

TEST(MemoryKvTest, ReadsFailOnDemand) {
  MemoryKv kv;
  kv.fail_reads();
  EXPECT_EQ(kv.get("a").error().code, Code::kIo);
  EXPECT_EQ(kv.scan("", "", [](BytesView, BytesView) { return true; }).error().code, Code::kIo);
  kv.heal();
  EXPECT_EQ(must(kv.get("a")), std::nullopt);
}

TEST(MemoryKvTest, FlipsExactlyOneBit) {
  MemoryKv kv;
  SeededRng rng(7);
  EXPECT_FALSE(kv.flip_bit(rng));
  const Bytes before(16, '\0');
  ASSERT_TRUE(ok(kv.write(batch_of("x1", before), true)));
  EXPECT_FALSE(kv.flip_bit(rng, "y"));
  ASSERT_TRUE(kv.flip_bit(rng, "x"));
  const Bytes after = must(kv.get("x1")).value();
  int bits = 0;
  for (const char c : after) bits += __builtin_popcount(static_cast<unsigned char>(c));
  EXPECT_EQ(bits, 1);
}

TEST(MemoryKvTest, AVisitorMayRead) {
  MemoryKv kv;
  ASSERT_TRUE(ok(kv.write(batch_of("a", "1"), true)));
  EXPECT_TRUE(ok(kv.scan("", "", [&](BytesView key, BytesView value) {
    EXPECT_EQ(must(kv.get(key)), Bytes(value));
    return true;
  })));
}

TEST(MemoryKvDeathTest, CrashWithASnapshotHeldIsOurDefect) {
  MemoryKv kv;
  SeededRng rng(1);
  const auto held = kv.snapshot();
  EXPECT_DEATH(kv.crash(rng), "is_pinned");
}

}  // namespace
}  // namespace sekisho::storage
