// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "node/base/bytes.h"

// A folder of its own for each test, and the `openssl` command, which shares no code of ours.
namespace sekisho::crypto::test {

class OpensslCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "/openssl_XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, BytesView bytes) const {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << bytes;
  }
  [[nodiscard]] Bytes read(const std::string& name) const {
    std::ifstream file(folder_ + "/" + name, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    return bytes.str();
  }
  // What it says goes to the file "log".
  [[nodiscard]] bool openssl(const std::string& arguments) const {
    const std::string command = "cd '" + folder_ + "' && openssl " + arguments + " >log 2>&1";
    return std::system(command.c_str()) == 0;
  }

 private:
  std::string folder_;
};

}  // namespace sekisho::crypto::test
