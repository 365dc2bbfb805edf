// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/messages/messages.h"

#include <set>

#include <gtest/gtest.h>

#include "node/base/error.h"

namespace sekisho::messages {
namespace {

const Catalogue& small() {
  static const Catalogue catalogue(
      "# a remark\n\n[BLOB_GONE] there is no blob {} at node {}\nノード {2} にファイル {1} "
      "はありません。\n\n{} is empty\n{1} は空です。\n\nreceiver {}\n宛先 {1}\n");
  return catalogue;
}

TEST(MessagesTest, FactsKeepTheirPlaces) {
  const auto found = small().translate("there is no blob ab12 at node 3");
  EXPECT_TRUE(found.known);
  EXPECT_EQ(found.japanese, "ノード 3 にファイル ab12 はありません。");
  EXPECT_EQ(found.rule, "BLOB_GONE");
}

TEST(MessagesTest, ASentenceFitsAsAWholeOrNotAtAll) {
  for (const char* other : {"there is no blob ab12 at node ", "there is no blob ab12", "",
                            "and there is no blob ab12 at node 3", " is empty", "{}"}) {
    EXPECT_FALSE(small().translate(other).known) << other;
    EXPECT_EQ(small().translate(other).japanese, other);
  }
}

TEST(MessagesTest, LayersOfAnErrorAreReadOneByOne) {
  const Error error =
      Error{Code::kNotFound, "there is no blob x at node 1"}.within("receiver shi-a");
  const auto found = small().translate(error.context);
  EXPECT_EQ(found.japanese, "宛先 shi-a：ノード 1 にファイル x はありません。");
  EXPECT_EQ(found.rule, "BLOB_GONE");
  EXPECT_EQ(small().translate("/tmp/a: b.csv is empty").japanese, "/tmp/a: b.csv は空です。");
  EXPECT_EQ(small().translate("open: /tmp/b is empty").japanese, "open: /tmp/b は空です。");
}

// A sentence may carry what a stranger wrote, marks included.
TEST(MessagesTest, TextOfStrangersCostsLittle) {
  std::string hostile;
  for (int i = 0; i < 5000; ++i) hostile += ": is empty{}";
  EXPECT_FALSE(catalogue().translate(hostile).known);
}

TEST(MessagesTest, EveryRowOfTheProgramsCatalogueIsFound) {
  std::set<std::string_view> seen;
  for (const Message& row : catalogue().rows()) {
    EXPECT_TRUE(seen.insert(row.english).second) << row.english;
    std::string sentence(row.english);
    for (auto at = sentence.find("{}"); at != std::string::npos; at = sentence.find("{}")) {
      sentence.replace(at, 2, "7x");
    }
    const auto found = catalogue().translate(sentence);
    EXPECT_TRUE(found.known) << sentence;
    EXPECT_NE(found.japanese, sentence);
  }
  EXPECT_GT(seen.size(), 300u);
}

TEST(MessagesTest, WhatPeopleRead) {
  EXPECT_EQ(in_japanese("the member is suspended; ask the secretariat"),
            "会員は停止されています。事務局に問い合わせてください。");
  EXPECT_EQ(rule_of("the member is suspended; ask the secretariat"), "MEMBER_SUSPENDED");
  EXPECT_EQ(in_japanese("/home/a/b.csv: No such file or directory"),
            "/home/a/b.csv：ファイルまたはフォルダがありません。");
  EXPECT_EQ(in_japanese("すでに日本語です"), "すでに日本語です") << "a node's own sentence";
  EXPECT_EQ(in_japanese("quite unheard of"), "詳細（英語）: quite unheard of");
  EXPECT_EQ(rule_of("quite unheard of"), "");
  EXPECT_EQ(rule_of("encryption certificate of x: the certificate (y) has expired: renew it"),
            "CERTIFICATE_EXPIRED");
}

}  // namespace
}  // namespace sekisho::messages
