// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/detail/message_parser.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include <gtest/gtest.h>

namespace sekisho::net::detail {
namespace {

void put(MessageParser& parser, std::string_view bytes) {
  char* const space = parser.space();
  ASSERT_LE(bytes.size(), parser.space_size());
  std::memcpy(space, bytes.data(), bytes.size());
  parser.commit(bytes.size());
}

TEST(MessageParserTest, ParsesARequestFedByteByByte) {
  MessageParser parser(MessageParser::Kind::kRequest, 1024);
  Bytes body;
  bool done = false;
  for (const char c :
       std::string_view("POST /x HTTP/1.1\r\nA: 1\r\nContent-Length: 3\r\n\r\nabc")) {
    ASSERT_FALSE(done);
    put(parser, {&c, 1});
    const auto head = parser.parse_head();
    ASSERT_TRUE(head) << head.error().to_string();
    if (*head) done = *parser.parse_body(body);
  }
  EXPECT_TRUE(done);
  EXPECT_EQ(parser.head().method, "POST");
  EXPECT_EQ(parser.head().target, "/x");
  EXPECT_EQ(parser.head().content_length, 3U);
  EXPECT_TRUE(parser.head().keep_alive);
  EXPECT_EQ(body, "abc");
}

TEST(MessageParserTest, LeavesTheNextMessageAlone) {
  MessageParser parser(MessageParser::Kind::kRequest, 1024);
  put(parser, "GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(*parser.parse_head());
  EXPECT_TRUE(parser.done());
  EXPECT_EQ(parser.head().target, "/1");
  parser.restart();
  EXPECT_TRUE(parser.started());
  ASSERT_TRUE(*parser.parse_head());
  EXPECT_EQ(parser.head().target, "/2");
}

TEST(MessageParserTest, BoundsTheHeadHoweverItArrives) {
  MessageParser parser(MessageParser::Kind::kRequest, 1024);
  put(parser, "GET / HTTP/1.1\r\n");
  for (int i = 0; i < 200; ++i) {
    const auto head = parser.parse_head();
    if (!head) {
      EXPECT_EQ(head.error().code, Code::kResourceExhausted);
      EXPECT_GT(i, 50);
      return;
    }
    put(parser, "Name: value\r\n");
  }
  FAIL() << "2600 bytes of head passed a bound of 1024";
}

TEST(MessageParserTest, IgnoresTrailers) {
  MessageParser parser(MessageParser::Kind::kRequest, 1024);
  put(parser,
      "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Late: 1\r\n\r\n");
  ASSERT_TRUE(*parser.parse_head());
  Bytes body;
  ASSERT_TRUE(*parser.parse_body(body));
  EXPECT_EQ(body, "a");
  EXPECT_EQ(parser.head().headers.size(), 1U);
}

TEST(MessageParserTest, TellsACutMessageFromOneThatEndsWithItsConnection) {
  MessageParser open_ended(MessageParser::Kind::kResponse, 1024);
  put(open_ended, "HTTP/1.1 200 OK\r\n\r\nabc");
  ASSERT_TRUE(*open_ended.parse_head());
  Bytes body;
  EXPECT_FALSE(*open_ended.parse_body(body));
  EXPECT_TRUE(open_ended.finish());
  EXPECT_EQ(body, "abc");

  MessageParser cut(MessageParser::Kind::kResponse, 1024);
  put(cut, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc");
  ASSERT_TRUE(*cut.parse_head());
  EXPECT_FALSE(*cut.parse_body(body));
  EXPECT_FALSE(cut.finish());
}

TEST(MessageParserTest, RefusesRequestsThatTwoReadersWouldCutDifferently) {
  for (const char* wire :
       {"GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "GET / HTTP/1.1\r\nName : x\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n",
        "GET / HTTP/2.0\r\n\r\n"}) {
    MessageParser parser(MessageParser::Kind::kRequest, 1024);
    put(parser, wire);
    const auto head = parser.parse_head();
    ASSERT_FALSE(head) << wire;
    EXPECT_EQ(head.error().code, Code::kInvalidArgument);
  }
}

}  // namespace
}  // namespace sekisho::net::detail
