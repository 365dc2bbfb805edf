// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/state/records.h"

#include <gtest/gtest.h>

#include "node/base/rng.h"
#include "node/state/store.h"

namespace sekisho::state {
namespace {

Exchange full_exchange() {
  Exchange exchange;
  exchange.exchange_id = *Id16::from_bytes(Bytes(16, 'e'));
  exchange.sender = "kenshin-a";
  exchange.receiver = "hoken-a";
  exchange.state = ExchangeState::kClosed;
  exchange.outcome = ExchangeState::kRejected;
  exchange.input = {*Digest::from_bytes(Bytes(32, 'i')), 10, *Digest::from_bytes(Bytes(32, 'c'))};
  exchange.report = exchange.input;
  exchange.evidence.emplace().counts = {{"E-DATE", 3}, {"W-UNIT", 1}};
  exchange.reason = "理由";
  exchange.deadline_ms = ~0ull;
  return exchange;
}

Proposal full_proposal() {
  Proposal proposal;
  proposal.title = "議案";
  for (const ActionType type :
       {ActionType::kAddMember, ActionType::kSuspendMember, ActionType::kReinstateMember,
        ActionType::kApproveMap, ActionType::kRetireMap, ActionType::kSetPolicy}) {
    proposal.actions.emplace_back().type = type;
  }
  proposal.actions[0].member.kind = v1::INSURER;
  proposal.actions[0].keys.emplace_back().role = v1::ADMIN;
  proposal.actions[1].member_id = "m";
  proposal.votes.push_back({"hoken-a", true, 5});
  return proposal;
}

TEST(RecordsTest, DecodingGivesBackWhatWasEncoded) {
  EXPECT_EQ(*decode_exchange(encode(full_exchange())), full_exchange());
  EXPECT_EQ(*decode_proposal(encode(full_proposal())), full_proposal());
  Custody custody;
  custody.status = CustodyStatus::kDeleted;
  custody.method = "key-destroyed";
  EXPECT_EQ(*decode_custody(encode(custody)), custody);
  const ledger::Policy policy;
  EXPECT_EQ(*decode_policy(encode(policy)), policy);
}

TEST(RecordsTest, EveryTruncationAndEveryTrailingByteIsCorrupt) {
  const Bytes bytes = encode(full_exchange());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_exchange(BytesView(bytes).substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_exchange(bytes + "x"));
}

TEST(RecordsTest, ADamagedRecordDecodesToItsOwnBytesOrNotAtAll) {
  SeededRng rng(3);
  const Bytes bytes = encode(full_proposal());
  for (int i = 0; i < 20'000; ++i) {
    Bytes damaged = bytes;
    damaged[rng.below(damaged.size())] = static_cast<char>(rng.below(256));
    const auto decoded = decode_proposal(damaged);
    if (decoded) {
      ASSERT_EQ(encode(*decoded), damaged);
    }
  }
}

TEST(StoreTest, RollbackUndoesToTheMark) {
  Store store;
  store.put("a", "1");
  const Store::Mark mark = store.mark();
  store.put("a", "2");
  store.erase("a");
  store.put("b", "3");
  store.put("a", "4");
  store.rollback(mark);
  EXPECT_EQ(store.get("a"), "1");
  EXPECT_FALSE(store.get("b"));
  const auto changes = store.take_changes();
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].value, "1");
}

TEST(StoreTest, ChangesLeaveOutWhatIsAsItWas) {
  Store store;
  store.load("a", "1");
  store.load("b", "2");
  store.put("a", "x");
  store.put("a", "1");
  store.erase("b");
  store.put("c", "3");
  store.erase("c");
  const auto changes = store.take_changes();
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].key, "b");
  EXPECT_TRUE(changes[0].deleted);
  EXPECT_TRUE(store.take_changes().empty());
}

TEST(StoreTest, AScratchShowsItsChangesInOrderAndKeepsTheBase) {
  Store store;
  for (const char* key : {"pa", "pc", "pe", "q"}) store.load(key, "base");
  Scratch scratch(store);
  scratch.put("pb", "new");
  scratch.put("pc", "changed");
  scratch.erase("pe");
  scratch.put("pf", "last");
  std::string seen;
  scratch.scan("p", {}, [&](BytesView key, BytesView value) {
    seen += std::string(key) + "=" + std::string(value) + " ";
    return true;
  });
  EXPECT_EQ(seen, "pa=base pb=new pc=changed pf=last ");
  EXPECT_FALSE(scratch.get("pe"));
  EXPECT_EQ(store.get("pc"), "base");
}

}  // namespace
}  // namespace sekisho::state
