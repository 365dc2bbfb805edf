// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/log.h"

#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace sekisho {
namespace {

TEST(LogTest, EscapesWhatJsonForbids) {
  EXPECT_EQ(log::escape_json("a\"b\\c\n健診"), "a\\\"b\\\\c\\u000a健診");
}

// Opening a file as the first use of the log once collided with the default logger's name.
TEST(LogTest, OpensAFileBeforeAnythingWasLogged) {
  const std::string path = testing::TempDir() + "/log_test.log";
  ASSERT_TRUE(log::open(path, log::Level::kInfo));
  log::info("something_happened", {{"count", 3}, {"name", "a\"b"}});
  std::ifstream file(path);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_NE(text.find(R"("event":"something_happened","count":3,"name":"a\"b"})"),
            std::string::npos)
      << text;
  EXPECT_FALSE(log::open("/dev/null/x.log", log::Level::kInfo));
}

}  // namespace
}  // namespace sekisho
