// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/replica/codec.h"

#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "proto/v1/peer.pb.h"

namespace sekisho::replica {
namespace {

using namespace consensus;  // NOLINT: messages are the subject

Message round_trip(const Message& message) {
  auto frame = parse_frame(encode_frame(message));
  EXPECT_TRUE(frame.has_value()) << frame.error().to_string();
  return std::get<Message>(*std::move(frame));
}

void expect_same(const Message& message) {
  const Message back = round_trip(message);
  EXPECT_EQ(to_string(back), to_string(message));
  EXPECT_EQ(back.body.index(), message.body.index());
}

TEST(CodecTest, EveryConsensusMessageSurvivesTheWire) {
  expect_same({1, 2, 7, VoteRequest{true, false, 9, 6}});
  expect_same({1, 2, 7, VoteRequest{false, true, 9, 6}});
  expect_same({1, 2, 7, VoteReply{true, true}});
  expect_same({1, 2, 7, VoteReply{false, false}});
  expect_same({1, 2, 7, AppendReply{false, 12, 0, 0, 0}});
  expect_same({1, 2, 7, AppendReply{true, 0, 12, 4, 3}});
  expect_same({1, 2, 7, Heartbeat{12, 5}});
  expect_same({1, 2, 7, HeartbeatReply{5}});
  expect_same({1, 2, 7, TimeoutNow{}});
  expect_same({1, 2, 7, ReadIndexRequest{77}});
  expect_same({1, 2, 7, ReadIndexReply{77, 12}});
}

TEST(CodecTest, AppendKeepsEntriesToTheByte) {
  Append append{8, 6, 8, {}};
  append.entries.push_back({7, 9, EntryKind::kNoop, nullptr});
  append.entries.push_back({7, 10, EntryKind::kNormal, make_payload(Bytes("a\0b", 3))});
  const Message back = round_trip({1, 2, 7, append});
  EXPECT_EQ(std::get<Append>(back.body).entries, append.entries);
}

TEST(CodecTest, SnapshotReferenceKeepsItsDigests) {
  SnapshotRef snapshot{40, 6, 30, {}, {}};
  snapshot.block_hash.bytes[0] = 1;
  snapshot.state_root.bytes[31] = 2;
  const Message back = round_trip({1, 2, 7, SnapshotOffer{snapshot}});
  EXPECT_EQ(std::get<SnapshotOffer>(back.body).snapshot, snapshot);
}

TEST(CodecTest, RejectsWhatNoCoreSends) {
  v1::PeerFrame wire;
  EXPECT_FALSE(parse_frame(wire.SerializeAsString()));
  EXPECT_FALSE(parse_frame("\xff\xff\xff"));
  wire.mutable_raft()->set_type(v1::RAFT_TYPE_UNSPECIFIED);
  EXPECT_EQ(parse_frame(wire.SerializeAsString()).error().code, Code::kInvalidArgument);
  v1::RaftMessage& append = *wire.mutable_raft();
  append.set_type(v1::APPEND);
  append.set_from(1);
  append.set_to(2);
  append.set_term(3);
  append.add_entries()->set_index(99);  // not behind prev_index
  EXPECT_FALSE(parse_frame(wire.SerializeAsString()));
}

TEST(CodecTest, ForwardKeepsOrderAndBounds) {
  const ForwardFrame frame{5, {"one", "two"}};
  auto back = parse_frame(encode_frame(frame));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(std::get<ForwardFrame>(*back).operations, frame.operations);

  v1::PeerFrame wire;
  EXPECT_FALSE(parse_frame(encode_frame(ForwardFrame{5, {}})));
  for (std::size_t i = 0; i <= kForwardOperationsMax; ++i)
    wire.mutable_forward()->add_operations("x");
  EXPECT_FALSE(parse_frame(wire.SerializeAsString()));
  wire.Clear();
  wire.mutable_forward()->add_operations(Bytes(limits::kOperationSizeMax + 1, 'x'));
  EXPECT_FALSE(parse_frame(wire.SerializeAsString()));
}

TEST(CodecTest, ForwardReplyCarriesEachCode) {
  for (int code = 0; code <= static_cast<int>(Code::kInternal); ++code) {
    const ForwardReplyFrame frame{9, fail(static_cast<Code>(code), "why"), 3};
    auto back = parse_frame(encode_frame(frame));
    ASSERT_TRUE(back.has_value());
    const auto& reply = std::get<ForwardReplyFrame>(*back);
    ASSERT_FALSE(reply.status.has_value());
    EXPECT_EQ(reply.status.error().code, static_cast<Code>(code));
    EXPECT_EQ(reply.leader, 3U);
  }
  v1::PeerFrame wire;
  wire.mutable_forward_reply()->set_code(200);
  EXPECT_FALSE(parse_frame(wire.SerializeAsString()));
}

TEST(CodecTest, AttestationNeedsHeightHashAndNote) {
  AttestationFrame frame{4, 2, {}, "note"};
  EXPECT_TRUE(parse_frame(encode_frame(frame)));
  frame.height = 0;
  EXPECT_FALSE(parse_frame(encode_frame(frame)));
  v1::PeerFrame wire;
  wire.mutable_attestation()->set_height(4);
  wire.mutable_attestation()->set_note("note");
  wire.mutable_attestation()->set_block_hash("short");
  EXPECT_FALSE(parse_frame(wire.SerializeAsString()));
}

TEST(CodecTest, FramesOfOthersAreToldApart) {
  v1::PeerFrame wire;
  wire.mutable_hello()->set_node_number(1);
  auto frame = parse_frame(wire.SerializeAsString());
  ASSERT_TRUE(frame.has_value());
  EXPECT_TRUE(std::holds_alternative<OtherFrame>(*frame));
}

}  // namespace
}  // namespace sekisho::replica
