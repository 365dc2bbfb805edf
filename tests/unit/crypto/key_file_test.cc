// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/key_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <sys/stat.h>

#include <gtest/gtest.h>

namespace sekisho::crypto {
namespace {

class KeyFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "/key_file_XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  static mode_t mode(const std::string& path) {
    struct stat about {};
    EXPECT_EQ(::stat(path.c_str(), &about), 0);
    return about.st_mode & 07777;
  }

  PrivateKey key_ = PrivateKey::generate(KeyAlgorithm::kEd25519);

 private:
  std::string folder_;
};

TEST_F(KeyFileTest, PlainKeyIsForItsOwnerOnly) {
  ASSERT_TRUE(save_plain_key(path("node.key"), key_).has_value());
  EXPECT_EQ(mode(path("node.key")), 0600u);
  const auto loaded = load_key(path("node.key"), Secret());
  ASSERT_TRUE(loaded.has_value()) << loaded.error().to_string();
  EXPECT_EQ(loaded->public_key(), key_.public_key());
}

TEST_F(KeyFileTest, EncryptedKeyNeedsItsPassphrase) {
  ASSERT_TRUE(save_encrypted_key(path("me.key"), key_, Secret("passphrase one")).has_value());
  EXPECT_EQ(mode(path("me.key")), 0600u);
  EXPECT_EQ(load_key(path("me.key"), Secret()).error().code, Code::kUnauthenticated);
  EXPECT_EQ(load_key(path("me.key"), Secret("another one")).error().code, Code::kUnauthenticated);
  const auto loaded = load_key(path("me.key"), Secret("passphrase one"));
  ASSERT_TRUE(loaded.has_value()) << loaded.error().to_string();
  EXPECT_EQ(loaded->public_key(), key_.public_key());
}

TEST_F(KeyFileTest, NothingIsOverwritten) {
  ASSERT_TRUE(save_plain_key(path("node.key"), key_).has_value());
  const PrivateKey other = PrivateKey::generate(KeyAlgorithm::kEd25519);
  EXPECT_EQ(save_plain_key(path("node.key"), other).error().code, Code::kAlreadyExists);
  EXPECT_EQ(load_key(path("node.key"), Secret())->public_key(), key_.public_key());
}

TEST_F(KeyFileTest, NothingElseIsLeftInTheFolder) {
  ASSERT_TRUE(save_plain_key(path("node.key"), key_).has_value());
  ASSERT_FALSE(save_plain_key(path("node.key"), key_).has_value());
  const std::filesystem::directory_iterator files(path(""));
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST_F(KeyFileTest, KeyOpenToOthersIsRefused) {
  ASSERT_TRUE(save_plain_key(path("node.key"), key_).has_value());
  ASSERT_EQ(::chmod(path("node.key").c_str(), 0640), 0);
  const auto loaded = load_key(path("node.key"), Secret());
  EXPECT_EQ(loaded.error().code, Code::kPermissionDenied);
  EXPECT_NE(loaded.error().context.find("chmod 600"), std::string::npos);
}

TEST_F(KeyFileTest, MissingAndForeignFilesAreNamed) {
  EXPECT_EQ(load_key(path("absent"), Secret()).error().code, Code::kNotFound);
  EXPECT_EQ(save_plain_key(path("no/such/folder"), key_).error().code, Code::kNotFound);
  { std::ofstream(path("text")) << "not a key\n"; }
  ASSERT_EQ(::chmod(path("text").c_str(), 0600), 0);
  EXPECT_EQ(load_key(path("text"), Secret()).error().code, Code::kInvalidArgument);
}

}  // namespace
}  // namespace sekisho::crypto
