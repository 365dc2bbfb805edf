// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/secret.h"

#include <utility>

#include <gtest/gtest.h>

namespace sekisho {
namespace {

TEST(SecretTest, MovesWithoutCopyingAndLeavesTheSourceEmpty) {
  Secret first(BytesView("passphrase"));
  const void* place = first.view().data();
  const Secret second = std::move(first);
  EXPECT_EQ(second.view(), "passphrase");
  EXPECT_EQ(second.view().data(), place);
  EXPECT_TRUE(
      first.empty());  // NOLINT(bugprone-use-after-move): the moved-from state is the contract
}

TEST(SecretTest, ShrinkWipesWhatItForgets) {
  Secret secret(BytesView("abcdef"));
  const char* place = secret.view().data();
  secret.shrink(2);
  EXPECT_EQ(secret.view(), "ab");
  EXPECT_EQ(place[2], '\0');
  EXPECT_EQ(place[5], '\0');
}

TEST(SecretTest, WipeEmptiesAString) {
  Bytes bytes = "secret";
  wipe(bytes);
  EXPECT_TRUE(bytes.empty());
}

}  // namespace
}  // namespace sekisho
