// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/sandbox/wire.h"

#include <gtest/gtest.h>

#include "node/base/limits.h"

namespace sekisho::sandbox {
namespace {

Reply sample_reply() {
  Reply reply;
  reply.delivered = true;
  reply.persons_out = 7;
  reply.persons_held = 2;
  reply.counts = {{"E-BIRTH>EXAM", 1}, {"W-CORRELATION#3", 4}};
  return reply;
}

TEST(WireTest, WhatIsWrittenIsRead) {
  const auto reply = decode_reply(encode(sample_reply()));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->persons_held, 2u);
  EXPECT_EQ(reply->counts, sample_reply().counts);
  const auto hello = decode_hello(encode(Hello{"1.0.0", true}));
  ASSERT_TRUE(hello);
  EXPECT_TRUE(hello->memory_locked);
  Request request;
  request.conversion_date = converter::Date{20250331};
  request.receiver_insurer_number = "06990014";
  Request read;
  ASSERT_TRUE(decode_options(encode_options(request), read));
  EXPECT_EQ(read.conversion_date.yyyymmdd, 20250331);
  EXPECT_EQ(read.receiver_insurer_number, "06990014");
  const auto file = decode_package_file(encode_package_file("items.csv", "a,b"));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->first, "items.csv");
  EXPECT_EQ(file->second, "a,b");
}

TEST(WireTest, HeadsHaveBoundsOfTheirKind) {
  EXPECT_TRUE(decode_head(encode_head(FrameKind::kFile, limits::kFileSizeMax)));
  EXPECT_FALSE(decode_head(encode_head(FrameKind::kFile, limits::kFileSizeMax + 1)));
  EXPECT_FALSE(decode_head(encode_head(FrameKind::kReply, 1 << 20)));
  EXPECT_FALSE(decode_head(encode_head(static_cast<FrameKind>(99), 1)));
  EXPECT_FALSE(decode_head("short"));
}

TEST(WireTest, EveryCutAndEveryLieIsAnError) {
  const Bytes good = encode(sample_reply());
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(decode_reply(BytesView(good).substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_reply(good + "x"));
  Reply reply = sample_reply();
  reply.failure_code = "F-SIZE";  // delivered and failed
  EXPECT_FALSE(decode_reply(encode(reply)));
  reply = sample_reply();
  reply.counts = {{"見本 太郎", 1}};  // a name is no code
  EXPECT_FALSE(decode_reply(encode(reply)));
  reply.counts = {{"W-LEN", 1}, {"W-LEN", 2}};
  EXPECT_FALSE(decode_reply(encode(reply)));
  reply.counts.clear();
  reply.delivered = false;  // and no code says why
  EXPECT_FALSE(decode_reply(encode(reply)));
}

}  // namespace
}  // namespace sekisho::sandbox
