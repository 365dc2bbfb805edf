// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/conversion/virus_scan.h"

#include <filesystem>
#include <thread>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace sekisho::conversion {
namespace {

// Speaks clamd's INSTREAM for one connection: gives a fixed answer, or looks for a word.
class FakeClamd {
 public:
  explicit FakeClamd(std::string answer) : answer_(std::move(answer)) {
    path_ = (std::filesystem::temp_directory_path() /
             ("sekisho-clamd-" + std::to_string(getpid()) + ".ctl"))
                .string();
    unlink(path_.c_str());
    listener_ = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, path_.size());
    const void* const raw = &address;
    EXPECT_EQ(bind(listener_, static_cast<const sockaddr*>(raw), sizeof address), 0);
    EXPECT_EQ(listen(listener_, 1), 0);
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeClamd() {
    thread_.join();
    close(listener_);
    unlink(path_.c_str());
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  std::string stream;  // what was sent, once the scan has ended

 private:
  static bool read_exactly(int from, std::string& into, std::size_t size) {
    into.resize(size);
    std::size_t have = 0;
    while (have < size) {
      const ssize_t got = recv(from, into.data() + have, size - have, 0);
      if (got <= 0) return false;
      have += static_cast<std::size_t>(got);
    }
    return true;
  }
  void serve() {
    const int peer = accept(listener_, nullptr, nullptr);
    std::string bytes;
    EXPECT_TRUE(read_exactly(peer, bytes, 10));
    EXPECT_EQ(bytes, std::string("zINSTREAM\0", 10));
    while (read_exactly(peer, bytes, 4)) {
      ByteReader reader(bytes);
      const std::uint32_t size = reader.u32().value();
      if (size == 0 || !read_exactly(peer, bytes, size)) break;
      stream += bytes;
    }
    send(peer, answer_.data(), answer_.size(), MSG_NOSIGNAL);
    close(peer);
  }

  std::string answer_;
  std::string path_;
  int listener_ = -1;
  std::thread thread_;
};

Result<std::optional<std::string>> scan_with(const std::string& answer, BytesView bytes = "abc") {
  const FakeClamd clamd(answer);
  return scan_for_viruses(clamd.path(), bytes);
}

TEST(VirusScanTest, CleanIsNothing) {
  const auto found = scan_with(std::string("stream: OK\0", 11));
  ASSERT_TRUE(found) << found.error().to_string();
  EXPECT_FALSE(*found);
}

TEST(VirusScanTest, EverythingIsStreamed) {
  std::string file;
  while (file.size() < 2'500'000) file += "0123456789";
  FakeClamd clamd(std::string("stream: OK\0", 11));
  ASSERT_TRUE(scan_for_viruses(clamd.path(), file));
  EXPECT_TRUE(clamd.stream == file);
}

TEST(VirusScanTest, WhatWasFoundIsNamed) {
  const auto found = scan_with(std::string("stream: Win.Test.EICAR_HDB-1 FOUND\0", 35));
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, "Win.Test.EICAR_HDB-1");
  EXPECT_EQ(*scan_with(std::string("stream: \x01\n FOUND\0", 17)), "??");
}

TEST(VirusScanTest, NotScannedIsNotClean) {
  for (const std::string& answer :
       {std::string("INSTREAM size limit exceeded. ERROR\0", 36), std::string(""),
        std::string("stream: OK"), std::string("stream: O\0K", 11),
        std::string("stream:  FOUND\0", 15), std::string(10'000, 'x')}) {
    const auto found = scan_with(answer);
    ASSERT_FALSE(found) << answer;
    EXPECT_EQ(found.error().code, Code::kUnavailable);
  }
  EXPECT_EQ(scan_for_viruses("/nonexistent/clamd.ctl", "x").error().code, Code::kUnavailable);
  EXPECT_EQ(scan_for_viruses(std::string(300, 'x'), "x").error().code, Code::kUnavailable);
}

}  // namespace
}  // namespace sekisho::conversion
