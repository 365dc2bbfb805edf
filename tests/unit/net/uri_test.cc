// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/uri.h"

#include <gtest/gtest.h>

namespace sekisho::net {
namespace {

TEST(UriTest, DecodesPathAndQuery) {
  const auto target =
      parse_target("/v1/blobs/ab%2Dc?limit=10&name=%E9%96%A2+%E6%89%80&flag&&x=a=b");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/v1/blobs/ab-c");
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"limit", "10"}, {"name", "関 所"}, {"flag", ""}, {"x", "a=b"}};
  EXPECT_EQ(target->query, expected);
}

TEST(UriTest, RefusesWhatCouldMislead) {
  for (const char* target : {"", "x", "*", "http://h/", "/a/../b", "/a/%2e%2E/b", "/.", "/a%2Fb",
                             "/%", "/%4", "/%zz", "/%00", "/a%0Ab", "/%C0%AF", "/%ED%A0%80",
                             "/%F5%80%80%80", "/%E9%96", "/?a=%FF", "/?%=1"}) {
    EXPECT_FALSE(parse_target(target)) << target;
  }
}

TEST(UriTest, BoundsTheNumberOfParameters) {
  std::string target = "/?a=1";
  for (std::size_t i = 1; i < kQueryParametersMax; ++i) target += "&a=1";
  EXPECT_TRUE(parse_target(target));
  EXPECT_FALSE(parse_target(target + "&a=1"));
}

TEST(UriTest, EncodingIsUndoneByDecoding) {
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  EXPECT_EQ(percent_decode(percent_encode(all)), all);
  EXPECT_EQ(percent_encode("a b/~"), "a%20b%2F~");
}

TEST(UriTest, ParsesAddresses) {
  EXPECT_EQ(parse_host_port("node1.example:8443")->host, "node1.example");
  EXPECT_EQ(parse_host_port("node1.example:8443")->port, 8443);
  EXPECT_EQ(parse_host_port("[::1]:1")->host, "::1");
  for (const char* text :
       {"", "host", ":1", "host:", "host:x", "host:65536", "::1:1", "[]:1", "[::1:1", "host:1 "}) {
    EXPECT_FALSE(parse_host_port(text)) << text;
  }
}

}  // namespace
}  // namespace sekisho::net
