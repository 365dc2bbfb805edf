// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// Log, ledger and blobs on the real database, killed while they write.
#include <algorithm>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "node/crypto/hash.h"
#include "storage/blob_store.h"
#include "storage/ledger_store.h"
#include "storage/log_store.h"
#include "tests/unit/storage/child.h"
#include "tests/unit/storage/ledger_fixture.h"
#include "tests/unit/storage/test_rows.h"

namespace sekisho::storage {
namespace {

using consensus::Entry;
using consensus::Index;

std::unique_ptr<Kv> open_kv(const std::string& path, KvProfile profile) {
  RocksDbOptions options = test_options();
  options.profile = profile;
  return must(open_rocksdb_kv(path, options));
}

Entry entry(Index index) {
  return {1, index, consensus::EntryKind::kNormal, consensus::make_payload(value_of(index, 2000))};
}

consensus::Persist write_of(Index index) {
  consensus::Persist write;
  write.hard_state = consensus::HardState{1, 1, index - 1};
  write.entries.push_back(entry(index));
  return write;
}

TEST(LogProcessTest, KeepsAcknowledgedEntriesWhenKilled) {
  const TestDir dir;
  Child node([&](const Child::Report& report) {
    const auto kv = open_kv(dir.path("log"), KvProfile::kLog);
    const auto log = must(DurableLog::open(*kv, {}));
    for (Index i = 1;; ++i) {
      if (!log->persist(write_of(i))) return 1;
      if (i % 100 == 0 && !log->truncate_prefix(i - 50)) return 2;
      report(i);
    }
  });
  std::uint64_t index = 0;
  while (index < 900) ASSERT_TRUE(node.next(index));
  const std::uint64_t acknowledged = node.kill_and_drain(index);
  EXPECT_TRUE(in_child([&] {
    const auto kv = open_kv(dir.path("log"), KvProfile::kLog);
    const auto log = must(DurableLog::open(*kv, {}));
    EXPECT_GE(log->last_index(), acknowledged);
    EXPECT_GE(log->hard_state().commit, acknowledged - 1);
    const auto found = must(log->entries(log->first_index(), log->last_index(), ~std::size_t{0}));
    for (const Entry& each : found) EXPECT_EQ(each, entry(each.index));
  }));
}

// Blocks 1..n are all there, and the head stands on the last one.
void expect_chain(const LedgerStore& store, std::uint64_t seed, std::uint64_t acknowledged) {
  const LedgerView view = store.view();
  const LedgerHead head = must(view.head());
  EXPECT_GE(head.height, acknowledged);
  EXPECT_LE(head.height, acknowledged + 1);
  ChainBuilder chain(seed);
  Digest newest;
  for (std::uint64_t height = 1; height <= head.height; ++height) {
    const ledger::AppliedBlock block = chain.next(height % 7);
    ASSERT_EQ(must(view.header(height)), block.header);
    for (const auto& record : block.operations) {
      ASSERT_TRUE(same(must(view.operation(record.index)), record));
    }
    newest = block.hash;
  }
  EXPECT_EQ(head.hash, newest);
}

TEST(LedgerProcessTest, KeepsEveryCommittedBlockWhenKilled) {
  const TestDir dir;
  Child node([&](const Child::Report& report) {
    ChainBuilder chain(5);
    const auto kv = open_kv(dir.path("ledger"), KvProfile::kLedger);
    const auto store = must(LedgerStore::open(*kv, chain.chain_id(), 1, {}));
    for (std::uint64_t height = 1;; ++height) {
      if (!store->commit_block(chain.next(height % 7))) return 1;
      report(height);
    }
  });
  std::uint64_t height = 0;
  while (height < 600) ASSERT_TRUE(node.next(height));
  const std::uint64_t acknowledged = node.kill_and_drain(height);
  EXPECT_TRUE(in_child([&] {
    const auto kv = open_kv(dir.path("ledger"), KvProfile::kLedger);
    const auto store = must(LedgerStore::open(*kv, ChainBuilder(5).chain_id(), 1, {}));
    expect_chain(*store, 5, acknowledged);
  }));
}

std::unique_ptr<BlobStore> open_blobs(const TestDir& dir) {
  BlobStoreOptions options;
  options.free_reserve_bytes = 0;
  return must(open_blob_store(dir.path("blobs"), dir.path("blob-keys"),
                              Secret(BytesView(Bytes(32, 'k'))), options));
}

TEST(BlobProcessTest, AnUploadGoesOnAfterAKill) {
  const TestDir dir;
  const Bytes content = value_of(3, 8'000'000);
  const Digest id = crypto::sha256(content);
  Child child([&](const Child::Report& report) {
    const auto store = open_blobs(dir);
    const auto writer = must(store->create(id, content.size(), {}));
    for (std::uint64_t at = 0;; at += 65'536) {
      if (!writer->append(BytesView(content).substr(at, 65'536))) return 1;
      report(writer->size_bytes());
    }
  });
  std::uint64_t sent = 0;
  while (sent < 5'000'000) ASSERT_TRUE(child.next(sent));
  child.kill_and_drain(0);
  EXPECT_TRUE(in_child([&] {
    const auto store = open_blobs(dir);
    const auto writer = must(store->create(id, content.size(), {}));
    EXPECT_GE(writer->size_bytes(), 4u * 1024 * 1024);
    ASSERT_TRUE(ok(writer->append(BytesView(content).substr(writer->size_bytes()))));
    ASSERT_TRUE(ok(writer->commit()));
    EXPECT_EQ(must(store->read(id, 0, content.size())), content);
  }));
}

}  // namespace
}  // namespace sekisho::storage
