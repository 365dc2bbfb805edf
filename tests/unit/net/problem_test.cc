// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/problem.h"

#include <gtest/gtest.h>

#include "node/net/http_types.h"

namespace sekisho::net {
namespace {

TEST(ProblemTest, HasTheMembersOfRfc9457) {
  const Response response = problem(404, "NOT_FOUND", "ない", "\"い\"", "None", "line\nbreak");
  EXPECT_EQ(response.status, 404U);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(
      response.body,
      "{\"type\":\"about:blank\",\"status\":404,\"code\":\"NOT_FOUND\",\"title\":\"None\","
      "\"detail\":\"line\\u000abreak\",\"title_ja\":\"ない\",\"detail_ja\":\"\\\"い\\\"\"}\n");
}

// It used to carry the English sentence in both languages.
TEST(ProblemTest, TheDetailOfAnErrorIsJapaneseInDetailJa) {
  const Response response =
      problem(Error{Code::kPermissionDenied, "the member is suspended; ask the secretariat"});
  EXPECT_EQ(response.status, 403U);
  EXPECT_NE(response.body.find("\"rule\":\"MEMBER_SUSPENDED\""), Bytes::npos);
  EXPECT_NE(response.body.find("\"detail\":\"the member is suspended; ask the secretariat\""),
            Bytes::npos);
  EXPECT_NE(response.body.find("\"detail_ja\":\"会員は停止されています。"), Bytes::npos);
}

TEST(ProblemTest, EveryCodeHasAStatusAndAPhrase) {
  for (int i = 0; i <= static_cast<int>(Code::kInternal); ++i) {
    const Response response = problem(Error{static_cast<Code>(i), "why"});
    EXPECT_GE(response.status, 400U);
    EXPECT_NE(reason_phrase(response.status), "Unknown");
  }
}

TEST(EventTest, KeepsLinesApart) {
  EXPECT_EQ(format_event("1", "e", "a\nb"), "id: 1\nevent: e\ndata: a\ndata: b\n\n");
  EXPECT_EQ(format_event("", "", ""), "data: \n\n");
}

}  // namespace
}  // namespace sekisho::net
