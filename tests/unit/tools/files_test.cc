// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/tools/files.h"

#include <sys/stat.h>

#include <gtest/gtest.h>

#include "tests/unit/tools/temporary_folder.h"

namespace sekisho::tools {
namespace {

class FilesTest : public ::testing::Test {
 protected:
  static mode_t mode(const std::string& path) {
    struct stat info {};
    EXPECT_EQ(::stat(path.c_str(), &info), 0);
    return info.st_mode & 0777;
  }
  Bytes content(const std::string& name) const {
    return read_file(folder_.at(name), 1000).value_or("unreadable");
  }
  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      count += entry.exists() || entry.is_symlink() ? 1u : 0u;
    }
    return count;
  }
  TemporaryFolder folder_;
};

TEST_F(FilesTest, WritesAndReads) {
  const Bytes bytes("a\0b", 3);
  ASSERT_TRUE(write_file(folder_.at("a"), bytes, false, false));
  EXPECT_EQ(content("a"), bytes);
  EXPECT_EQ(read_secret_file(folder_.at("a"), 3)->view(), bytes);
  EXPECT_EQ(files(), 1u);
}

TEST_F(FilesTest, BoundsWhatItReads) {
  ASSERT_TRUE(write_file(folder_.at("a"), "abcd", false, false));
  EXPECT_TRUE(read_file(folder_.at("a"), 4));
  const auto refused = read_file(folder_.at("a"), 3);
  EXPECT_EQ(refused.error().code, Code::kInvalidArgument);
  EXPECT_NE(refused.error().context.find("at most 3"), std::string::npos);
  EXPECT_EQ(read_secret_file(folder_.at("a"), 3).error().code, Code::kInvalidArgument);
}

TEST_F(FilesTest, SaysWhatIsNotThereOrNoFile) {
  EXPECT_EQ(read_file(folder_.at("none"), 10).error().code, Code::kNotFound);
  EXPECT_EQ(read_file(folder_.path(), 10).error().code, Code::kInvalidArgument);
  EXPECT_EQ(write_file(folder_.at("none/a"), "x", false, false).error().code, Code::kNotFound);
}

TEST_F(FilesTest, ReplacesOnlyWhenToldTo) {
  ASSERT_TRUE(write_file(folder_.at("a"), "one", false, false));
  EXPECT_EQ(write_file(folder_.at("a"), "two", false, false).error().code, Code::kAlreadyExists);
  EXPECT_EQ(content("a"), "one");
  EXPECT_EQ(files(), 1u) << "nothing is left beside";
  ASSERT_TRUE(write_file(folder_.at("a"), "three", false, true));
  EXPECT_EQ(content("a"), "three");
  EXPECT_EQ(files(), 1u);
}

TEST_F(FilesTest, PrivateFilesAreTheOwnersOnly) {
  ASSERT_TRUE(write_file(folder_.at("private"), "x", true, false));
  EXPECT_EQ(mode(folder_.at("private")), 0600u);
  ASSERT_TRUE(write_file(folder_.at("public"), "x", false, false));
  EXPECT_EQ(mode(folder_.at("public")) & 0200u, 0200u);
}

// What a run that was cut off left beside must not lend its mode, or lead elsewhere.
TEST_F(FilesTest, ALeftoverBesideDoesNotMatter) {
  ASSERT_TRUE(write_file(folder_.at("key.new"), "old", false, false));
  ASSERT_TRUE(write_file(folder_.at("key"), "secret", true, false));
  EXPECT_EQ(mode(folder_.at("key")), 0600u);
  ASSERT_TRUE(write_file(folder_.at("target"), "untouched", false, false));
  std::filesystem::create_symlink(folder_.at("target"), folder_.at("other.new"));
  ASSERT_TRUE(write_file(folder_.at("other"), "secret", true, false));
  EXPECT_EQ(content("target"), "untouched");
  EXPECT_EQ(mode(folder_.at("other")), 0600u);
}

TEST_F(FilesTest, MakesFoldersForTheOwner) {
  ASSERT_TRUE(make_folder(folder_.at("a/b")));
  EXPECT_EQ(mode(folder_.at("a/b")), 0700u);
  ASSERT_TRUE(make_folder(folder_.at("a/b")));
  ASSERT_TRUE(write_file(folder_.at("file"), "x", false, false));
  EXPECT_FALSE(make_folder(folder_.at("file/c")));
}

}  // namespace
}  // namespace sekisho::tools
