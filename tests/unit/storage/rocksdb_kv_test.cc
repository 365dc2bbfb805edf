// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/rocksdb_kv.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/storage/test_dir.h"
#include "tests/unit/storage/test_rows.h"

namespace sekisho::storage {
namespace {

bool has_path(const Error& error, const TestDir& dir) {
  return error.context.find(dir.path()) != std::string::npos;
}

TEST(RocksDbKvTest, KeepsWhatWasWrittenOverAReopening) {
  const TestDir dir;
  {
    const auto kv = must(open_rocksdb_kv(dir.path("db"), test_options()));
    for (std::uint64_t i = 1; i <= 100; ++i) ASSERT_TRUE(ok(put(*kv, i, 500, i % 10 == 0)));
  }
  EXPECT_EQ(count_intact(*must(open_rocksdb_kv(dir.path("db"), test_options()))), 100u);
}

TEST(RocksDbKvTest, ASnapshotMayOutliveTheStoreObject) {
  const TestDir dir;
  auto kv = must(open_rocksdb_kv(dir.path("db"), test_options()));
  ASSERT_TRUE(ok(put(*kv, 1)));
  const auto snapshot = kv->snapshot();
  kv.reset();
  EXPECT_TRUE(must(snapshot->get(numbered_key(1))).has_value());
}

TEST(RocksDbKvTest, NeedsTheParentFolder) {
  const TestDir dir;
  const auto kv = open_rocksdb_kv(dir.path("absent/db"), test_options());
  ASSERT_FALSE(kv);
  EXPECT_EQ(kv.error().code, Code::kNotFound);
  EXPECT_FALSE(has_path(kv.error(), dir)) << kv.error().to_string();
}

TEST(RocksDbKvTest, ReportsADamagedTableWhenItIsRead) {
  const TestDir dir;
  {
    const auto kv = must(open_rocksdb_kv(dir.path("db"), test_options()));
    for (std::uint64_t i = 1; i <= 400; ++i) ASSERT_TRUE(ok(put(*kv, i, 500, false)));
    ASSERT_TRUE(ok(kv->reclaim("")));
  }
  const auto tables = files_with(dir.path("db"), ".sst");
  ASSERT_FALSE(tables.empty());
  flip_byte(tables.front(), read_file(tables.front()).size() / 3);
  const auto kv = open_rocksdb_kv(dir.path("db"), test_options());
  ASSERT_TRUE(kv);
  const Status status = (*kv)->scan("", "", [](BytesView, BytesView) { return true; });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kCorrupt);
  EXPECT_FALSE(has_path(status.error(), dir)) << status.error().to_string();
}

TEST(RocksDbKvTest, DoesNotStartAnewOverADatabaseWithoutItsHead) {
  const TestDir dir;
  {
    const auto kv = must(open_rocksdb_kv(dir.path("db"), test_options()));
    ASSERT_TRUE(ok(put(*kv, 1)));
  }
  std::filesystem::remove(dir.path("db/CURRENT"));
  const auto kv = open_rocksdb_kv(dir.path("db"), test_options());
  ASSERT_FALSE(kv);
  EXPECT_EQ(kv.error().code, Code::kCorrupt);
}

TEST(RocksDbKvTest, ReportsAMissingFile) {
  const TestDir dir;
  {
    const auto kv = must(open_rocksdb_kv(dir.path("db"), test_options()));
    ASSERT_TRUE(ok(put(*kv, 1)));
    ASSERT_TRUE(ok(kv->reclaim("")));
  }
  for (const auto& table : files_with(dir.path("db"), ".sst")) std::filesystem::remove(table);
  const auto kv = open_rocksdb_kv(dir.path("db"), test_options());
  ASSERT_FALSE(kv);
  EXPECT_EQ(kv.error().code, Code::kCorrupt);
  EXPECT_FALSE(has_path(kv.error(), dir)) << kv.error().to_string();
}

TEST(RocksDbKvTest, KeepsAReserveOnTheDisk) {
  const TestDir dir;
  RocksDbOptions options = test_options();
  options.free_reserve_bytes = ~std::uint64_t{0} - 1;
  const auto kv = must(open_rocksdb_kv(dir.path("db"), options));
  EXPECT_EQ(put(*kv, 1, 5000).error().code, Code::kNoSpace);
  EXPECT_TRUE(ok(put(*kv, 1, 100))) << "small rows, removals among them, go on";
}

}  // namespace
}  // namespace sekisho::storage
