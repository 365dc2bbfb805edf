// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// The database under sudden death, damage, a second opener and a full disk.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/storage/child.h"
#include "tests/unit/storage/test_rows.h"

namespace sekisho::storage {
namespace {

std::unique_ptr<Kv> open_kv(const std::string& path) {
  return must(open_rocksdb_kv(path, test_options()));
}

TEST(RocksDbProcessTest, RefusesASecondProcess) {
  const TestDir dir;
  Child first([&](const Child::Report& report) {
    const auto kv = open_kv(dir.path("db"));
    report(1);
    ::pause();
    return 0;
  });
  std::uint64_t opened = 0;
  ASSERT_TRUE(first.next(opened));
  EXPECT_TRUE(in_child([&] {
    const auto kv = open_rocksdb_kv(dir.path("db"), test_options());
    ASSERT_FALSE(kv);
    EXPECT_EQ(kv.error().code, Code::kFailedPrecondition);
    EXPECT_EQ(
        kv.error().context,
        "another process has the database \"ledger\" open; stop it first or name another data "
        "directory");
  }));
}

TEST(RocksDbProcessTest, KeepsEverySyncedWriteWhenKilled) {
  for (std::uint64_t round = 0; round < 3; ++round) {
    const TestDir dir;
    Child writer([&](const Child::Report& report) {
      const auto kv = open_kv(dir.path("db"));
      for (std::uint64_t i = 1;; ++i) {
        if (!put(*kv, i, 5000)) return 2;
        report(i);
      }
    });
    std::uint64_t number = 0;
    while (number < 200 + 150 * round) ASSERT_TRUE(writer.next(number));
    const std::uint64_t acknowledged = writer.kill_and_drain(number);
    EXPECT_TRUE(in_child([&] {
      const std::uint64_t found = count_intact(*open_kv(dir.path("db")), 5000);
      EXPECT_GE(found, acknowledged);
      EXPECT_LE(found, acknowledged + 1);
    }));
  }
}

// Leaves a database without closing it, so that its rows are in the log only. The log's file.
std::filesystem::path write_and_die(const std::string& path, std::uint64_t rows) {
  Child writer([&](const Child::Report& report) {
    const auto kv = open_kv(path);
    for (std::uint64_t i = 1; i <= rows; ++i) {
      if (!put(*kv, i)) return 2;
    }
    report(rows);
    ::pause();
    return 0;
  });
  std::uint64_t number = 0;
  EXPECT_TRUE(writer.next(number));
  writer.kill_and_drain(number);
  const auto logs = files_with(path, ".log");
  EXPECT_EQ(logs.size(), 1u);
  return logs.back();
}

TEST(RocksDbProcessTest, CutsOffATornTail) {
  const TestDir dir;
  const auto log = write_and_die(dir.path("db"), 50);
  const Bytes whole = read_file(log);
  write_file(log, BytesView(whole).substr(0, whole.size() - 100));
  EXPECT_TRUE(in_child([&] { EXPECT_EQ(count_intact(*open_kv(dir.path("db"))), 49u); }));
}

TEST(RocksDbProcessTest, RefusesALogDamagedInTheMiddle) {
  const TestDir dir;
  const auto log = write_and_die(dir.path("db"), 50);
  flip_byte(log, read_file(log).size() / 2);
  EXPECT_TRUE(in_child([&] {
    const auto kv = open_rocksdb_kv(dir.path("db"), test_options());
    ASSERT_FALSE(kv);
    const std::string& text = kv.error().context;
    EXPECT_EQ(kv.error().code, Code::kCorrupt);
    EXPECT_NE(text.find("the database \"ledger\" is damaged"), std::string::npos) << text;
    EXPECT_NE(text.find("sekisho node join"), std::string::npos) << text;
    EXPECT_EQ(text.find(dir.path()), std::string::npos) << text;
  }));
}

// A whole record was acknowledged, so its loss is damage even at the very end.
TEST(RocksDbProcessTest, RefusesAFlippedBitInTheLastRecord) {
  const TestDir dir;
  const auto log = write_and_die(dir.path("db"), 50);
  flip_byte(log, read_file(log).size() - 50);
  EXPECT_TRUE(in_child([&] {
    const auto kv = open_rocksdb_kv(dir.path("db"), test_options());
    ASSERT_FALSE(kv);
    EXPECT_EQ(kv.error().code, Code::kCorrupt);
  }));
}

// A file system of 40 MiB in a mount namespace of its own; false when that is not allowed here.
bool mount_small_disk(const std::string& path) {
  return ::unshare(CLONE_NEWNS | (::geteuid() == 0 ? 0 : CLONE_NEWUSER)) == 0 &&
         ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("tmpfs", path.c_str(), "tmpfs", 0, "size=40m") == 0;
}

constexpr std::size_t kRow = 20'000;

// Rows written until the disk was full.
std::uint64_t fill(Kv& kv) {
  std::uint64_t written = 0;
  Status status;
  while ((status = put(kv, written + 1, kRow))) ++written;
  EXPECT_EQ(status.error().code, Code::kNoSpace) << status.error().to_string();
  EXPECT_EQ(put(kv, written + 1, kRow).error().code, Code::kNoSpace);
  EXPECT_EQ(count_intact(kv, kRow), written);
  EXPECT_GT(written, 100u);
  return written;
}

void fill_up_to_the_reserve(const std::string& path) {
  write_file(path + "/filler", Bytes(20 * 1024 * 1024, 'f'));
  RocksDbOptions options = test_options();
  options.free_reserve_bytes = 8 * 1024 * 1024;
  std::uint64_t written = 0;
  {
    const auto kv = must(open_rocksdb_kv(path + "/db", options));
    written = fill(*kv);
    std::filesystem::remove(path + "/filler");
    EXPECT_TRUE(ok(put(*kv, ++written, kRow))) << "room again: the same store goes on";
  }
  EXPECT_EQ(count_intact(*open_kv(path + "/db"), kRow), written);
}

void fill_up_to_the_brim(const std::string& path) {
  write_file(path + "/filler", Bytes(20 * 1024 * 1024, 'f'));
  std::uint64_t written = 0;
  {
    const auto kv = open_kv(path + "/db");
    written = fill(*kv);
    std::filesystem::remove(path + "/filler");
    EXPECT_EQ(put(*kv, written + 1, kRow).error().code, Code::kNoSpace) << "fenced until restart";
  }
  const auto kv = open_kv(path + "/db");
  const std::uint64_t found = count_intact(*kv, kRow);
  EXPECT_GE(found, written);
  EXPECT_LE(found, written + 1) << "the write that failed may be there";
  EXPECT_TRUE(ok(put(*kv, found + 1, kRow)));
}

void run_on_small_disk(void (*work)(const std::string& path)) {
  const TestDir dir;
  Child child([&](const Child::Report&) {
    if (!mount_small_disk(dir.path())) return 77;
    work(dir.path());
    return ::testing::Test::HasFailure() ? 1 : 0;
  });
  const int code = child.wait();
  if (code == 77) GTEST_SKIP() << "mounting a small file system is not allowed here";
  EXPECT_EQ(code, 0);
}

TEST(RocksDbProcessTest, TheReserveKeepsTheDatabaseFromAFullDisk) {
  run_on_small_disk(fill_up_to_the_reserve);
}

TEST(RocksDbProcessTest, AFullDiskLosesNothing) { run_on_small_disk(fill_up_to_the_brim); }

}  // namespace
}  // namespace sekisho::storage
