// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "consensus/core.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "consensus/invariants.h"
#include "consensus/memory_log_store.h"
#include "node/base/limits.h"

namespace sekisho::consensus {
namespace {

Options options(NodeId id = 1) {
  Options options;
  options.id = id;
  return options;
}

class CoreTest : public testing::Test {
 protected:
  Result<Core> restore(HardState hard_state = {}, Index applied = 0,
                       std::vector<NodeId> voters = {1, 2, 3}) {
    return Core::restore(options(), {hard_state, applied, {std::move(voters), {}, {}}}, disk_,
                         rng_);
  }

  void store(std::vector<Term> terms, HardState hard_state) {
    Persist persist;
    for (const Term term : terms) {
      persist.entries.push_back(
          {term, persist.entries.size() + 1, EntryKind::kNormal, make_payload("x")});
    }
    persist.hard_state = hard_state;
    disk_.write(persist);
  }

  // Carries out writes and applies; collects the rest.
  Actions run(Core& core) {
    Actions all;
    for (Actions some = core.take_actions(); !some.empty(); some = core.take_actions()) {
      all.messages.insert(all.messages.end(), some.messages.begin(), some.messages.end());
      all.committed.insert(all.committed.end(), some.committed.begin(), some.committed.end());
      all.reads.insert(all.reads.end(), some.reads.begin(), some.reads.end());
      if (some.role) all.role = some.role;
      if (!some.committed.empty()) {
        EXPECT_TRUE(core.applied(some.committed.back().index).has_value());
      }
      if (some.persist) {
        disk_.write(*some.persist);
        EXPECT_TRUE(core.persisted(some.persist->token).has_value());
      }
    }
    EXPECT_TRUE(broken_in(core).empty());
    return all;
  }

  // A leader of one voter, with its no-op committed.
  Core lone_leader() {
    Core core = std::move(*restore({}, 0, {1}));
    while (core.role() != Role::kLeader) {
      EXPECT_TRUE(core.tick().has_value());
      run(core);
    }
    return core;
  }

  MemoryLogStore disk_;
  SeededRng rng_{1};
};

TEST_F(CoreTest, RestoreRefusesADiskThatWentBackwards) {
  EXPECT_EQ(restore({3, 0, 4}).error().code, Code::kCorrupt);
  EXPECT_EQ(restore({3, 0, 0}, 2).error().code, Code::kCorrupt);
  store({1, 2}, {1, 0, 0});
  EXPECT_EQ(restore({1, 0, 0}).error().code, Code::kCorrupt);
  EXPECT_TRUE(restore({2, 0, 2}).has_value());
  disk_.compact(2);
  EXPECT_EQ(restore({2, 0, 0}, 1).error().code, Code::kCorrupt);
  EXPECT_TRUE(restore({2, 0, 0}, 2).has_value());
}

TEST_F(CoreTest, RestoreRefusesBadOptionsAndUnreadableLogs) {
  Options bad = options(0);
  EXPECT_EQ(Core::restore(bad, {}, disk_, rng_).error().code, Code::kInvalidArgument);
  bad = options();
  bad.election_ticks = bad.heartbeat_ticks;
  EXPECT_EQ(Core::restore(bad, {}, disk_, rng_).error().code, Code::kInvalidArgument);
  disk_.fail_reads(Error{Code::kIo, "bad sector"});
  EXPECT_EQ(restore().error().code, Code::kIo);
}

TEST_F(CoreTest, RestoreHandsOutWhatWasCommittedAndNotApplied) {
  store({1, 1, 1}, {1, 0, 2});
  Core core = std::move(*restore({1, 0, 2}, 1));
  const Actions actions = run(core);
  ASSERT_EQ(actions.committed.size(), 1u);
  EXPECT_EQ(actions.committed[0].index, 2u);
  EXPECT_EQ(core.applied_index(), 2u);
}

// It would let one faulty node, even one without a vote, stop the consortium for good.
TEST_F(CoreTest, ATermFarAheadIsRefused) {
  Core core = std::move(*restore({5, 0, 0}));
  const Term far = (Term{1} << 32) + 6;
  EXPECT_EQ(core.step({2, 1, far, AppendReply{}}).error().code, Code::kInvalidArgument);
  EXPECT_EQ(core.term(), 5u);
  EXPECT_TRUE(core.step({2, 1, far - 1, AppendReply{}}).has_value());
}

TEST_F(CoreTest, LoneVoterLeadsAfterItsVoteIsDurable) {
  Core core = std::move(*restore({}, 0, {1}));
  while (core.role() == Role::kFollower) ASSERT_TRUE(core.tick().has_value());
  EXPECT_EQ(core.role(), Role::kCandidate);
  const Actions actions = core.take_actions();
  ASSERT_TRUE(actions.persist && actions.persist->hard_state);
  EXPECT_EQ(actions.persist->hard_state->voted_for, 1u);
  EXPECT_EQ(core.role(), Role::kCandidate);
  ASSERT_TRUE(core.persisted(actions.persist->token).has_value());
  EXPECT_EQ(core.role(), Role::kLeader);
  EXPECT_EQ(core.commit(), 0u);
}

TEST_F(CoreTest, ProposalsCommitOnceDurable) {
  Core core = lone_leader();
  const auto proposed = core.propose({"a", "b"});
  ASSERT_TRUE(proposed.has_value());
  EXPECT_EQ(proposed->first, 2u);
  EXPECT_EQ(proposed->last, 3u);
  EXPECT_EQ(proposed->term, core.term());
  Actions actions = core.take_actions();
  EXPECT_TRUE(actions.committed.empty());
  EXPECT_EQ(core.commit(), 1u);
  ASSERT_TRUE(actions.persist.has_value());
  disk_.write(*actions.persist);
  ASSERT_TRUE(core.persisted(actions.persist->token).has_value());
  actions = core.take_actions();
  ASSERT_EQ(actions.committed.size(), 2u);
  EXPECT_EQ(actions.committed[1].view(), "b");
}

TEST_F(CoreTest, PayloadsAreSharedNotCopied) {
  Core core = lone_leader();
  ASSERT_TRUE(core.propose({Bytes(1000, 'x')}).has_value());
  const Actions actions = core.take_actions();
  ASSERT_TRUE(actions.persist.has_value());
  const Entry& written = actions.persist->entries.at(0);
  EXPECT_EQ(written.data.get(), core.log().entries(2, 2, 9999, 1).at(0).data.get());
}

TEST_F(CoreTest, ProposalsAreRefusedForCause) {
  Core follower = std::move(*restore());
  EXPECT_EQ(follower.propose({"a"}).error().code, Code::kUnavailable);
  EXPECT_EQ(follower.read_index(1).error().code, Code::kUnavailable);
  disk_ = {};
  Core core = lone_leader();
  EXPECT_EQ(core.propose({}).error().code, Code::kInvalidArgument);
  EXPECT_EQ(core.propose({Bytes(limits::kBlockSizeMax + 1, 'x')}).error().code,
            Code::kInvalidArgument);
  Code last = Code::kInternal;
  for (int i = 0; i < 100 && last != Code::kResourceExhausted; ++i) {
    const auto proposed = core.propose({Bytes(limits::kBlockSizeMax, 'x')});
    if (!proposed) last = proposed.error().code;
  }
  EXPECT_EQ(last, Code::kResourceExhausted);
  run(core);
  EXPECT_TRUE(core.propose({"a"}).has_value());
}

TEST_F(CoreTest, ApplyingIsBounded) {
  Core core = lone_leader();
  for (int i = 0; i < 8; ++i)
    ASSERT_TRUE(core.propose({Bytes(limits::kBlockSizeMax, 'x')}).has_value());
  Actions actions = core.take_actions();
  ASSERT_TRUE(actions.persist.has_value());
  disk_.write(*actions.persist);
  ASSERT_TRUE(core.persisted(actions.persist->token).has_value());
  actions = core.take_actions();
  EXPECT_LT(actions.committed.size(), 8u);
  EXPECT_GE(actions.committed.size(), 1u);
  EXPECT_TRUE(core.take_actions().committed.empty());
  ASSERT_TRUE(core.applied(actions.committed.back().index).has_value());
  EXPECT_FALSE(core.take_actions().committed.empty());
}

TEST_F(CoreTest, FailedWriteStopsEverything) {
  Core core = lone_leader();
  ASSERT_TRUE(core.propose({"a"}).has_value());
  core.storage_failed(Error{Code::kNoSpace, "disk full"});
  EXPECT_TRUE(core.take_actions().empty());
  EXPECT_EQ(core.tick().error().code, Code::kNoSpace);
  EXPECT_EQ(core.propose({"b"}).error().code, Code::kNoSpace);
  EXPECT_EQ(core.persisted(core.last_token()).error().code, Code::kNoSpace);
  EXPECT_EQ(core.step({2, 1, 9, Heartbeat{}}).error().code, Code::kNoSpace);
  EXPECT_EQ(core.read_index(1).error().code, Code::kNoSpace);
  EXPECT_TRUE(core.take_actions().empty());
}

TEST_F(CoreTest, FailedReadStopsEverythingBeforeAnythingComesOut) {
  store({1, 1, 1, 1}, {1, 0, 4});
  Core core = std::move(*restore({1, 0, 4}, 4));
  run(core);
  disk_.fail_reads(Error{Code::kCorrupt, "checksum"});
  Append append{2, 1, 0, {{2, 3, EntryKind::kNormal, make_payload("y")}}};
  const Status done = core.step({2, 1, 2, append});
  ASSERT_FALSE(done.has_value());
  ASSERT_TRUE(core.stopped().has_value());
  EXPECT_EQ(core.stopped()->code, Code::kCorrupt);
  EXPECT_TRUE(core.take_actions().empty());
}

TEST_F(CoreTest, MessagesForOthersAreRefused) {
  Core core = std::move(*restore());
  EXPECT_EQ(core.step({2, 3, 1, Heartbeat{}}).error().code, Code::kInvalidArgument);
  EXPECT_EQ(core.step({2, 1, 0, Heartbeat{}}).error().code, Code::kInvalidArgument);
}

TEST_F(CoreTest, CommitTravelsWithTheEntriesThatFollowIt) {
  Core core = std::move(*restore());
  Append first{0, 0, 0, {{1, 1, EntryKind::kNormal, make_payload("a")}}};
  ASSERT_TRUE(core.step({2, 1, 1, first}).has_value());
  run(core);
  Append second{1, 1, 1, {{1, 2, EntryKind::kNormal, make_payload("b")}}};
  ASSERT_TRUE(core.step({2, 1, 1, second}).has_value());
  const Actions actions = core.take_actions();
  ASSERT_TRUE(actions.persist && actions.persist->hard_state);
  EXPECT_EQ(actions.persist->hard_state->commit, 1u);
}

TEST_F(CoreTest, CommitAloneCausesNoWrite) {
  Core core = std::move(*restore());
  Append first{0, 0, 0, {{1, 1, EntryKind::kNormal, make_payload("a")}}};
  ASSERT_TRUE(core.step({2, 1, 1, first}).has_value());
  run(core);
  ASSERT_TRUE(core.step({2, 1, 1, Heartbeat{1, 0}}).has_value());
  const Actions actions = core.take_actions();
  EXPECT_FALSE(actions.persist.has_value());
  EXPECT_EQ(actions.committed.size(), 1u);
  EXPECT_EQ(actions.messages.size(), 1u);
}

TEST_F(CoreTest, CandidateAppliesBeforeItAsks) {
  store({1, 1}, {1, 0, 2});
  Core core = std::move(*restore({1, 0, 2}, 0));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(core.tick().has_value());
  EXPECT_EQ(core.role(), Role::kFollower);
  run(core);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(core.tick().has_value());
  EXPECT_EQ(core.role(), Role::kPreCandidate);
}

// A leader counts nothing before it has marked its term, not even what only it has to count.
// Found by fuzz_consensus_core: a peer that claims the last term made this node ask for one more,
// in messages that everybody refuses.
TEST_F(CoreTest, NobodyStandsBehindTheLastTerm) {
  Core core = std::move(*restore({kTermMax - 1, 0, 0}));
  ASSERT_TRUE(core.step({2, 1, kTermMax, Heartbeat{}}).has_value());
  ASSERT_EQ(core.term(), kTermMax);
  for (std::uint32_t i = 0; i < 4 * options().election_ticks; ++i) {
    ASSERT_TRUE(core.tick().has_value());
    for (const Message& message : run(core).messages) EXPECT_TRUE(validate(message).has_value());
  }
  EXPECT_EQ(core.role(), Role::kFollower);
}

TEST_F(CoreTest, LoneLeaderCommitsOldEntriesWithItsOwnOnly) {
  store({1, 1}, {1, 0, 0});
  Core core = std::move(*restore({1, 0, 0}, 0, {1}));
  while (core.role() == Role::kFollower) ASSERT_TRUE(core.tick().has_value());
  Actions actions = core.take_actions();
  ASSERT_TRUE(actions.persist.has_value());
  disk_.write(*actions.persist);
  ASSERT_TRUE(core.persisted(actions.persist->token).has_value());
  EXPECT_EQ(core.role(), Role::kLeader);
  EXPECT_EQ(core.commit(), 0u);
  run(core);
  EXPECT_EQ(core.commit(), 3u);
}

TEST_F(CoreTest, MembershipMayChangeAfterAnEntryOfTheOwnTerm) {
  Core core = std::move(*restore({}, 0, {1}));
  EXPECT_FALSE(core.may_change_membership());
  while (core.role() == Role::kFollower) ASSERT_TRUE(core.tick().has_value());
  Actions actions = core.take_actions();
  ASSERT_TRUE(actions.persist.has_value());
  disk_.write(*actions.persist);
  ASSERT_TRUE(core.persisted(actions.persist->token).has_value());
  EXPECT_EQ(core.role(), Role::kLeader);
  EXPECT_FALSE(core.may_change_membership());
  run(core);
  EXPECT_TRUE(core.may_change_membership());
}

TEST_F(CoreTest, RemovedLeaderStepsDown) {
  Core core = lone_leader();
  ASSERT_TRUE(core.set_configuration({{2, 3}, {}, {}}).has_value());
  EXPECT_EQ(core.role(), Role::kFollower);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(core.tick().has_value());
  EXPECT_EQ(core.role(), Role::kFollower);
  EXPECT_EQ(core.set_configuration({{3, 2}, {}, {}}).error().code, Code::kInvalidArgument);
}

TEST_F(CoreTest, ReadsOfALoneLeaderAreAnsweredAtOnce) {
  Core core = lone_leader();
  ASSERT_TRUE(core.read_index(42).has_value());
  const Actions actions = core.take_actions();
  ASSERT_EQ(actions.reads.size(), 1u);
  EXPECT_EQ(actions.reads[0].context, 42u);
  EXPECT_EQ(actions.reads[0].index, core.commit());
}

// Answers get lost; whoever stops waiting must not leave the follower's places taken for a term.
TEST_F(CoreTest, AForgottenReadGivesItsPlaceBack) {
  Options few = options();
  few.max_pending_reads = 1;
  Core core = std::move(*Core::restore(few, {{1, 0, 0}, 0, {{1, 2, 3}, {}, {}}}, disk_, rng_));
  ASSERT_TRUE(core.step({2, 1, 1, Heartbeat{}}).has_value());
  ASSERT_TRUE(core.read_index(7).has_value());
  EXPECT_EQ(core.read_index(8).error().code, Code::kResourceExhausted);
  core.forget_read(7);
  EXPECT_TRUE(core.read_index(8).has_value());
}

TEST_F(CoreTest, RoleIsReportedOncePerChange) {
  Core core = lone_leader();
  ASSERT_TRUE(core.tick().has_value());
  EXPECT_FALSE(core.take_actions().role.has_value());
  ASSERT_TRUE(core.step({2, 1, 9, Heartbeat{}}).has_value());
  const Actions actions = core.take_actions();
  ASSERT_TRUE(actions.role.has_value());
  EXPECT_EQ(*actions.role, (RoleChange{Role::kFollower, 9, 2}));
}

TEST_F(CoreTest, CompactionAndOffersStayBelowApplied) {
  Core core = lone_leader();
  EXPECT_EQ(core.compact(2).error().code, Code::kInvalidArgument);
  SnapshotRef snapshot;
  snapshot.index = 2;
  EXPECT_EQ(core.offer_snapshot(snapshot).error().code, Code::kInvalidArgument);
  snapshot.index = 1;
  EXPECT_TRUE(core.offer_snapshot(snapshot).has_value());
  EXPECT_TRUE(core.compact(1).has_value());
  EXPECT_EQ(core.log().first_index(), 2u);
}

TEST_F(CoreTest, CloneGoesItsOwnWay) {
  Core core = lone_leader();
  MemoryLogStore other_disk = disk_;
  SeededRng other_rng = rng_;
  Core copy = core.clone_with(other_disk, other_rng);
  ASSERT_TRUE(core.propose({"only here"}).has_value());
  EXPECT_EQ(copy.log().last_index() + 1, core.log().last_index());
  EXPECT_EQ(copy.role(), Role::kLeader);
  ASSERT_TRUE(copy.propose({"and", "there"}).has_value());
  EXPECT_EQ(copy.log().last_index(), core.log().last_index() + 1);
}

#ifdef NDEBUG
constexpr int kHostileMessages = 200'000;
#else
constexpr int kHostileMessages = 20'000;
#endif

// Whatever a peer sends, the answer is an error or a reaction, never an abort.
TEST_F(CoreTest, HostileMessagesNeverAbort) {
  store({1, 1, 2, 2, 4}, {4, 0, 3});
  Core core = std::move(*restore({4, 0, 3}, 3));
  SeededRng chaos(7);
  const auto small = [&] { return chaos.below(9); };
  for (int i = 0; i < kHostileMessages; ++i) {
    Message message{
        chaos.between(1, 4), chaos.chance(1, 20) ? 2u : 1u, core.term() + small() - 3, {}};
    Append append{small(), small(), small(), {}};
    for (std::uint64_t n = small(), k = 1; k <= n; ++k) {
      append.entries.push_back({append.prev_term + chaos.below(2), append.prev_index + k,
                                EntryKind::kNormal, make_payload("z")});
    }
    SnapshotOffer offer;
    offer.snapshot.index = small();
    offer.snapshot.term = small();
    const std::vector<Body> bodies = {
        VoteRequest{chaos.chance(1, 2), chaos.chance(1, 4), small(), small()},
        VoteReply{chaos.chance(1, 2), chaos.chance(1, 2), small(), small()},
        append,
        AppendReply{chaos.chance(1, 2), small(), small(), small(), small()},
        Heartbeat{small(), small()},
        HeartbeatReply{small()},
        offer,
        TimeoutNow{},
        ReadIndexRequest{small()},
        ReadIndexReply{small(), small()}};
    message.body = bodies[chaos.below(bodies.size())];
    if (!core.step(message)) continue;
    if (chaos.chance(1, 3)) static_cast<void>(core.tick());
    if (chaos.chance(1, 50)) static_cast<void>(core.snapshot_abandoned());
    if (core.role() == Role::kLeader) static_cast<void>(core.propose({"mine"}));
    run(core);
    ASSERT_FALSE(core.stopped().has_value());
  }
}

}  // namespace
}  // namespace sekisho::consensus
