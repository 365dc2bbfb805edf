// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/blob_store.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/base/rng.h"
#include "node/crypto/hash.h"
#include "storage/detail/blob_format.h"
#include "storage/memory_kv.h"
#include "storage/record.h"
#include "tests/unit/storage/test_dir.h"

namespace sekisho::storage {
namespace {

constexpr std::size_t kPiece = 64 * 1024;

struct Content {
  explicit Content(std::uint64_t seed, std::size_t size_bytes) {
    SeededRng rng(seed);
    bytes = rng.bytes(size_bytes);
    id = crypto::sha256(bytes);
  }
  Bytes bytes;
  Digest id;
};

// Uploads [from the writer's place, end) in parts.
Status upload(BlobWriter& writer, const Content& content, std::size_t part = 100'000) {
  while (writer.size_bytes() < content.bytes.size()) {
    TRY_STATUS(writer.append(BytesView(content.bytes).substr(writer.size_bytes(), part)));
  }
  return writer.commit();
}

Status store_blob(BlobStore& store, const Content& content) {
  TRY(const auto writer, store.create(content.id, content.bytes.size(), {}));
  return upload(*writer, content);
}

Code create_error(BlobStore& store, const Content& content) {
  const auto writer = store.create(content.id, content.bytes.size(), {});
  return writer ? Code::kInternal : writer.error().code;
}

class BlobStoreTest : public ::testing::Test {
 protected:
  BlobStoreTest() { open(); }
  void open(std::uint64_t quota_bytes = 0) {
    store_.reset();
    BlobStoreOptions options;
    options.quota_bytes = quota_bytes;
    store_ = must(open_blob_store(kv_, keys_, options));
  }
  void crash(std::uint64_t seed = 1) {
    store_.reset();
    SeededRng rng(seed);
    kv_.crash(rng);
    open();
  }
  bool stores_anything_of(const Digest& id) const {
    bool found = false;
    EXPECT_TRUE(ok(kv_.scan(detail::blob_pieces_prefix(id), "", [&](BytesView, BytesView) {
      found = true;
      return false;
    })));
    return found;
  }

  MemoryKv kv_;
  MemoryBlobKeys keys_;
  std::unique_ptr<BlobStore> store_;
};

TEST_F(BlobStoreTest, GivesBackWhatItGot) {
  for (const std::size_t size :
       {std::size_t{1}, kPiece - 1, kPiece, kPiece + 1, 2 * kPiece, std::size_t{3'000'000}}) {
    const Content content(size, size);
    ASSERT_TRUE(ok(store_blob(*store_, content))) << size;
    EXPECT_EQ(must(store_->info(content.id))->size_bytes, size);
    EXPECT_EQ(must(store_->read(content.id, 0, size + 10)), content.bytes);
    SeededRng rng(size);
    for (int i = 0; i < 20; ++i) {
      const std::uint64_t offset = rng.below(size + 1);
      const std::size_t length = rng.below(200'000);
      EXPECT_EQ(must(store_->read(content.id, offset, length)),
                content.bytes.substr(offset, length));
    }
    EXPECT_EQ(store_->read(content.id, size + 1, 1).error().code, Code::kInvalidArgument);
  }
}

TEST_F(BlobStoreTest, IsInvisibleUntilCommitted) {
  const Content content(1, 200'000);
  const auto writer = must(store_->create(content.id, content.bytes.size(), {}));
  ASSERT_TRUE(ok(writer->append(content.bytes)));
  EXPECT_EQ(must(store_->info(content.id)), std::nullopt);
  EXPECT_EQ(store_->read(content.id, 0, 1).error().code, Code::kNotFound);
  EXPECT_EQ(create_error(*store_, content), Code::kUnavailable) << "somebody is uploading it";
  ASSERT_TRUE(ok(writer->commit()));
  EXPECT_TRUE(must(store_->info(content.id)).has_value());
  EXPECT_EQ(create_error(*store_, content), Code::kAlreadyExists);
  EXPECT_FALSE(writer->append("x"));
  EXPECT_FALSE(writer->commit());
}

TEST_F(BlobStoreTest, KnowsWhoseABlobIsAndSinceWhen) {
  const Content content(1, 200'000);
  {
    const auto writer = must(store_->create(content.id, content.bytes.size(), {"kenshin-a", 1000}));
    ASSERT_TRUE(ok(upload(*writer, content)));
  }
  ASSERT_TRUE(ok(store_->renew(content.id, 3000)));
  ASSERT_TRUE(ok(store_->renew(content.id, 2000))) << "a promise is never shortened";
  crash();
  const auto info = must(store_->info(content.id));
  EXPECT_EQ(info->origin.member_id, "kenshin-a");
  EXPECT_EQ(info->origin.since_ms, 3000u);
  EXPECT_EQ(store_->renew(Content(2, 1).id, 1).error().code, Code::kNotFound);
}

TEST_F(BlobStoreTest, PurgesWhatIsOlderButNotWhatWasRenewed) {
  const Content content(1, 200'000);
  {
    const auto writer = must(store_->create(content.id, content.bytes.size(), {"kenshin-a", 1000}));
    ASSERT_TRUE(ok(upload(*writer, content)));
  }
  EXPECT_FALSE(must(store_->purge_older(content.id, 1000)));
  ASSERT_TRUE(ok(store_->renew(content.id, 2000)));
  EXPECT_FALSE(must(store_->purge_older(content.id, 2000)));
  EXPECT_TRUE(must(store_->purge_older(content.id, 2001)));
  EXPECT_TRUE(must(store_->purged(content.id)));
  EXPECT_FALSE(must(store_->purge_older(content.id, 9999)));
  EXPECT_EQ(store_->used_bytes(), 0u);
}

TEST_F(BlobStoreTest, UnfinishedUploadsAreCountedWithoutATraceAndDroppedByAge) {
  const Content content(1, 3'000'000);
  EXPECT_EQ(must(store_->unfinished(content.id, content.bytes.size())), 0u);
  {
    const auto writer = must(store_->create(content.id, content.bytes.size(), {"kenshin-a", 1000}));
    ASSERT_TRUE(ok(writer->append(BytesView(content.bytes).substr(0, 2'500'000))));
    EXPECT_EQ(must(store_->drop_unfinished(9999)), 0u) << "it has a writer";
  }
  crash();
  const std::uint64_t here = must(store_->unfinished(content.id, content.bytes.size()));
  EXPECT_EQ(here, 2u * 1024 * 1024);
  EXPECT_EQ(must(store_->unfinished(content.id, 4'000'000)), 0u) << "another size";
  {
    const auto writer = must(store_->create(content.id, content.bytes.size(), {"kenshin-a", 2000}));
    EXPECT_EQ(writer->size_bytes(), here);
  }
  EXPECT_EQ(must(store_->drop_unfinished(2000)), 0u) << "taken up again since";
  EXPECT_EQ(must(store_->drop_unfinished(2001)), 1u);
  EXPECT_EQ(store_->used_bytes(), 0u);
  EXPECT_FALSE(stores_anything_of(content.id));
  EXPECT_FALSE(must(store_->purged(content.id))) << "it may come again";
}

TEST_F(BlobStoreTest, ACommittedBlobSurvivesACrash) {
  const Content content(1, 500'000);
  ASSERT_TRUE(ok(store_blob(*store_, content)));
  crash();
  EXPECT_EQ(must(store_->read(content.id, 0, 500'000)), content.bytes);
  EXPECT_EQ(store_->used_bytes(), 500'000u);
}

TEST_F(BlobStoreTest, DiscardsBytesThatAreNotTheBlob) {
  const Content content(1, 3'000'000);
  Content wrong = content;
  wrong.bytes[2'999'999] = static_cast<char>(wrong.bytes[2'999'999] + 1);
  EXPECT_EQ(store_blob(*store_, wrong).error().code, Code::kInvalidArgument);
  EXPECT_FALSE(stores_anything_of(content.id));
  EXPECT_FALSE(keys_.contains(content.id));
  EXPECT_EQ(store_->used_bytes(), 0u);
  EXPECT_FALSE(must(store_->purged(content.id))) << "a failed upload leaves no tombstone";
  EXPECT_TRUE(ok(store_blob(*store_, content)));
}

TEST_F(BlobStoreTest, RefusesMoreOrLessThanDeclared) {
  const Content content(1, 100'000);
  {
    const auto writer = must(store_->create(content.id, 99'999, {}));
    EXPECT_EQ(writer->append(content.bytes).error().code, Code::kInvalidArgument);
    EXPECT_FALSE(writer->commit());
  }
  {
    const auto writer = must(store_->create(content.id, 100'001, {}));
    ASSERT_TRUE(ok(writer->append(content.bytes)));
    EXPECT_EQ(writer->commit().error().code, Code::kInvalidArgument);
  }
  EXPECT_EQ(store_->used_bytes(), 0u);
  EXPECT_EQ(store_->create(content.id, 0, {}).error().code, Code::kInvalidArgument);
  EXPECT_EQ(store_->create(content.id, limits::kBlobSizeMax + 1, {}).error().code,
            Code::kInvalidArgument);
}

TEST_F(BlobStoreTest, ResumesAfterTheWriterLeft) {
  const Content content(1, 3'500'000);
  {
    const auto writer = must(store_->create(content.id, content.bytes.size(), {}));
    ASSERT_TRUE(ok(writer->append(BytesView(content.bytes).substr(0, 2'500'000))));
    EXPECT_EQ(writer->size_bytes(), 2'500'000u);
  }
  const auto writer = must(store_->create(content.id, content.bytes.size(), {}));
  EXPECT_EQ(writer->size_bytes(), 2u * 1024 * 1024) << "whole MiB";
  ASSERT_TRUE(ok(upload(*writer, content)));
  EXPECT_EQ(must(store_->read(content.id, 0, 4'000'000)), content.bytes);
}

TEST_F(BlobStoreTest, ResumesAfterACrash) {
  const Content content(1, 3'500'000);
  {
    const auto writer = must(store_->create(content.id, content.bytes.size(), {}));
    ASSERT_TRUE(ok(writer->append(BytesView(content.bytes).substr(0, 3'400'000))));
  }
  crash();
  const auto writer = must(store_->create(content.id, content.bytes.size(), {}));
  EXPECT_EQ(writer->size_bytes(), 3u * 1024 * 1024);
  ASSERT_TRUE(ok(upload(*writer, content)));
  crash();
  EXPECT_EQ(must(store_->read(content.id, 0, 4'000'000)), content.bytes);
}

TEST_F(BlobStoreTest, StartsAnewWhenTheSizeDiffersOrPiecesAreDamaged) {
  const Content content(1, 3'000'000);
  const auto start = [&](std::uint64_t size_bytes) {
    const auto writer = must(store_->create(content.id, size_bytes, {}));
    const std::uint64_t resumed = writer->size_bytes();
    EXPECT_TRUE(ok(writer->append(BytesView(content.bytes).substr(resumed, 1'100'000))));
    return resumed;
  };
  EXPECT_EQ(start(2'999'000), 0u);
  EXPECT_EQ(start(3'000'000), 0u) << "another size";
  SeededRng rng(1);
  ASSERT_TRUE(kv_.flip_bit(rng, detail::blob_pieces_prefix(content.id)));
  const auto writer = must(store_->create(content.id, 3'000'000, {}));
  EXPECT_EQ(writer->size_bytes(), 0u) << "damaged";
  EXPECT_TRUE(ok(upload(*writer, content)));
}

TEST_F(BlobStoreTest, PurgeDestroysKeyAndBytesAndForbidsTheReturn) {
  const Content content(1, 2'000'000);
  ASSERT_TRUE(ok(store_blob(*store_, content)));
  ASSERT_TRUE(ok(store_->purge(content.id)));
  for (int crashed = 0; crashed < 2; ++crashed) {
    EXPECT_TRUE(must(store_->purged(content.id)));
    EXPECT_EQ(must(store_->info(content.id)), std::nullopt);
    EXPECT_EQ(store_->read(content.id, 0, 1).error().code, Code::kNotFound);
    EXPECT_FALSE(keys_.contains(content.id));
    EXPECT_FALSE(stores_anything_of(content.id));
    EXPECT_EQ(store_->used_bytes(), 0u);
    EXPECT_EQ(create_error(*store_, content), Code::kFailedPrecondition);
    EXPECT_TRUE(ok(store_->purge(content.id))) << "again";
    crash();
  }
}

TEST_F(BlobStoreTest, PurgeOfWhatWasNeverHereLeavesATombstone) {
  const Content content(1, 1000);
  ASSERT_TRUE(ok(store_->purge(content.id)));
  EXPECT_TRUE(must(store_->purged(content.id)));
  EXPECT_EQ(create_error(*store_, content), Code::kFailedPrecondition);
}

TEST_F(BlobStoreTest, PurgeEndsAnUploadUnderWay) {
  const Content content(1, 2'000'000);
  const auto writer = must(store_->create(content.id, content.bytes.size(), {}));
  ASSERT_TRUE(ok(writer->append(BytesView(content.bytes).substr(0, 1'200'000))));
  ASSERT_TRUE(ok(store_->purge(content.id)));
  EXPECT_EQ(upload(*writer, content).error().code, Code::kCancelled);
  EXPECT_FALSE(stores_anything_of(content.id));
  EXPECT_TRUE(must(store_->purged(content.id)));
}

TEST_F(BlobStoreTest, AnInterruptedPurgeIsFinishedAtStart) {
  const Content content(1, 300'000);
  ASSERT_TRUE(ok(store_blob(*store_, content)));
  WriteBatch batch;  // what purge writes first
  put_record(batch, detail::blob_row_key(content.id),
             detail::encode_blob_row({detail::BlobState::kPurging, content.bytes.size(), {}}));
  ASSERT_TRUE(ok(kv_.write(batch, true)));
  EXPECT_EQ(must(store_->info(content.id)), std::nullopt);
  EXPECT_EQ(create_error(*store_, content), Code::kFailedPrecondition);
  crash();
  EXPECT_TRUE(must(store_->purged(content.id)));
  EXPECT_FALSE(keys_.contains(content.id));
  EXPECT_FALSE(stores_anything_of(content.id));
  EXPECT_EQ(store_->used_bytes(), 0u);
}

TEST_F(BlobStoreTest, ABlobWhoseKeyIsLostMayBeFetchedAgain) {
  const Content content(1, 300'000);
  ASSERT_TRUE(ok(store_blob(*store_, content)));
  ASSERT_TRUE(ok(keys_.erase(content.id)));
  crash();
  EXPECT_EQ(must(store_->info(content.id)), std::nullopt);
  ASSERT_TRUE(ok(store_blob(*store_, content)));
  EXPECT_EQ(must(store_->read(content.id, 0, 300'000)), content.bytes);
  EXPECT_EQ(store_->used_bytes(), 300'000u);
}

TEST_F(BlobStoreTest, KeepsTheQuota) {
  open(1'000'000);
  const Content big(1, 600'000);
  const Content other(2, 600'000);
  ASSERT_TRUE(ok(store_blob(*store_, big)));
  EXPECT_EQ(create_error(*store_, other), Code::kNoSpace);
  ASSERT_TRUE(ok(store_->purge(big.id)));
  EXPECT_TRUE(ok(store_blob(*store_, other)));
}

TEST_F(BlobStoreTest, AbandonedUploadsMakeRoom) {
  open(1'000'000);
  const Content abandoned(1, 600'000);
  must(store_->create(abandoned.id, 600'000, {}));
  EXPECT_EQ(store_->used_bytes(), 600'000u);
  const Content running(2, 300'000);
  const auto writer = must(store_->create(running.id, 300'000, {}));
  const Content wanted(3, 600'000);
  ASSERT_TRUE(ok(store_blob(*store_, wanted)));
  EXPECT_EQ(create_error(*store_, Content(4, 200'000)), Code::kNoSpace) << "not that of a writer";
  EXPECT_TRUE(ok(upload(*writer, running)));
}

TEST_F(BlobStoreTest, AFullDiskIsReportedAndTheUploadGoesOnLater) {
  const Content content(1, 3'000'000);
  auto writer = must(store_->create(content.id, content.bytes.size(), {}));
  ASSERT_TRUE(ok(writer->append(BytesView(content.bytes).substr(0, 1'100'000))));
  kv_.fail_writes(Code::kNoSpace);
  EXPECT_EQ(upload(*writer, content).error().code, Code::kNoSpace);
  EXPECT_EQ(writer->append("x").error().code, Code::kNoSpace) << "the writer takes no more";
  kv_.heal();
  writer.reset();
  writer = must(store_->create(content.id, content.bytes.size(), {}));
  EXPECT_EQ(writer->size_bytes(), 1024u * 1024);
  EXPECT_TRUE(ok(upload(*writer, content)));
}

TEST_F(BlobStoreTest, ListsWhatIsHeld) {
  std::vector<Digest> expected;
  for (std::uint64_t i = 1; i <= 6; ++i) {
    const Content content(i, 1000 * i);
    ASSERT_TRUE(ok(store_blob(*store_, content)));
    if (i == 3) {
      ASSERT_TRUE(ok(store_->purge(content.id)));
    } else {
      expected.push_back(content.id);
    }
  }
  must(store_->create(Content(7, 10).id, 10, {}));
  std::sort(expected.begin(), expected.end());
  std::vector<Digest> found;
  ASSERT_TRUE(ok(store_->list([&](const Digest& id, const BlobInfo& info) {
    EXPECT_EQ(info.size_bytes % 1000, 0u);
    found.push_back(id);
    return true;
  })));
  EXPECT_EQ(found, expected);
}

TEST_F(BlobStoreTest, FindsDamagedAndSwappedPieces) {
  const Content content(1, 300'000);
  ASSERT_TRUE(ok(store_blob(*store_, content)));
  WriteBatch batch;
  batch.put(detail::blob_piece_key(content.id, 1),
            must(kv_.get(detail::blob_piece_key(content.id, 2))).value());
  ASSERT_TRUE(ok(kv_.write(batch, true)));
  EXPECT_EQ(store_->read(content.id, kPiece, 10).error().code, Code::kCorrupt);
  EXPECT_TRUE(store_->read(content.id, 0, 10));
  SeededRng rng(2);
  ASSERT_TRUE(kv_.flip_bit(rng, detail::blob_piece_key(content.id, 0)));
  EXPECT_EQ(store_->read(content.id, 0, 10).error().code, Code::kCorrupt);
}

TEST_F(BlobStoreTest, NothingOfTheContentIsStoredInTheClear) {
  Content content(1, 200'000);
  content.bytes.replace(70'000, 12, "PLAIN-MARKER");
  content.id = crypto::sha256(content.bytes);
  ASSERT_TRUE(ok(store_blob(*store_, content)));
  EXPECT_TRUE(ok(kv_.scan("", "", [&](BytesView, BytesView value) {
    EXPECT_EQ(value.find("PLAIN-MARKER"), BytesView::npos);
    return true;
  })));
}

TEST(BlobStoreOnDiskTest, StoresPurgesAndReopens) {
  const TestDir dir;
  const auto open = [&] {
    BlobStoreOptions options;
    options.free_reserve_bytes = 0;
    return must(open_blob_store(dir.path("blobs"), dir.path("blob-keys"),
                                Secret(BytesView(Bytes(32, 'k'))), options));
  };
  const Content kept(1, 5'000'000);
  const Content gone(2, 5'000'000);
  Bytes sealed_key;
  {
    const auto store = open();
    ASSERT_TRUE(ok(store_blob(*store, kept)));
    ASSERT_TRUE(ok(store_blob(*store, gone)));
    const Bytes file = read_file(dir.path("blob-keys"));
    sealed_key = file.substr(file.find(gone.id.view()) + 48, 48);
    ASSERT_TRUE(ok(store->purge(gone.id)));
  }
  for (const auto& file : std::filesystem::recursive_directory_iterator(dir.path())) {
    if (!file.is_regular_file()) continue;
    EXPECT_EQ(read_file(file.path()).find(sealed_key), Bytes::npos) << file.path();
  }
  const auto store = open();
  EXPECT_EQ(must(store->read(kept.id, 0, 5'000'000)), kept.bytes);
  EXPECT_TRUE(must(store->purged(gone.id)));
  EXPECT_EQ(store->used_bytes(), 5'000'000u);
}

}  // namespace
}  // namespace sekisho::storage
