// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/ledger_store.h"

#include <deque>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "node/ledger/verdict.h"
#include "storage/log_store.h"
#include "storage/memory_kv.h"
#include "storage/recovery.h"
#include "tests/unit/storage/ledger_fixture.h"
#include "tests/unit/storage/test_dir.h"

namespace sekisho::storage {
namespace {

using ledger::AppliedBlock;
using ledger::AuditTerms;

constexpr std::uint64_t kNode = 1;

class LedgerStoreTest : public ::testing::Test {
 protected:
  LedgerStoreTest() { open(); }

  void open() {
    store_ = must(LedgerStore::open(kv_, chain_.chain_id(), kNode, {{"genesis", "state", false}}));
  }
  void reopen_after_crash() {
    store_.reset();
    SeededRng rng(1);
    kv_.crash(rng);
    open();
  }
  const AppliedBlock& commit(AppliedBlock block) {
    EXPECT_TRUE(ok(store_->commit_block(block)));
    blocks_.push_back(std::move(block));
    return blocks_.back();
  }

  MemoryKv kv_;
  ChainBuilder chain_{1};
  std::unique_ptr<LedgerStore> store_;
  std::deque<AppliedBlock> blocks_;
};

Id16 exchange(std::uint8_t number) {
  Id16 id;
  id.bytes.fill(number);
  return id;
}

using Indexes = std::vector<std::uint64_t>;

TEST_F(LedgerStoreTest, BeginsWithTheGenesisState) {
  for (int reopened = 0; reopened < 2; ++reopened) {
    const LedgerHead head = must(store_->view().head());
    EXPECT_EQ(head.height, 0u);
    EXPECT_EQ(head.consensus_index, 0u);
    EXPECT_EQ(head.hash, chain_.chain_id());
    EXPECT_EQ(store_->view().state()->get("genesis"), Bytes("state"));
    EXPECT_EQ(store_->view().header(1).error().code, Code::kNotFound);
    EXPECT_EQ(store_->view().operation(0).error().code, Code::kNotFound);
    EXPECT_EQ(must(store_->view().certified_height()), 0u);
    open();
  }
}

TEST_F(LedgerStoreTest, GivesBackWhatABlockHeld) {
  for (const std::size_t count : {1u, 3u, 0u, 700u, 2u}) commit(chain_.next(count));
  reopen_after_crash();
  const LedgerView view = store_->view();
  EXPECT_EQ(must(view.head()).hash, blocks_.back().hash);
  EXPECT_EQ(must(view.head()).consensus_index, blocks_.back().consensus_index);
  for (const AppliedBlock& block : blocks_) {
    EXPECT_EQ(must(view.header(block.header.height)), block.header);
    EXPECT_EQ(must(view.body(block.header.height)), block.body);
    EXPECT_EQ(must(view.consensus_index(block.header.height)), block.consensus_index);
    for (const ledger::OperationRecord& record : block.operations) {
      ASSERT_TRUE(same(must(view.operation(record.index)), record)) << record.index;
      ASSERT_EQ(must(view.find_operation(record.operation_id)), record.index);
    }
  }
  EXPECT_EQ(view.operation(chain_.tree_size()).error().code, Code::kNotFound);
  EXPECT_EQ(must(view.find_operation(exchange(9))), std::nullopt);
}

TEST_F(LedgerStoreTest, ReadsOperationsAcrossBodyPieces) {
  commit(chain_.next(20, 60'000));
  for (const ledger::OperationRecord& record : blocks_[0].operations) {
    EXPECT_TRUE(same(must(store_->view().operation(record.index)), record));
  }
}

TEST_F(LedgerStoreTest, TheFirstUseOfAnOperationIdIsFound) {
  AppliedBlock block = chain_.next(3);
  block.operations[2].operation_id = block.operations[1].operation_id;
  commit(block);
  EXPECT_EQ(must(store_->view().find_operation(block.operations[1].operation_id)), 1u);
}

TEST_F(LedgerStoreTest, JunkWithAnotherOperationsIdDoesNotStandInItsPlace) {
  AppliedBlock block = chain_.next(2);
  block.operations[0].operation_id = block.operations[1].operation_id;
  block.operations[0].verdict = static_cast<std::uint16_t>(ledger::Verdict::kRejectedUnknownKey);
  commit(block);
  EXPECT_EQ(must(store_->view().find_operation(block.operations[1].operation_id)), 1u);
  EXPECT_TRUE(same(must(store_->view().operation(0)), block.operations[0])) << "but it is there";
}

TEST_F(LedgerStoreTest, AnswersEveryNodeOfTheTree) {
  std::map<std::pair<int, std::uint64_t>, Digest> expected;
  for (const std::size_t count : {1u, 1u, 5u, 300u, 17u, 0u, 1u, 40u}) {
    for (const ledger::TreeNode& node : commit(chain_.next(count, 20)).tree_nodes) {
      expected[{node.level, node.position}] = node.hash;
    }
  }
  const LedgerView view = store_->view();
  for (const auto& [place, hash] : expected) {
    EXPECT_EQ(must(view.tree_node(static_cast<std::uint8_t>(place.first), place.second)), hash)
        << place.first << "/" << place.second;
  }
  const ledger::TreeNodeReader reader = [&](std::uint8_t level, std::uint64_t position) {
    return view.tree_node(level, position);
  };
  EXPECT_EQ(must(ledger::tree_root(chain_.tree_size(), reader)), chain_.frontier().root());
  const auto restored = must(ledger::Frontier::restore(chain_.tree_size(), reader));
  EXPECT_EQ(restored.root(), chain_.frontier().root());
  EXPECT_EQ(view.tree_node(0, chain_.tree_size()).error().code, Code::kNotFound);
  EXPECT_EQ(view.tree_node(3, chain_.tree_size() / 8).error().code, Code::kNotFound);
  EXPECT_EQ(view.tree_node(63, ~std::uint64_t{0}).error().code, Code::kNotFound);
  EXPECT_EQ(view.tree_node(200, 0).error().code, Code::kNotFound);
}

TEST_F(LedgerStoreTest, PagesByExchange) {
  commit(chain_.next({{exchange(1), {}}, {exchange(2), {}}, {exchange(1), {}}, {{}, {}}}));
  commit(chain_.next({{{}, {}}}));
  commit(chain_.next({{exchange(2), {}}, {exchange(1), {}}}));
  const LedgerView view = store_->view();
  EXPECT_EQ(must(view.by_exchange(exchange(1), 0, 10)).indexes, (Indexes{0, 2, 6}));
  EXPECT_EQ(must(view.by_exchange(exchange(1), 1, 10)).indexes, (Indexes{2, 6}));
  EXPECT_EQ(must(view.by_exchange(exchange(1), 3, 10)).indexes, (Indexes{6}));
  EXPECT_EQ(must(view.by_exchange(exchange(1), 7, 10)).indexes, Indexes{});
  EXPECT_EQ(must(view.by_exchange(exchange(2), 0, 10)).indexes, (Indexes{1, 5}));
  EXPECT_EQ(must(view.by_exchange(Id16{}, 0, 10)).indexes, Indexes{}) << "zero is no exchange";
  const IndexPage page = must(view.by_exchange(exchange(1), 0, 2));
  EXPECT_EQ(page.indexes, (Indexes{0, 2}));
  EXPECT_TRUE(page.more);
  EXPECT_FALSE(must(view.by_exchange(exchange(1), 0, 3)).more);
}

TEST_F(LedgerStoreTest, PagesByMember) {
  commit(chain_.next({{{}, {"a", "b", "a"}}, {{}, {"ab"}}, {{}, {"b"}}}));
  commit(chain_.next({{{}, {"a"}}}));
  const LedgerView view = store_->view();
  EXPECT_EQ(must(view.by_member("a", 0, 10)).indexes, (Indexes{0, 3}));
  EXPECT_EQ(must(view.by_member("b", 0, 10)).indexes, (Indexes{0, 2}));
  EXPECT_EQ(must(view.by_member("ab", 0, 10)).indexes, (Indexes{1}));
  EXPECT_EQ(must(view.by_member("", 0, 10)).indexes, Indexes{});
  EXPECT_EQ(must(view.by_member(std::string(300, 'x'), 0, 10)).indexes, Indexes{});
}

TEST_F(LedgerStoreTest, PagesByTime) {
  for (const std::size_t count : {2u, 0u, 3u, 1u}) commit(chain_.next(count));
  const LedgerView view = store_->view();
  const std::uint64_t first = blocks_[0].header.block_time_ms;
  EXPECT_EQ(must(view.by_time(0, first, 0, 10)).indexes, Indexes{});
  EXPECT_EQ(must(view.by_time(0, first + 1, 0, 10)).indexes, (Indexes{0, 1}));
  EXPECT_EQ(must(view.by_time(first + 1, first + 2001, 0, 10)).indexes, (Indexes{2, 3, 4}));
  EXPECT_EQ(must(view.by_time(0, ~std::uint64_t{0}, 4, 10)).indexes, (Indexes{4, 5}));
  EXPECT_EQ(must(view.by_time(first + 5000, ~std::uint64_t{0}, 0, 10)).indexes, Indexes{});
  EXPECT_EQ(must(view.by_time(5, 5, 0, 10)).indexes, Indexes{});
  const IndexPage page = must(view.by_time(0, ~std::uint64_t{0}, 1, 2));
  EXPECT_EQ(page.indexes, (Indexes{1, 2}));
  EXPECT_TRUE(page.more);
}

TEST_F(LedgerStoreTest, StateStandsAtItsHeight) {
  AppliedBlock block = chain_.next(1);
  block.state_changes = {{"a/1", "x", false}, {"a/2", "y", false}, {"genesis", "", true}};
  commit(block);
  const LedgerView before = store_->view();
  block = chain_.next(1);
  block.state_changes = {{"a/1", "z", false}, {"a/2", "", true}, {"a/3", "", false}};
  commit(block);
  const auto old_state = before.state();
  const auto new_state = store_->view().state();
  EXPECT_EQ(old_state->height(), 1u);
  EXPECT_EQ(new_state->height(), 2u);
  EXPECT_EQ(old_state->get("a/1"), Bytes("x"));
  EXPECT_EQ(new_state->get("a/1"), Bytes("z"));
  EXPECT_EQ(new_state->get("a/2"), std::nullopt);
  EXPECT_EQ(new_state->get("a/3"), Bytes());
  EXPECT_EQ(new_state->get("genesis"), std::nullopt);
  std::string seen;
  old_state->scan("a/", "a/2", [&](BytesView key, BytesView value) {
    seen += Bytes(key) + "=" + Bytes(value) + ";";
    return true;
  });
  new_state->scan("a/", "", [&](BytesView key, BytesView value) {
    seen += Bytes(key) + "=" + Bytes(value) + ";";
    return true;
  });
  EXPECT_EQ(seen, "a/2=y;a/1=z;a/3=;");
}

TEST_F(LedgerStoreTest, KeepsAttestationsAndCertificates) {
  commit(chain_.next(1));
  commit(chain_.next(1));
  ASSERT_TRUE(ok(store_->save_own_attestation(1, blocks_[0].hash, "note 1")));
  ASSERT_TRUE(ok(store_->save_own_attestation(1, blocks_[0].hash, "note 1")));
  ASSERT_TRUE(ok(store_->save_own_attestation(2, blocks_[1].hash, "note 2")));
  ASSERT_TRUE(ok(store_->save_certificate(1, "certificate 1")));
  EXPECT_EQ(must(store_->view().certificate(1)), Bytes("certificate 1"));
  EXPECT_EQ(must(store_->view().certificate(2)), std::nullopt);
  EXPECT_EQ(must(store_->view().certified_height()), 1u);
  reopen_after_crash();
  EXPECT_EQ(must(store_->view().own_attestation(1)), Bytes("note 1"));
  EXPECT_EQ(must(store_->view().own_attestation(2)), Bytes("note 2"));
  EXPECT_EQ(must(store_->view().own_attestation(3)), std::nullopt);
  EXPECT_EQ(must(store_->view().attested_height()), 2u);
}

TEST_F(LedgerStoreTest, FeedsRecovery) {
  commit(chain_.next(1));
  commit(chain_.next(1));
  ASSERT_TRUE(ok(store_->save_own_attestation(2, blocks_[1].hash, "note")));
  MemoryKv log_kv;
  const auto log = must(DurableLog::open(log_kv, {chain_.chain_id(), kNode}));
  const auto lost = inspect_recovery(*log, *store_);
  EXPECT_EQ(lost.error().code, Code::kFailedPrecondition) << "the log has been emptied";
  consensus::Persist write;
  for (consensus::Index i = 1; i <= 5; ++i) write.entries.push_back({1, i, {}, nullptr});
  ASSERT_TRUE(ok(log->persist(write)));
  const RecoveryState state = must(inspect_recovery(*log, *store_));
  EXPECT_EQ(state.applied_index, 4u);
  EXPECT_EQ(state.attested_height, 2u);
  EXPECT_EQ(state.attested_index, 4u);
}

TEST_F(LedgerStoreTest, AFailedCommitLeavesTheHead) {
  commit(chain_.next(2));
  kv_.fail_writes(Code::kNoSpace);
  const AppliedBlock block = chain_.next(2);
  EXPECT_EQ(store_->commit_block(block).error().code, Code::kNoSpace);
  EXPECT_EQ(must(store_->view().head()).height, 1u);
  kv_.heal();
  EXPECT_TRUE(ok(store_->commit_block(block)));
  EXPECT_EQ(must(store_->view().head()).height, 2u);
}

TEST_F(LedgerStoreTest, FindsDamagedRecordsOfEveryKind) {
  AppliedBlock block = chain_.next({{exchange(1), {"member"}}, {exchange(1), {"member"}}});
  block.state_changes = {{"key", "value", false}};
  commit(block);
  ASSERT_TRUE(ok(store_->save_own_attestation(1, block.hash, "note")));
  ASSERT_TRUE(ok(store_->save_certificate(1, "certificate")));
  const LedgerView before = store_->view();
  SeededRng rng(4);
  const auto corrupt = [&](BytesView prefix) { ASSERT_TRUE(kv_.flip_bit(rng, prefix)) << prefix; };
  for (const char* prefix : {"h", "b", "p", "n", "o", "x", "m", "a", "c", "H"}) corrupt(prefix);
  const LedgerView view = store_->view();
  EXPECT_EQ(view.header(1).error().code, Code::kCorrupt);
  EXPECT_EQ(view.body(1).error().code, Code::kCorrupt);
  EXPECT_EQ(view.operation(0).error().code, Code::kCorrupt);
  EXPECT_EQ(view.tree_node(0, 0).error().code, Code::kCorrupt);
  EXPECT_EQ(view.by_exchange(exchange(1), 0, 9).error().code, Code::kCorrupt);
  EXPECT_EQ(view.by_member("member", 0, 9).error().code, Code::kCorrupt);
  EXPECT_EQ(view.own_attestation(1).error().code, Code::kCorrupt);
  EXPECT_EQ(view.certificate(1).error().code, Code::kCorrupt);
  EXPECT_EQ(view.head().error().code, Code::kCorrupt);
  EXPECT_EQ(LedgerStore::open(kv_, chain_.chain_id(), kNode, {}).error().code, Code::kCorrupt);
}

using LedgerStoreDeathTest = LedgerStoreTest;

TEST_F(LedgerStoreDeathTest, DamagedStateStopsTheProcess) {
  AppliedBlock block = chain_.next(1);
  block.state_changes = {{"key", "value", false}};
  commit(block);
  SeededRng rng(4);
  ASSERT_TRUE(kv_.flip_bit(rng, "skey"));
  const auto state = store_->view().state();
  EXPECT_DEATH((void)state->get("key"), "the stored state can be read");
}

TEST_F(LedgerStoreDeathTest, ChecksThatBlocksExtendTheHead) {
  commit(chain_.next(1));
  AppliedBlock block = chain_.next(1);
  block.header.previous_block_hash = chain_.chain_id();
  EXPECT_DEATH((void)store_->commit_block(block), "previous_block_hash");
  EXPECT_DEATH((void)store_->commit_block(blocks_[0]), "height");
}

TEST_F(LedgerStoreDeathTest, NeverSignsTwoBlocksOrBackwards) {
  commit(chain_.next(1));
  commit(chain_.next(1));
  EXPECT_DEATH((void)store_->save_own_attestation(2, blocks_[0].hash, "note"), "hash");
  EXPECT_DEATH((void)store_->save_own_attestation(3, blocks_[1].hash, "note"), "height");
  ASSERT_TRUE(ok(store_->save_own_attestation(2, blocks_[1].hash, "note")));
  EXPECT_DEATH((void)store_->save_own_attestation(1, blocks_[0].hash, "note"), "attested_height_");
}

TEST_F(LedgerStoreTest, BelongsToOneChainAndNode) {
  Digest other = chain_.chain_id();
  other.bytes[0] ^= 1;
  EXPECT_EQ(LedgerStore::open(kv_, other, kNode, {}).error().code, Code::kFailedPrecondition);
  EXPECT_EQ(LedgerStore::open(kv_, chain_.chain_id(), kNode + 1, {}).error().code,
            Code::kFailedPrecondition);
}

TEST_F(LedgerStoreTest, ABlockAndItsOwnNoteComeTogetherOrNotAtAll) {
  const std::uint64_t syncs = kv_.sync_count();
  ASSERT_TRUE(ok(store_->commit_block(chain_.next(2), "note 1")));
  EXPECT_EQ(kv_.sync_count(), syncs + 1);
  const AppliedBlock second = chain_.next(1);
  kv_.fail_writes(Code::kIo);
  EXPECT_FALSE(store_->commit_block(second, "note 2"));
  reopen_after_crash();
  const LedgerView view = store_->view();
  EXPECT_EQ(must(view.own_attestation(1)), Bytes("note 1"));
  EXPECT_EQ(must(view.attested_height()), must(view.head()).height);
  EXPECT_EQ(must(view.own_attestation(2)).has_value(), must(view.head()).height == 2);
}

TEST_F(LedgerStoreTest, NoOtherNoteAtTheHeightOfABlockStoredWithOne) {
  const AppliedBlock block = chain_.next(1);
  ASSERT_TRUE(ok(store_->commit_block(block, "note 1")));
  commit(chain_.next(1));
  ASSERT_TRUE(ok(store_->save_own_attestation(2, blocks_.back().hash, "note 2")));
  EXPECT_DEATH((void)store_->save_own_attestation(1, block.hash, "another"), "attested_height_");
}

TEST_F(LedgerStoreTest, ACertificateEndsTheOwnNotesBelowItButNeverTheNewest) {
  for (int i = 0; i < 6; ++i)
    ASSERT_TRUE(ok(store_->commit_block(chain_.next(1), i < 4 ? "n" : "")));
  ASSERT_TRUE(ok(store_->save_certificate(3, "certificate 3")));
  reopen_after_crash();
  ASSERT_TRUE(ok(store_->save_certificate(3, "certificate 3")));
  EXPECT_EQ(must(store_->view().own_attestation(2)), std::nullopt);
  EXPECT_EQ(must(store_->view().own_attestation(3)), Bytes("n"));
  ASSERT_TRUE(ok(store_->save_certificate(6, "certificate 6")));
  EXPECT_EQ(must(store_->view().own_attestation(3)), std::nullopt);
  EXPECT_EQ(must(store_->view().own_attestation(4)), Bytes("n"));
  EXPECT_EQ(must(store_->view().attested_height()), 4u);
  EXPECT_EQ(must(store_->view().certificate(3)), Bytes("certificate 3"));
}

TEST_F(LedgerStoreTest, AViewSeesTheWriteThatHasReturned) {
  EXPECT_EQ(must(store_->view().head()).height, 0u);
  const LedgerView before = store_->view();
  commit(chain_.next(1));
  EXPECT_EQ(must(store_->view().head()).height, 1u);
  EXPECT_EQ(must(before.head()).height, 0u) << "an older view stays as it was";
  ASSERT_TRUE(ok(store_->save_certificate(1, "certificate 1")));
  EXPECT_EQ(must(store_->view().certificate(1)), Bytes("certificate 1"));
}

}  // namespace
}  // namespace sekisho::storage
