// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "consensus/invariants.h"

#include <gtest/gtest.h>

#include "consensus/memory_log_store.h"

namespace sekisho::consensus {
namespace {

// A core as it would be restored from a disk with these entries.
struct Fixture {
  Fixture(NodeId id, std::vector<Term> terms, HardState hard_state, const char* payload = "x") {
    Persist persist;
    for (const Term term : terms) {
      persist.entries.push_back(
          {term, persist.entries.size() + 1, EntryKind::kNormal, make_payload(payload)});
    }
    persist.hard_state = hard_state;
    disk.write(persist);
    Options options;
    options.id = id;
    core.emplace(
        std::move(*Core::restore(options, {hard_state, 0, {{1, 2, 3}, {}, {}}}, disk, rng)));
  }

  MemoryLogStore disk;
  SeededRng rng{1};
  std::optional<Core> core;
};

TEST(InvariantsTest, HealthyCoresAreFine) {
  Fixture a(1, {1, 1, 2}, {2, 0, 2});
  Fixture b(2, {1, 1}, {2, 0, 1});
  EXPECT_TRUE(broken_in(*a.core).empty());
  EXPECT_TRUE(broken_among({&*a.core, &*b.core}).empty());
}

TEST(InvariantsTest, DifferentCommittedEntriesAreFound) {
  Fixture a(1, {1, 1}, {2, 0, 2});
  Fixture b(2, {1, 2}, {2, 0, 2});
  const auto broken = broken_among({&*a.core, &*b.core});
  ASSERT_EQ(broken.size(), 1u);
  EXPECT_EQ(broken[0], "node 1 and node 2 differ at entry 2, which both committed");
}

TEST(InvariantsTest, LogMatchingIsChecked) {
  Fixture a(1, {1, 1, 2}, {2, 0, 0});
  Fixture b(2, {1, 1, 2}, {2, 0, 0}, "y");
  const auto broken = broken_among({&*a.core, &*b.core});
  ASSERT_EQ(broken.size(), 1u);
  EXPECT_EQ(broken[0], "node 1 and node 2 differ at entry 3 below one they share");
}

TEST(HistoryTest, CommittedStaysCommitted) {
  History history;
  Fixture a(1, {1, 1}, {2, 0, 2});
  EXPECT_TRUE(history.observe(*a.core).empty());
  EXPECT_EQ(history.committed_index(), 2u);
  Fixture b(2, {1, 2}, {2, 0, 2});
  ASSERT_EQ(history.observe(*b.core).size(), 1u);
}

TEST(HistoryTest, AppliedMustHaveBeenCommitted) {
  History history;
  Fixture a(1, {1, 1}, {2, 0, 1});
  EXPECT_TRUE(history.observe(*a.core).empty());
  EXPECT_TRUE(history.applied(1, {1, 1, EntryKind::kNormal, make_payload("x")}).empty());
  EXPECT_FALSE(history.applied(1, {1, 1, EntryKind::kNormal, make_payload("y")}).empty());
  EXPECT_FALSE(history.applied(1, {1, 2, EntryKind::kNormal, make_payload("x")}).empty());
}

}  // namespace
}  // namespace sekisho::consensus
