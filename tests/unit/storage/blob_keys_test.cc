// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/blob_keys.h"

#include <sys/stat.h>

#include <gtest/gtest.h>

#include "node/base/rng.h"
#include "node/crypto/at_rest.h"
#include "storage/detail/key_slot.h"
#include "tests/unit/storage/child.h"
#include "tests/unit/storage/test_dir.h"

namespace sekisho::storage {
namespace {

Secret node_key(char fill = 'n') { return Secret(BytesView(Bytes(32, fill))); }

Digest blob(std::uint32_t number) {
  Digest id;
  id.bytes.fill(0x5A);
  for (std::size_t i = 0; i < 4; ++i) id.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  return id;
}

Secret key_of(std::uint32_t number) {
  SeededRng rng(number);
  return Secret(BytesView(rng.bytes(32)));
}

class FileBlobKeysTest : public ::testing::Test {
 protected:
  std::unique_ptr<FileBlobKeys> open() { return must(FileBlobKeys::open(path_, node_key())); }

  TestDir dir_;
  const std::string path_ = dir_.path("blob-keys");
};

TEST_F(FileBlobKeysTest, KeepsKeysOverAReopening) {
  {
    const auto keys = open();
    for (std::uint32_t i = 0; i < 600; ++i) ASSERT_TRUE(ok(keys->put(blob(i), key_of(i))));
  }
  const auto keys = open();
  for (std::uint32_t i = 0; i < 600; ++i) {
    ASSERT_EQ(must(keys->get(blob(i))).view(), key_of(i).view()) << i;
  }
  EXPECT_FALSE(keys->contains(blob(600)));
  EXPECT_EQ(keys->get(blob(600)).error().code, Code::kNotFound);
}

TEST_F(FileBlobKeysTest, ReplacesAndReusesSlots) {
  const auto keys = open();
  ASSERT_TRUE(ok(keys->put(blob(1), key_of(1))));
  ASSERT_TRUE(ok(keys->put(blob(1), key_of(2))));
  EXPECT_EQ(must(keys->get(blob(1))).view(), key_of(2).view());
  const auto size = std::filesystem::file_size(path_);
  for (std::uint32_t i = 0; i < 60; ++i) {
    ASSERT_TRUE(ok(keys->put(blob(9), key_of(i))));
    ASSERT_TRUE(ok(keys->erase(blob(9))));
  }
  EXPECT_EQ(std::filesystem::file_size(path_), size);
}

TEST_F(FileBlobKeysTest, EraseLeavesNoTraceInTheFile) {
  const auto keys = open();
  ASSERT_TRUE(ok(keys->put(blob(1), key_of(1))));
  const Bytes with = read_file(path_);
  ASSERT_NE(with.find(blob(1).view()), Bytes::npos);
  const Bytes slot = with.substr(with.find(blob(1).view()), 96);  // id, salt, sealed key
  ASSERT_TRUE(ok(keys->erase(blob(1))));
  const Bytes without = read_file(path_);
  for (std::size_t i = 0; i + 8 <= slot.size(); i += 8) {
    EXPECT_EQ(without.find(slot.substr(i, 8)), Bytes::npos) << i;
  }
  EXPECT_FALSE(keys->contains(blob(1)));
  EXPECT_TRUE(ok(keys->erase(blob(1)))) << "again";
  EXPECT_FALSE(open()->contains(blob(1)));
}

TEST_F(FileBlobKeysTest, TheFileHoldsNoPlainKey) {
  const auto keys = open();
  ASSERT_TRUE(ok(keys->put(blob(1), key_of(1))));
  EXPECT_EQ(read_file(path_).find(key_of(1).view()), Bytes::npos);
  EXPECT_EQ(read_file(path_).find(node_key().view()), Bytes::npos);
  struct stat info {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
}

TEST_F(FileBlobKeysTest, RefusesAnotherNodeKey) {
  ASSERT_TRUE(ok(open()->put(blob(1), key_of(1))));
  EXPECT_EQ(FileBlobKeys::open(path_, node_key('m')).error().code, Code::kUnauthenticated);
  EXPECT_EQ(FileBlobKeys::open(path_, Secret(BytesView("short"))).error().code,
            Code::kInvalidArgument);
}

TEST_F(FileBlobKeysTest, RefusesADamagedHead) {
  open();
  flip_byte(path_, 30);
  EXPECT_EQ(FileBlobKeys::open(path_, node_key()).error().code, Code::kCorrupt);
}

TEST_F(FileBlobKeysTest, ADamagedSlotCostsOneKey) {
  {
    const auto keys = open();
    for (std::uint32_t i = 0; i < 3; ++i) ASSERT_TRUE(ok(keys->put(blob(i), key_of(i))));
  }
  flip_byte(path_, read_file(path_).find(blob(1).view()) + 60);
  const auto keys = open();
  EXPECT_TRUE(keys->contains(blob(0)));
  EXPECT_FALSE(keys->contains(blob(1)));
  EXPECT_TRUE(keys->contains(blob(2)));
  const std::size_t remains = read_file(path_).find(blob(1).view());
  EXPECT_NE(remains, Bytes::npos);
  ASSERT_TRUE(ok(keys->erase(blob(1))));
  EXPECT_EQ(read_file(path_).find(blob(1).view()), Bytes::npos) << "a purge clears what is left";
}

// One read error at a start destroyed the only key of a file for good.
TEST_F(FileBlobKeysTest, ASlotThatWasReadWronglyOnceIsThereAtTheNextStart) {
  ASSERT_TRUE(ok(open()->put(blob(1), key_of(1))));
  const std::size_t at = read_file(path_).find(blob(1).view()) + 60;
  flip_byte(path_, at);
  {
    const auto keys = open();
    EXPECT_FALSE(keys->contains(blob(1)));
    for (std::uint32_t i = 2; i < 5; ++i) ASSERT_TRUE(ok(keys->put(blob(i), key_of(i))));
  }
  flip_byte(path_, at);
  EXPECT_EQ(must(open()->get(blob(1))).view(), key_of(1).view());
}

TEST_F(FileBlobKeysTest, ASlotIsBoundToItsPlace) {
  const Bytes slot = detail::seal_key_slot(node_key(), 5, blob(1), key_of(1));
  EXPECT_EQ(slot.size(), detail::kKeySlotSize);
  EXPECT_EQ(must(detail::decode_key_slot(5, slot)), blob(1));
  EXPECT_EQ(detail::decode_key_slot(6, slot).error().code, Code::kCorrupt);
  EXPECT_EQ(must(detail::open_key_slot(node_key(), 5, blob(1), slot)).view(), key_of(1).view());
  EXPECT_FALSE(detail::open_key_slot(node_key('m'), 5, blob(1), slot));
  EXPECT_FALSE(detail::open_key_slot(node_key(), 5, blob(2), slot));
}

TEST_F(FileBlobKeysTest, AFileCutShortAtCreationIsMadeAnew) {
  write_file(path_, Bytes(50, '\0'));
  const auto keys = open();
  EXPECT_TRUE(ok(keys->put(blob(1), key_of(1))));
}

TEST_F(FileBlobKeysTest, ErasuresAndKeysSurviveAKill) {
  Child child([&](const Child::Report& report) {
    const auto keys = FileBlobKeys::open(path_, node_key());
    for (std::uint32_t i = 0;; ++i) {
      if (!(*keys)->put(blob(i), key_of(i))) return 1;
      if (i > 0 && !(*keys)->erase(blob(i - 1))) return 2;
      report(i);
    }
  });
  std::uint64_t last = 0;
  while (last < 100) ASSERT_TRUE(child.next(last));
  last = child.kill_and_drain(last);
  const auto keys = open();
  for (std::uint32_t i = 0; i < last; ++i) ASSERT_FALSE(keys->contains(blob(i))) << i;
  EXPECT_TRUE(keys->contains(blob(static_cast<std::uint32_t>(last))) ||
              keys->contains(blob(static_cast<std::uint32_t>(last) + 1)));
}

TEST(MemoryBlobKeysTest, BehavesLikeTheFile) {
  MemoryBlobKeys keys;
  ASSERT_TRUE(ok(keys.put(blob(1), key_of(1))));
  EXPECT_EQ(must(keys.get(blob(1))).view(), key_of(1).view());
  ASSERT_TRUE(ok(keys.erase(blob(1))));
  EXPECT_EQ(keys.get(blob(1)).error().code, Code::kNotFound);
  EXPECT_TRUE(ok(keys.erase(blob(1))));
}

}  // namespace
}  // namespace sekisho::storage
