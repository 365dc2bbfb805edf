// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/log.h"

#include <gtest/gtest.h>

namespace sekisho {
namespace {

TEST(LogTest, EscapesWhatJsonForbids) {
  EXPECT_EQ(log::escape_json("a\"b\\c\n健診"), "a\\\"b\\\\c\\u000a健診");
}

}  // namespace
}  // namespace sekisho
