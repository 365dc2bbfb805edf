// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "consensus/message.h"

#include <gtest/gtest.h>

#include "node/base/limits.h"

namespace sekisho::consensus {
namespace {

Message make(Body body, Term term = 5) { return {1, 2, term, std::move(body)}; }

Append append(Index prev, Term prev_term, std::vector<std::pair<Index, Term>> places) {
  Append body{prev, prev_term, 0, {}};
  for (const auto& [index, term] : places) {
    body.entries.push_back({term, index, EntryKind::kNormal, make_payload("x")});
  }
  return body;
}

bool valid(Body body) { return validate(make(std::move(body))).has_value(); }

TEST(MessageTest, AddressAndTermAreBounded) {
  EXPECT_TRUE(valid(TimeoutNow{}));
  EXPECT_FALSE(validate({0, 2, 5, TimeoutNow{}}).has_value());
  EXPECT_FALSE(validate({1, 0, 5, TimeoutNow{}}).has_value());
  EXPECT_FALSE(validate({2, 2, 5, TimeoutNow{}}).has_value());
  EXPECT_FALSE(validate({1, 2, 0, TimeoutNow{}}).has_value());
  EXPECT_FALSE(validate({1, 2, kTermMax + 1, TimeoutNow{}}).has_value());
}

TEST(MessageTest, AppendedEntriesFollowOneAnother) {
  EXPECT_TRUE(valid(append(0, 0, {{1, 1}, {2, 5}})));
  EXPECT_TRUE(valid(append(3, 2, {})));
  EXPECT_FALSE(valid(append(3, 2, {{5, 2}})));
  EXPECT_FALSE(valid(append(3, 2, {{4, 1}})));
  EXPECT_FALSE(valid(append(3, 2, {{4, 6}})));
  EXPECT_FALSE(valid(append(3, 6, {})));
  EXPECT_FALSE(valid(append(3, 0, {})));
  EXPECT_FALSE(valid(append(0, 3, {})));
  EXPECT_FALSE(valid(append(kIndexMax + 1, 1, {})));
}

TEST(MessageTest, EntriesAreBoundedInSizeKindAndNumber) {
  Append large = append(0, 0, {{1, 1}});
  large.entries[0].data = make_payload(Bytes(limits::kBlockSizeMax + 1, 'x'));
  EXPECT_FALSE(valid(large));
  Append noop = append(0, 0, {{1, 1}});
  noop.entries[0].kind = EntryKind::kNoop;
  EXPECT_FALSE(valid(noop));
  noop.entries[0].data = nullptr;
  EXPECT_TRUE(valid(noop));
  noop.entries[0].kind = static_cast<EntryKind>(7);
  EXPECT_FALSE(valid(noop));
  Append many;
  for (Index i = 1; i <= kAppendEntriesMax + 1; ++i) {
    many.entries.push_back({1, i, EntryKind::kNormal, nullptr});
  }
  EXPECT_FALSE(valid(many));
}

TEST(MessageTest, VoteRequestsComeFromBelowTheirTerm) {
  EXPECT_TRUE(valid(VoteRequest{false, false, 3, 4}));
  EXPECT_FALSE(valid(VoteRequest{false, false, 3, 5}));
  EXPECT_FALSE(valid(VoteRequest{false, false, 0, 4}));
  EXPECT_FALSE(valid(VoteRequest{true, true, 3, 4}));
}

TEST(MessageTest, RepliesAndOffersAreBounded) {
  AppendReply rejected;
  rejected.rejected = true;
  rejected.rejected_prev = 4;
  rejected.hint_index = 4;
  rejected.hint_term = 2;
  EXPECT_TRUE(valid(rejected));
  rejected.hint_index = 5;
  EXPECT_FALSE(valid(rejected));
  EXPECT_FALSE(valid(Heartbeat{kIndexMax + 1, 0}));
  EXPECT_FALSE(valid(ReadIndexReply{1, kIndexMax + 1}));
  EXPECT_FALSE(valid(SnapshotOffer{}));
  SnapshotOffer offer;
  offer.snapshot.index = 3;
  offer.snapshot.term = 5;
  EXPECT_TRUE(valid(offer));
  offer.snapshot.term = 6;
  EXPECT_FALSE(valid(offer));
}

TEST(MessageTest, TextNamesWhatMatters) {
  EXPECT_EQ(to_string(make(append(4, 2, {{5, 3}, {6, 3}}))),
            "1>2 t5 append prev=4/2 commit=0 [5/3 6/3]");
  EXPECT_EQ(to_string(make(VoteRequest{true, false, 4, 2})), "1>2 t5 pre-vote last=4/2");
  EXPECT_EQ(to_string(make(Heartbeat{3, 9})), "1>2 t5 heartbeat commit=3 read=9");
}

TEST(MessageTest, SizeCountsPayloads) {
  EXPECT_EQ(size_bytes(make(append(0, 0, {{1, 1}}))) - size_bytes(make(append(0, 0, {}))),
            Entry::kOverheadBytes + 1);
}

TEST(EntryTest, EqualityIsByValue) {
  const Entry a{1, 2, EntryKind::kNormal, make_payload("same")};
  const Entry b{1, 2, EntryKind::kNormal, make_payload("same")};
  EXPECT_EQ(a, b);
  EXPECT_FALSE(a == (Entry{1, 2, EntryKind::kNormal, make_payload("other")}));
  EXPECT_FALSE(a == (Entry{2, 2, EntryKind::kNormal, a.data}));
}

}  // namespace
}  // namespace sekisho::consensus
