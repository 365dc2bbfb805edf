// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "consensus/log_view.h"

#include <gtest/gtest.h>

#include "consensus/memory_log_store.h"

namespace sekisho::consensus {
namespace {

constexpr std::size_t kNoLimit = ~std::size_t{0};

std::vector<Entry> make_entries(Index first, std::vector<Term> terms) {
  std::vector<Entry> entries;
  for (const Term term : terms) {
    entries.push_back({term, first + entries.size(), EntryKind::kNormal, make_payload("abc")});
  }
  return entries;
}

class LogViewTest : public testing::Test {
 protected:
  // A view over a store that holds entries of these terms.
  LogView open(std::vector<Term> terms, std::size_t cache_bytes = 1000) {
    if (!terms.empty()) {
      Persist persist;
      persist.entries = make_entries(1, std::move(terms));
      store_.write(persist);
    }
    return std::move(*LogView::open(store_, cache_bytes));
  }

  Persist stage(LogView& log, PersistToken token) {
    Persist persist;
    persist.token = token;
    log.stage(token, persist);
    return persist;
  }

  void write(LogView& log, const Persist& persist) {
    store_.write(persist);
    log.persisted(persist.token);
  }

  MemoryLogStore store_;
};

TEST_F(LogViewTest, EmptyLogMatchesItsBeginning) {
  const LogView log = open({});
  EXPECT_EQ(log.first_index(), 1u);
  EXPECT_EQ(log.last_index(), 0u);
  EXPECT_TRUE(log.matches(0, 0));
  EXPECT_FALSE(log.matches(1, 1));
  EXPECT_TRUE(log.is_up_to_date(0, 0));
}

TEST_F(LogViewTest, JoinsStoreAndTail) {
  LogView log = open({1, 1});
  log.append(make_entries(3, {2, 2}));
  EXPECT_EQ(log.last_index(), 4u);
  EXPECT_EQ(log.persisted_index(), 2u);
  EXPECT_EQ(log.term(2), 1u);
  EXPECT_EQ(log.term(3), 2u);
  EXPECT_EQ(log.term(5), 0u);
  const auto all = log.entries(1, 4, kNoLimit, 100);
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[3].index, 4u);
}

TEST_F(LogViewTest, EntriesRespectBothBoundsButGiveOne) {
  LogView log = open({1, 1});
  log.append(make_entries(3, {2, 2}));
  const std::size_t one = make_entries(1, {1})[0].size_bytes();
  EXPECT_EQ(log.entries(1, 4, 1, 100).size(), 1u);
  EXPECT_EQ(log.entries(1, 4, 2 * one, 100).size(), 2u);
  EXPECT_EQ(log.entries(1, 4, 3 * one, 100).size(), 3u);
  EXPECT_EQ(log.entries(1, 4, 3 * one - 1, 100).size(), 2u);
  EXPECT_EQ(log.entries(3, 4, 1, 100).size(), 1u);
  EXPECT_EQ(log.entries(1, 4, kNoLimit, 3).size(), 3u);
}

TEST_F(LogViewTest, UpToDateComparesTermThenIndex) {
  const LogView log = open({1, 3});
  EXPECT_TRUE(log.is_up_to_date(2, 3));
  EXPECT_TRUE(log.is_up_to_date(1, 4));
  EXPECT_FALSE(log.is_up_to_date(9, 2));
  EXPECT_FALSE(log.is_up_to_date(1, 3));
}

TEST_F(LogViewTest, StagingHandsOutEachEntryOnce) {
  LogView log = open({1});
  log.append(make_entries(2, {1}));
  const Persist first = stage(log, 1);
  EXPECT_FALSE(log.has_unstaged());
  log.append(make_entries(3, {1}));
  const Persist second = stage(log, 2);
  ASSERT_EQ(first.entries.size(), 1u);
  ASSERT_EQ(second.entries.size(), 1u);
  EXPECT_EQ(first.truncate_from, 0u);
  EXPECT_EQ(second.entries[0].index, 3u);
  EXPECT_EQ(log.persisted_index(), 1u);
  write(log, first);
  EXPECT_EQ(log.persisted_index(), 2u);
  write(log, second);
  EXPECT_EQ(log.persisted_index(), 3u);
}

TEST_F(LogViewTest, NewestReportStandsForAllBefore) {
  LogView log = open({});
  log.append(make_entries(1, {1}));
  store_.write(stage(log, 1));
  log.append(make_entries(2, {1}));
  write(log, stage(log, 2));
  EXPECT_EQ(log.persisted_index(), 2u);
}

TEST_F(LogViewTest, ReplacedEntriesAreNotDurableByTheOldWrite) {
  LogView log = open({1});
  log.append(make_entries(2, {1, 1}));
  const Persist old = stage(log, 1);
  log.truncate_from(3);
  log.append(make_entries(3, {2}));
  write(log, old);
  EXPECT_EQ(log.persisted_index(), 2u);
  const Persist fresh = stage(log, 2);
  EXPECT_EQ(fresh.truncate_from, 3u);
  write(log, fresh);
  EXPECT_EQ(log.persisted_index(), 3u);
  EXPECT_EQ(log.term(3), 2u);
  EXPECT_EQ(*store_.term(3), 2u);
}

TEST_F(LogViewTest, TruncationReachesIntoTheStore) {
  LogView log = open({1, 1, 1, 1});
  log.truncate_from(2);
  log.append(make_entries(2, {2}));
  EXPECT_EQ(log.last_index(), 2u);
  EXPECT_EQ(log.term(2), 2u);
  EXPECT_EQ(log.term(3), 0u);
  EXPECT_EQ(log.persisted_index(), 1u);
  const Persist persist = stage(log, 1);
  EXPECT_EQ(persist.truncate_from, 2u);
  write(log, persist);
  EXPECT_EQ(store_.last_index(), 2u);
}

TEST_F(LogViewTest, DurableEntriesLeaveMemoryBeyondTheBound) {
  LogView log = open({}, 100);
  log.append(make_entries(1, {1, 1, 1, 1, 1, 1}));
  const std::size_t all = log.cached_bytes();
  EXPECT_GT(all, 100u);
  const Persist persist = stage(log, 1);
  EXPECT_EQ(log.cached_bytes(), all);
  write(log, persist);
  EXPECT_LE(log.cached_bytes(), 100u);
  EXPECT_EQ(log.entries(1, 6, kNoLimit, 100).size(), 6u);
}

TEST_F(LogViewTest, SearchByTermStopsAtFloor) {
  const LogView log = open({1, 1, 3, 3, 5});
  EXPECT_EQ(log.last_index_with_term_at_most(9, 9, 0), 5u);
  EXPECT_EQ(log.last_index_with_term_at_most(5, 4, 0), 4u);
  EXPECT_EQ(log.last_index_with_term_at_most(5, 2, 0), 2u);
  EXPECT_EQ(log.last_index_with_term_at_most(5, 0, 0), 0u);
  EXPECT_EQ(log.last_index_with_term_at_most(5, 0, 3), 3u);
}

TEST_F(LogViewTest, CompactionKeepsTheTermBelow) {
  LogView log = open({1, 2, 3});
  log.compact(2);
  EXPECT_EQ(log.first_index(), 3u);
  EXPECT_TRUE(log.matches(2, 2));
  EXPECT_FALSE(log.matches(1, 1));
  store_.compact(2);
  EXPECT_EQ(log.entries(3, 3, kNoLimit, 1).size(), 1u);
  EXPECT_TRUE(open({}).matches(2, 2));
}

TEST_F(LogViewTest, RestartAfterSnapshotIsAnEmptyLogThere) {
  LogView log = open({1, 2, 3});
  log.restart_after(10, 4);
  EXPECT_EQ(log.first_index(), 11u);
  EXPECT_EQ(log.last_index(), 10u);
  EXPECT_EQ(log.last_term(), 4u);
  EXPECT_EQ(log.persisted_index(), 10u);
}

TEST_F(LogViewTest, ReadErrorIsKept) {
  const LogView log = open({1, 2, 3});
  store_.fail_reads(Error{Code::kIo, "bad sector"});
  EXPECT_EQ(log.term(2), 0u);
  ASSERT_TRUE(log.failure().has_value());
  store_.fail_reads(std::nullopt);
  EXPECT_TRUE(log.entries(1, 3, kNoLimit, 9).empty());
  EXPECT_EQ(log.failure()->code, Code::kIo);
}

}  // namespace
}  // namespace sekisho::consensus
