// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/state/state_machine.h"

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/state/keys.h"
#include "node/state/queries.h"
#include "tests/support/test_chain.h"

namespace sekisho::state {
namespace {

using ledger::Verdict;
using test::TestChain;

v1::Operation note(TestChain& chain, std::string_view author) {
  v1::Operation operation = chain.operation(author);
  operation.mutable_note()->set_body("hello");
  return operation;
}

TEST(StateMachineTest, GenesisIsHeightZeroWithTheChainIdAsItsHash) {
  TestChain chain;
  EXPECT_EQ(chain.machine.height(), 0u);
  EXPECT_EQ(chain.machine.head_hash(), chain.consortium.chain_id());
  EXPECT_EQ(members(chain.machine).size(), 8u);
  EXPECT_EQ(voters(chain.machine).size(), 3u);
  EXPECT_EQ(key(chain.machine, chain.consortium.operation_key(2).public_key().key_id())->role,
            v1::NODE);
}

TEST(StateMachineTest, ABlockChainsToTheOneBefore) {
  TestChain chain;
  const ledger::AppliedBlock first =
      chain.apply({chain.sign(note(chain, "hoken-a"), v1::OPERATOR)});
  const ledger::AppliedBlock second =
      chain.apply({chain.sign(note(chain, "hoken-a"), v1::OPERATOR)});
  EXPECT_EQ(first.header.height, 1u);
  EXPECT_EQ(first.header.previous_block_hash, chain.consortium.chain_id());
  EXPECT_EQ(second.header.previous_block_hash, first.hash);
  EXPECT_EQ(second.header.first_index, 1u);
  EXPECT_EQ(second.hash, ledger::block_hash(second.header));
  EXPECT_EQ(second.header.log_root, *ledger::tree_root(2, chain.tree_reader()));
}

TEST(StateMachineTest, BlockTimeGrowsWhateverTheLeaderSays) {
  TestChain chain;
  const std::uint64_t start = chain.machine.head().block_time_ms;
  EXPECT_EQ(chain.apply_body(test::make_body(0, {})).header.block_time_ms, start + 1);
  EXPECT_EQ(chain.apply_body(test::make_body(start + 500, {})).header.block_time_ms, start + 500);
  EXPECT_EQ(chain.apply_body(test::make_body(start + 500, {})).header.block_time_ms, start + 501);
  const std::uint64_t far = chain.apply_body(test::make_body(~0ull, {})).header.block_time_ms;
  EXPECT_LT(far, 1ull << 60);
  EXPECT_EQ(chain.apply_body(test::make_body(~0ull, {})).header.block_time_ms, far + 1);
}

TEST(StateMachineTest, ABodyThatDoesNotParseIsAnEmptyBlock) {
  TestChain chain;
  for (const Bytes& body :
       {Bytes("\xff\xff garbage"), Bytes("\x1a\x01x", 3), Bytes(limits::kBlockSizeMax + 1, '\0')}) {
    const ledger::AppliedBlock& block = chain.apply_body(body);
    EXPECT_EQ(block.header.operation_count, 0u);
    EXPECT_EQ(block.body, body);
    EXPECT_TRUE(block.state_changes.empty());
  }
  EXPECT_EQ(chain.machine.height(), 3u);
  EXPECT_EQ(chain.machine.tree_size(), 0u);
}

TEST(StateMachineTest, MoreOperationsThanABlockMayHoldAreNone) {
  TestChain chain;
  const std::vector<Bytes> many(limits::kBlockOperationsMax + 1, "x");
  EXPECT_EQ(chain.apply(many).header.operation_count, 0u);
  EXPECT_EQ(chain.apply(std::vector<Bytes>(3, "x")).header.operation_count, 3u);
}

TEST(StateMachineTest, AMalformedOperationLeavesItsDigestOnly) {
  TestChain chain;
  const ledger::AppliedBlock& block = chain.apply({"junk"});
  const ledger::OperationRecord& record = block.operations.at(0);
  EXPECT_EQ(record.verdict, 100);
  EXPECT_EQ(record.operation_digest, ledger::operation_digest("junk"));
  EXPECT_TRUE(record.author_key_id.is_zero());
  EXPECT_TRUE(block.audit_terms.at(0).members.empty());
}

TEST(StateMachineTest, ValidityIsJudgedByBlockTime) {
  TestChain chain;
  v1::Operation expired = note(chain, "hoken-a");
  expired.set_valid_until_ms(chain.now_ms());
  EXPECT_EQ(chain.submit(expired, v1::OPERATOR), Verdict::kRejectedExpired);
  v1::Operation just = note(chain, "hoken-a");
  just.set_valid_until_ms(chain.now_ms() + 1000);
  EXPECT_EQ(chain.submit(just, v1::OPERATOR), Verdict::kAccepted);
  v1::Operation far = note(chain, "hoken-a");
  far.set_valid_until_ms(chain.now_ms() + 1000 + limits::kValidityMaxMs + 1);
  EXPECT_EQ(chain.submit(far, v1::OPERATOR), Verdict::kRejectedValidityTooLong);
}

TEST(StateMachineTest, AnOperationIdIsHonouredOnce) {
  TestChain chain;
  const Bytes first = chain.sign(note(chain, "hoken-a"), v1::OPERATOR);
  const ledger::AppliedBlock& block = chain.apply({first, first});
  EXPECT_EQ(block.operations.at(0).verdict, 0);
  EXPECT_EQ(block.operations.at(1).verdict,
            static_cast<std::uint16_t>(Verdict::kRejectedDuplicate));
  EXPECT_EQ(chain.submit(first), Verdict::kRejectedDuplicate);
}

TEST(StateMachineTest, TheDedupWindowIsPrunedByBlockTime) {
  TestChain chain;
  v1::Operation operation = note(chain, "hoken-a");
  EXPECT_EQ(chain.submit(operation, v1::OPERATOR), Verdict::kAccepted);
  const auto count = [&] {
    std::size_t entries = 0;
    chain.machine.scan(prefix_of(prefix::kDedup), {},
                       [&](BytesView, BytesView) { return ++entries > 0; });
    return entries;
  };
  EXPECT_EQ(count(), 1u);
  chain.pass(3600 * 1000);
  chain.apply({});
  EXPECT_EQ(count(), 0u);
  // Its own validity still keeps the same bytes out; the id is free again for a new operation.
  EXPECT_EQ(chain.submit(operation, v1::OPERATOR), Verdict::kRejectedExpired);
  operation.set_valid_until_ms(chain.now_ms() + 60'000);
  EXPECT_EQ(chain.submit(operation, v1::OPERATOR), Verdict::kAccepted);
}

TEST(StateMachineTest, JunkWithAnothersIdSpendsNothing) {
  TestChain chain;
  const v1::Operation operation = note(chain, "hoken-a");
  v1::SignedOperation forged;
  ASSERT_TRUE(forged.ParseFromString(chain.sign(operation, v1::OPERATOR)));
  forged.mutable_signature()->back() = static_cast<char>(forged.signature().back() ^ 1);
  EXPECT_EQ(chain.submit(forged.SerializeAsString()), Verdict::kRejectedBadSignature);
  EXPECT_EQ(chain.submit(operation, v1::OPERATOR), Verdict::kAccepted);
}

TEST(StateMachineTest, TheSignerMustBeAKnownKeyOfTheAuthor) {
  TestChain chain;
  const v1::Operation operation = note(chain, "hoken-a");
  const auto stranger = crypto::PrivateKey::generate(crypto::KeyAlgorithm::kEcdsaP256);
  EXPECT_EQ(chain.submit(ledger::sign_operation(operation, chain.consortium.chain_id(), stranger)),
            Verdict::kRejectedUnknownKey);
  EXPECT_EQ(chain.submit(ledger::sign_operation(operation, chain.consortium.chain_id(),
                                                chain.consortium.key("hoken-b", v1::OPERATOR))),
            Verdict::kRejectedAuthorMismatch);
  EXPECT_EQ(chain.submit(ledger::sign_operation(operation, Digest{},
                                                chain.consortium.key("hoken-a", v1::OPERATOR))),
            Verdict::kRejectedBadSignature);
  EXPECT_EQ(chain.submit(operation, v1::READER), Verdict::kRejectedRoleNotEntitled);
  EXPECT_EQ(chain.submit(note(chain, "hoken-a"), v1::OPERATOR), Verdict::kAccepted);
}

TEST(StateMachineTest, AReaderRecordsAuditQueriesAndNothingElse) {
  TestChain chain;
  v1::Operation query = chain.operation("kansa");
  query.mutable_record_audit_query()->set_scope("member");
  query.mutable_record_audit_query()->set_query_digest(Bytes(32, 'q'));
  EXPECT_EQ(chain.submit(query, v1::READER), Verdict::kAccepted);
  EXPECT_EQ(chain.submit(note(chain, "kansa"), v1::READER), Verdict::kRejectedRoleNotEntitled);
}

TEST(StateMachineTest, ARejectedOperationChangesNothingButTheWindow) {
  TestChain chain;
  v1::Operation offer = chain.offer_operation(chain.fresh_id());
  offer.mutable_offer()->mutable_receipts(1)->set_node_number(3);
  const Bytes operation = chain.sign(offer, v1::OPERATOR);
  const ledger::AppliedBlock& block = chain.apply({operation});
  EXPECT_EQ(block.operations.at(0).verdict,
            static_cast<std::uint16_t>(Verdict::kRejectedBadReceipt));
  ASSERT_EQ(block.state_changes.size(), 1u);
  EXPECT_EQ(block.state_changes.at(0).key.front(), prefix::kDedup);
}

TEST(StateMachineTest, DryRunForetellsAndChangesNothing) {
  TestChain chain;
  const Id16 exchange_id = chain.fresh_id();
  const Bytes operation = chain.sign(chain.offer_operation(exchange_id), v1::OPERATOR);
  const auto parsed = ledger::parse_operation(operation);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(chain.machine.dry_run(*parsed, chain.now_ms(), chain.verifier), Verdict::kAccepted);
  EXPECT_FALSE(exchange(chain.machine, exchange_id));
  EXPECT_EQ(chain.submit(operation), Verdict::kAccepted);
  EXPECT_EQ(chain.machine.dry_run(*parsed, chain.now_ms(), chain.verifier),
            Verdict::kRejectedDuplicate);
}

void run_life(TestChain& chain) {
  const Id16 first = chain.offer();
  const Id16 second = chain.offer();
  chain.convert(first, true);
  chain.fail_conversion(second);
  chain.fetch_output(first);
  chain.confirm_output(first);
  chain.delete_all();
}

TEST(StateMachineTest, TheSameBodiesGiveTheSameHashes) {
  TestChain chain;
  run_life(chain);
  StateMachine again(chain.consortium.document());
  const PlainVerifier verifier(chain.consortium.chain_id());
  for (const ledger::AppliedBlock& block : chain.blocks) {
    const ledger::AppliedBlock replayed =
        again.apply_block(block.header.term, block.consensus_index, block.body, verifier);
    ASSERT_EQ(replayed.hash, block.hash);
    ASSERT_EQ(replayed.header, block.header);
  }
}

TEST(StateMachineTest, ARestoredMachineGoesOnAsTheFirst) {
  TestChain chain;
  run_life(chain);
  auto restored = StateMachine::restore(chain.machine, chain.machine.head(), chain.tree_reader());
  ASSERT_TRUE(restored) << restored.error().to_string();
  EXPECT_EQ((*restored)->head_hash(), chain.machine.head_hash());
  const Bytes old = chain.blocks.back().operations.at(0).signed_operation;
  const Bytes body =
      test::make_body(chain.now_ms() + 5, {old, chain.sign(note(chain, "hoken-a"), v1::OPERATOR)});
  const ledger::AppliedBlock b = (*restored)->apply_block(2, 99, body, chain.verifier);
  const ledger::AppliedBlock a = chain.machine.apply_block(2, 99, body, chain.verifier);
  EXPECT_EQ(a.hash, b.hash);
  EXPECT_EQ(a.operations.at(0).verdict, static_cast<std::uint16_t>(Verdict::kRejectedDuplicate));
}

TEST(StateMachineTest, RestoreRefusesAStateThatWasTamperedWith) {
  TestChain chain;
  run_life(chain);
  Store changed;
  chain.machine.scan({}, {}, [&](BytesView key, BytesView value) {
    changed.load(Bytes(key), Bytes(value));
    return true;
  });
  Member suspended = *member(chain.machine, "hoken-a");
  suspended.status = MemberStatus::kSuspended;
  changed.put(member_key("hoken-a"), encode(suspended));
  EXPECT_FALSE(StateMachine::restore(changed, chain.machine.head(), chain.tree_reader()));
  ledger::BlockHeader head = chain.machine.head();
  head.first_index -= 1;
  EXPECT_FALSE(StateMachine::restore(chain.machine, head, chain.tree_reader()));
}

TEST(StateMachineTest, StateProofsHoldAgainstTheHeader) {
  TestChain chain;
  run_life(chain);
  const Digest& root = chain.machine.head().state_root;
  chain.machine.scan({}, {}, [&](BytesView key, BytesView value) {
    EXPECT_TRUE(verify_state_proof(root, key, Bytes(value), chain.machine.prove(key)));
    return true;
  });
  const Bytes absent = member_key("nobody");
  EXPECT_TRUE(verify_state_proof(root, absent, std::nullopt, chain.machine.prove(absent)));
}

TEST(StateMachineTest, StateChangesAscendAndRebuildTheState) {
  TestChain chain;
  run_life(chain);
  std::map<Bytes, Bytes> rebuilt;
  for (const ledger::StateChange& change : genesis_state(chain.consortium.document())) {
    rebuilt[change.key] = change.value;
  }
  for (const ledger::AppliedBlock& block : chain.blocks) {
    for (std::size_t i = 0; i < block.state_changes.size(); ++i) {
      const ledger::StateChange& change = block.state_changes[i];
      if (i > 0) {
        EXPECT_LT(block.state_changes[i - 1].key, change.key);
      }
      if (change.deleted) {
        EXPECT_EQ(rebuilt.erase(change.key), 1u);
      } else {
        rebuilt[change.key] = change.value;
      }
    }
  }
  std::map<Bytes, Bytes> present;
  chain.machine.scan({}, {}, [&](BytesView key, BytesView value) {
    present.emplace(key, value);
    return true;
  });
  EXPECT_EQ(rebuilt, present);
}

}  // namespace
}  // namespace sekisho::state
