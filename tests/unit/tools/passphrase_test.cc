// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/tools/passphrase.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "node/tools/files.h"
#include "tests/unit/tools/temporary_folder.h"

namespace sekisho::tools {
namespace {

class PassphraseTest : public ::testing::Test {
 protected:
  PassphraseTest() { ::unsetenv("SEKISHO_PASSPHRASE_FILE"); }
  ~PassphraseTest() override { ::unsetenv("SEKISHO_PASSPHRASE_FILE"); }
  std::string file(const std::string& name, BytesView content) {
    EXPECT_TRUE(write_file(folder_.at(name), content, true, false));
    return folder_.at(name);
  }
  TemporaryFolder folder_;
};

TEST_F(PassphraseTest, IsTheFirstLineOfTheFile) {
  EXPECT_EQ(read_passphrase(file("a", "correct horse\n"), "")->view(), "correct horse");
  EXPECT_EQ(read_passphrase(file("b", "correct horse\r\nmore"), "")->view(), "correct horse");
  EXPECT_EQ(read_passphrase(file("c", " with spaces "), "")->view(), " with spaces ");
}

TEST_F(PassphraseTest, TheNamedFileComesBeforeTheEnvironments) {
  const std::string from_environment = file("env", "environment");
  ::setenv("SEKISHO_PASSPHRASE_FILE", from_environment.c_str(), 1);
  EXPECT_EQ(read_passphrase("", "")->view(), "environment");
  EXPECT_EQ(read_passphrase(file("named", "named"), "")->view(), "named");
}

TEST_F(PassphraseTest, AFileThatIsNotThereIsAnError) {
  EXPECT_EQ(read_passphrase(folder_.at("none"), "").error().code, Code::kNotFound);
  EXPECT_EQ(read_passphrase(file("long", Bytes(2000, 'x')), "").error().code,
            Code::kInvalidArgument);
}

}  // namespace
}  // namespace sekisho::tools
