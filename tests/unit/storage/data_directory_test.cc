// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/data_directory.h"

#include <sys/stat.h>

#include <filesystem>

#include <gtest/gtest.h>

#include "tests/unit/storage/child.h"
#include "tests/unit/storage/test_dir.h"

namespace sekisho::storage {
namespace {

TEST(DataDirectoryTest, IsMadeForItsOwnerOnly) {
  const TestDir dir;
  const DataDirectory directory = must(DataDirectory::open(dir.path("data")));
  struct stat info {};
  ASSERT_EQ(::stat(dir.path("data").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0700u);
  EXPECT_TRUE(directory.is_fresh());
  std::filesystem::create_directory(directory.ledger_path());
  EXPECT_FALSE(directory.is_fresh());
}

TEST(DataDirectoryTest, RefusesASecondNode) {
  const TestDir dir;
  const DataDirectory first = must(DataDirectory::open(dir.path("data")));
  const auto second = DataDirectory::open(dir.path("data"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(second.error().context,
            "another running node uses this data directory; stop it first or name another data "
            "directory");
  Child other([&](const Child::Report&) {
    return DataDirectory::open(dir.path("data")).has_value() ? 1 : 0;
  });
  EXPECT_EQ(other.wait(), 0);
}

TEST(DataDirectoryTest, IsFreeAgainWhenItsNodeDies) {
  const TestDir dir;
  Child node([&](const Child::Report& report) {
    const auto directory = DataDirectory::open(dir.path("data"));
    report(directory.has_value() ? 1 : 0);
    ::pause();
    return 0;
  });
  std::uint64_t opened = 0;
  ASSERT_TRUE(node.next(opened));
  EXPECT_EQ(opened, 1u);
  EXPECT_FALSE(DataDirectory::open(dir.path("data")));
  node.kill_and_drain(0);
  EXPECT_TRUE(DataDirectory::open(dir.path("data")));
}

TEST(DataDirectoryTest, MovesWithItsLock) {
  const TestDir dir;
  DataDirectory first = must(DataDirectory::open(dir.path("data")));
  const DataDirectory moved = std::move(first);
  EXPECT_FALSE(DataDirectory::open(dir.path("data")));
  EXPECT_EQ(moved.log_path(), dir.path("data") + "/log");
}

TEST(DataDirectoryTest, NeedsItsParent) {
  const TestDir dir;
  const auto directory = DataDirectory::open(dir.path("absent/data"));
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().code, Code::kNotFound);
}

}  // namespace
}  // namespace sekisho::storage
