// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/log_store.h"

#include <deque>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "storage/detail/log_format.h"
#include "storage/memory_kv.h"
#include "storage/record.h"
#include "tests/unit/storage/test_dir.h"

namespace sekisho::storage {
namespace {

using consensus::Entry;
using consensus::HardState;
using consensus::Index;
using consensus::Persist;
using consensus::Term;

constexpr std::size_t kAll = ~std::size_t{0};

StoreOwner owner() {
  StoreOwner made;
  made.chain_id.bytes.fill(7);
  made.node_number = 3;
  return made;
}

Entry entry(Index index, Term term, std::size_t size_bytes = 20) {
  SeededRng rng(index * 1000 + term);
  return {term, index, consensus::EntryKind::kNormal,
          consensus::make_payload(rng.bytes(size_bytes))};
}

Persist entries(Index first, Index last, Term term, std::size_t size_bytes = 20) {
  Persist write;
  write.hard_state = HardState{term, 1, 0};  // entries never outrun the stored term
  for (Index index = first; index <= last; ++index) {
    write.entries.push_back(entry(index, term, size_bytes));
  }
  return write;
}

Persist hard_state(Term term, consensus::NodeId vote, Index commit) {
  Persist write;
  write.hard_state = HardState{term, vote, commit};
  return write;
}

std::unique_ptr<DurableLog> open_log(Kv& kv) { return must(DurableLog::open(kv, owner())); }

// first:last and the terms, for short comparisons.
std::string shape(const DurableLog& log) {
  std::string text = std::to_string(log.first_index()) + ":" + std::to_string(log.last_index());
  for (Index index = log.first_index() - 1; index <= log.last_index(); ++index) {
    text += " " + std::to_string(must(log.term(index)));
  }
  return text;
}

TEST(DurableLogTest, StartsEmpty) {
  MemoryKv kv;
  const auto log = open_log(kv);
  EXPECT_EQ(shape(*log), "1:0 0");
  EXPECT_EQ(log->hard_state(), HardState{});
  EXPECT_EQ(log->catch_up_index(), 0u);
}

TEST(DurableLogTest, KeepsEntriesAndHardStateOverACrash) {
  MemoryKv kv;
  {
    const auto log = open_log(kv);
    Persist write = entries(1, 3, 2);
    write.hard_state = HardState{2, 9, 1};
    write.entries[1] = {2, 2, consensus::EntryKind::kNoop, nullptr};
    ASSERT_TRUE(ok(log->persist(write)));
  }
  SeededRng rng(1);
  kv.crash(rng);
  const auto log = open_log(kv);
  EXPECT_EQ(shape(*log), "1:3 0 2 2 2");
  EXPECT_EQ(log->hard_state(), (HardState{2, 9, 1}));
  const auto found = must(log->entries(1, 3, kAll));
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0], entry(1, 2));
  EXPECT_EQ(found[1].kind, consensus::EntryKind::kNoop);
  EXPECT_EQ(found[2], entry(3, 2));
}

TEST(DurableLogTest, ReplacesAConflictingSuffix) {
  MemoryKv kv;
  auto log = open_log(kv);
  ASSERT_TRUE(ok(log->persist(entries(1, 6, 1))));
  Persist write = entries(4, 4, 3);
  write.truncate_from = 4;
  ASSERT_TRUE(ok(log->persist(write)));
  EXPECT_EQ(shape(*log), "1:4 0 1 1 1 3");
  EXPECT_EQ(must(log->entries(3, 4, kAll)).back(), entry(4, 3));
  log = open_log(kv);
  EXPECT_EQ(shape(*log), "1:4 0 1 1 1 3");
}

TEST(DurableLogTest, AGroupIsOneSync) {
  MemoryKv kv;
  auto log = open_log(kv);
  const std::uint64_t before = kv.sync_count();
  std::vector<Persist> group{entries(1, 4, 1), hard_state(2, 5, 0), entries(3, 5, 2),
                             hard_state(3, 6, 2), entries(6, 6, 3)};
  group[2].truncate_from = 3;
  group[4].hard_state.reset();
  ASSERT_TRUE(ok(log->persist(group)));
  EXPECT_EQ(kv.sync_count(), before + 1);
  EXPECT_EQ(shape(*log), "1:6 0 1 1 2 2 2 3");
  EXPECT_EQ(log->hard_state(), (HardState{3, 6, 2}));
  log = open_log(kv);
  EXPECT_EQ(shape(*log), "1:6 0 1 1 2 2 2 3");
  ASSERT_TRUE(ok(log->persist(Persist{})));
  EXPECT_EQ(kv.sync_count(), before + 1) << "nothing to write, nothing to sync";
}

TEST(DurableLogTest, CutsReadsByBytes) {
  MemoryKv kv;
  const auto log = open_log(kv);
  ASSERT_TRUE(ok(log->persist(entries(1, 10, 1, 68))));  // 100 bytes each as counted
  EXPECT_EQ(must(log->entries(2, 9, 300)).size(), 3u);
  EXPECT_EQ(must(log->entries(2, 9, 299)).size(), 2u);
  EXPECT_EQ(must(log->entries(2, 9, 1)).size(), 1u) << "at least one";
  EXPECT_EQ(must(log->entries(2, 9, kAll)).size(), 8u);
}

TEST(DurableLogTest, ReadsWhatIsNoLongerCached) {
  MemoryKv kv;
  const auto log = open_log(kv);
  constexpr std::size_t kSize = 4 * 1024 * 1024 - 64;
  constexpr Index kCount = 12;  // 48 MiB, more than the cache
  for (Index i = 1; i <= kCount; ++i) ASSERT_TRUE(ok(log->persist(entries(i, i, 1, kSize))));
  const auto all = must(log->entries(1, kCount, kAll));
  ASSERT_EQ(all.size(), kCount);
  for (Index i = 1; i <= kCount; ++i) EXPECT_EQ(all[i - 1], entry(i, 1, kSize)) << i;
  EXPECT_EQ(must(log->entries(1, kCount, 10 * kSize)).size(), 9u);
  EXPECT_EQ(must(log->entries(1, 1, kAll)).size(), 1u);
}

TEST(DurableLogTest, ForgetsAPrefix) {
  MemoryKv kv;
  auto log = open_log(kv);
  ASSERT_TRUE(ok(log->persist(entries(1, 3, 1))));
  ASSERT_TRUE(ok(log->persist(entries(4, 8, 2))));
  ASSERT_TRUE(ok(log->truncate_prefix(5)));
  EXPECT_EQ(shape(*log), "6:8 2 2 2 2");
  ASSERT_TRUE(ok(log->truncate_prefix(3))) << "already gone";
  ASSERT_TRUE(ok(log->persist(entries(9, 9, 4))));
  log = open_log(kv);
  EXPECT_EQ(shape(*log), "6:9 2 2 2 2 4");
  ASSERT_TRUE(ok(log->truncate_prefix(9)));
  EXPECT_EQ(shape(*log), "10:9 4");
  ASSERT_TRUE(ok(log->persist(entries(10, 10, 4))));
  log = open_log(kv);
  EXPECT_EQ(shape(*log), "10:10 4 4");
}

TEST(DurableLogTest, ReplacesRightBehindAForgottenPrefix) {
  MemoryKv kv;
  auto log = open_log(kv);
  ASSERT_TRUE(ok(log->persist(entries(1, 6, 1))));
  ASSERT_TRUE(ok(log->truncate_prefix(3)));
  Persist write = entries(4, 5, 2);
  write.truncate_from = 4;
  ASSERT_TRUE(ok(log->persist(write)));
  EXPECT_EQ(shape(*log), "4:5 1 2 2");
  EXPECT_EQ(shape(*open_log(kv)), "4:5 1 2 2");
}

TEST(DurableLogTest, ResetContinuesBehindASnapshot) {
  MemoryKv kv;
  auto log = open_log(kv);
  ASSERT_TRUE(ok(log->persist(entries(1, 3, 1))));
  ASSERT_TRUE(ok(log->persist(hard_state(4, 2, 3))));
  ASSERT_TRUE(ok(log->begin_catch_up(100)));
  EXPECT_EQ(open_log(kv)->catch_up_index(), 100u);
  ASSERT_TRUE(ok(log->reset(100, 7)));
  for (int reopened = 0; reopened < 2; ++reopened) {
    EXPECT_EQ(shape(*log), "101:100 7");
    EXPECT_EQ(log->hard_state(), (HardState{7, consensus::kNobody, 100}));
    EXPECT_EQ(log->catch_up_index(), 0u);
    log = open_log(kv);
  }
  ASSERT_TRUE(ok(log->persist(entries(101, 102, 8))));
  EXPECT_EQ(shape(*log), "101:102 7 8 8");
}

TEST(DurableLogTest, AFailedWriteChangesNothingHere) {
  MemoryKv kv;
  const auto log = open_log(kv);
  ASSERT_TRUE(ok(log->persist(entries(1, 2, 1))));
  kv.fail_writes(Code::kIo);
  EXPECT_EQ(log->persist(entries(3, 3, 1)).error().code, Code::kIo);
  EXPECT_EQ(shape(*log), "1:2 0 1 1");
  EXPECT_FALSE(log->persist(entries(3, 3, 1)));
}

TEST(DurableLogTest, CrashesKeepEveryAcknowledgedWrite) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SeededRng rng(seed);
    MemoryKv kv;
    std::deque<Entry> model;
    auto log = open_log(kv);
    for (int step = 0; step < 40; ++step) {
      const Index last = model.size();
      const Index from =
          last == 0 ? 1 : rng.between(std::max<Index>(1, last > 3 ? last - 3 : 1), last + 1);
      const Term term = static_cast<Term>(step) + 1;
      Persist write = entries(from, from + rng.below(3), term, 1 + rng.below(50));
      write.truncate_from = from <= last ? from : 0;
      write.hard_state = HardState{term, 1, 0};
      ASSERT_TRUE(ok(log->persist(write)));
      model.resize(from - 1);
      for (const Entry& added : write.entries) model.push_back(added);
      if (!rng.chance(1, 4)) continue;
      log.reset();
      kv.crash(rng);
      log = open_log(kv);
      ASSERT_EQ(log->last_index(), model.size());
      const auto found = must(log->entries(1, model.size(), kAll));
      ASSERT_TRUE(std::equal(found.begin(), found.end(), model.begin(), model.end()));
      EXPECT_EQ(log->hard_state().term, term);
    }
  }
}

// What a bad disk or a bad restore does to the rows.
Status write_row(Kv& kv, Index index, Bytes record) {
  WriteBatch batch;
  batch.put(detail::log_entry_key(index), std::move(record));
  return kv.write(batch, true);
}

std::string open_error(Kv& kv) {
  const auto log = DurableLog::open(kv, owner());
  if (log) return "opened";
  EXPECT_EQ(log.error().code, Code::kCorrupt);
  return log.error().context;
}

TEST(DurableLogTest, TellsADamagedEndFromDamageInTheMiddle) {
  for (const Index damaged : {Index{3}, Index{5}}) {
    MemoryKv kv;
    ASSERT_TRUE(ok(open_log(kv)->persist(entries(1, 5, 1))));
    Bytes record = must(kv.get(detail::log_entry_key(damaged))).value();
    record[10] = static_cast<char>(static_cast<unsigned char>(record[10]) ^ 1u);
    ASSERT_TRUE(ok(write_row(kv, damaged, record)));
    const std::string place = damaged == 5 ? "damaged at its end" : "damaged in the middle";
    const std::string text = open_error(kv);
    EXPECT_NE(text.find(place + ", at entry " + std::to_string(damaged)), std::string::npos)
        << text;
    EXPECT_NE(text.find("sekisho node join"), std::string::npos) << text;
  }
}

TEST(DurableLogTest, FindsAnEntryAtTheWrongPlace) {
  MemoryKv kv;
  ASSERT_TRUE(ok(open_log(kv)->persist(entries(1, 5, 1))));
  ASSERT_TRUE(ok(write_row(kv, 4, must(kv.get(detail::log_entry_key(3))).value())));
  EXPECT_NE(open_error(kv).find("damaged in the middle, at entry 4"), std::string::npos);
}

TEST(DurableLogTest, FindsAHole) {
  MemoryKv kv;
  ASSERT_TRUE(ok(open_log(kv)->persist(entries(1, 5, 1))));
  WriteBatch batch;
  batch.remove(detail::log_entry_key(2));
  ASSERT_TRUE(ok(kv.write(batch, true)));
  EXPECT_NE(open_error(kv).find("entry 2 is missing"), std::string::npos);
}

TEST(DurableLogTest, FindsALostEndBelowTheCommitIndex) {
  MemoryKv kv;
  {
    const auto log = open_log(kv);
    ASSERT_TRUE(ok(log->persist(entries(1, 5, 1))));
    ASSERT_TRUE(ok(log->persist(hard_state(1, 1, 5))));
  }
  WriteBatch batch;
  batch.remove(detail::log_entry_key(5));
  ASSERT_TRUE(ok(kv.write(batch, true)));
  EXPECT_NE(open_error(kv).find("entries up to 5 were committed"), std::string::npos);
}

TEST(DurableLogTest, FindsFlippedBitsWhereverTheyAre) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    MemoryKv kv;
    SeededRng rng(seed);
    ASSERT_TRUE(ok(open_log(kv)->persist(entries(1, 4, 1))));
    ASSERT_TRUE(kv.flip_bit(rng));
    EXPECT_FALSE(DurableLog::open(kv, owner())) << seed;
  }
}

TEST(DurableLogTest, FindsDamageWhenReadingFromDisk) {
  MemoryKv kv;
  const auto log = open_log(kv);
  for (Index i = 1; i <= 12; ++i) {
    ASSERT_TRUE(ok(log->persist(entries(i, i, 1, 4 * 1024 * 1024 - 64))));
  }
  Bytes record = must(kv.get(detail::log_entry_key(1))).value();
  record[100] = static_cast<char>(static_cast<unsigned char>(record[100]) ^ 1u);
  ASSERT_TRUE(ok(write_row(kv, 1, record)));
  EXPECT_EQ(log->entries(1, 1, kAll).error().code, Code::kCorrupt);
  EXPECT_TRUE(log->entries(12, 12, kAll));
}

TEST(DurableLogTest, BelongsToOneNode) {
  MemoryKv kv;
  open_log(kv);
  StoreOwner other = owner();
  other.node_number = 4;
  EXPECT_EQ(DurableLog::open(kv, other).error().code, Code::kFailedPrecondition);
}

TEST(DurableLogTest, ReadsBesideWrites) {
  MemoryKv kv;
  const auto log = open_log(kv);
  ASSERT_TRUE(ok(log->persist(entries(1, 100, 1))));
  std::thread writer([&] {
    for (Index i = 101; i <= 600; ++i) ASSERT_TRUE(ok(log->persist(entries(i, i, 1))));
  });
  for (int i = 0; i < 500; ++i) {
    EXPECT_EQ(must(log->entries(1, 100, kAll)).size(), 100u);
    EXPECT_EQ(must(log->term(50)), 1u);
    EXPECT_GE(log->last_index(), 100u);
  }
  writer.join();
  EXPECT_EQ(log->last_index(), 600u);
}

TEST(DurableLogDeathTest, AHoleIsOurDefect) {
  MemoryKv kv;
  const auto log = open_log(kv);
  EXPECT_DEATH((void)log->persist(entries(2, 2, 1)), "last\\(\\) \\+ 1");
  EXPECT_DEATH((void)log->persist(hard_state(1, 1, 1)), "commit");
}

}  // namespace
}  // namespace sekisho::storage
