// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/sandbox/child_converter.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "node/base/folder.h"
#include "node/base/limits.h"

namespace sekisho::sandbox {
namespace {

Bytes read_source(const std::string& path) {
  std::ifstream in(std::string(SEKISHO_SOURCE_DIR) + "/" + path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  return Bytes(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

class ChildConverterTest : public ::testing::Test {
 protected:
  ChildConverterTest() {
    request_.file = file_;
    request_.map_file = map_;
    request_.package = &package_;
    request_.conversion_date = converter::Date{20250331};
    request_.allow_partial = true;
  }
  ~ChildConverterTest() override {
    if (!script_.empty()) std::filesystem::remove(script_);
  }
  // A program that does something else than it should.
  std::string program(const std::string& body) {
    script_ = std::filesystem::temp_directory_path() /
              ("sekisho-child-" + std::to_string(getpid()) + ".sh");
    std::ofstream(script_) << "#!/bin/sh\n" << body << "\n";
    chmod(script_.c_str(), 0700);
    return script_.string();
  }
  Error broken(const std::string& path, std::uint64_t deadline_ms = 20'000) {
    ChildConverter child({path, deadline_ms});
    const auto done = child.convert(request_);
    EXPECT_FALSE(done);
    return done ? Error{} : done.error();
  }

  const Bytes file_ = read_source("tests/golden/samples/s3_clinic_era_utf8.csv");
  const Bytes map_ = read_source("converter/data/maps/clinic-100.toml");
  const std::map<std::string, Bytes> package_ =
      read_folder(std::string(SEKISHO_SOURCE_DIR) + "/converter/data/catalog/example-kenshin-1",
                  16 * limits::kMiB)
          .value();
  Request request_;
  std::filesystem::path script_;
  ChildConverter child_{{SEKISHO_CONVERT_PROGRAM}};
};

TEST_F(ChildConverterTest, GivesTheSameBytesAsTheConverterHere) {
  const auto there = child_.convert(request_);
  ASSERT_TRUE(there) << there.error().to_string();
  const auto here = LocalConverter().convert(request_);
  ASSERT_TRUE(here);
  EXPECT_TRUE(there->reply.delivered);
  EXPECT_EQ(there->standard.view(), here->standard.view());
  EXPECT_EQ(there->report_csv.view(), here->report_csv.view());
  EXPECT_EQ(there->reply.counts, here->reply.counts);
  EXPECT_EQ(there->reply.persons_out, here->reply.persons_out);
}

TEST_F(ChildConverterTest, AMapThatDoesNotLoadIsAReply) {
  request_.map_file = "no map";
  const auto done = child_.convert(request_);
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_FALSE(done->reply.delivered);
  EXPECT_EQ(done->reply.failure_code, "F-MAP-MISSING");
  EXPECT_TRUE(done->standard.empty());
  EXPECT_FALSE(done->report_csv.empty());
}

TEST_F(ChildConverterTest, HostileFilesEndInReplies) {
  Bytes many;  // three million records of one field
  for (int i = 0; i < 3'000'000; ++i) many += "x\n";
  const Bytes wide(30'000'000, ',');
  const Bytes quotes(30'000'000, '"');
  const Bytes nothing(30'000'000, '\n');
  Bytes noise;
  std::uint64_t state = 1;
  while (noise.size() < 5'000'000) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    noise.push_back(static_cast<char>(state >> 56));
  }
  for (const Bytes* file :
       std::initializer_list<const Bytes*>{&many, &wide, &quotes, &nothing, &noise}) {
    request_.file = *file;
    const auto done = child_.convert(request_);
    ASSERT_TRUE(done) << done.error().to_string();
    EXPECT_FALSE(done->reply.delivered);
    EXPECT_TRUE(done->reply.failure_code.starts_with("F-")) << done->reply.failure_code;
  }
}

TEST_F(ChildConverterTest, SaysHowAChildEnded) {
  const Error killed = broken(program("kill -9 $$"));
  EXPECT_EQ(killed.code, Code::kInternal);
  EXPECT_NE(killed.context.find("signal 9"), std::string::npos) << killed.context;
  const Error left = broken("/bin/false");
  EXPECT_EQ(left.code, Code::kInternal);
  EXPECT_NE(left.context.find("status 1"), std::string::npos) << left.context;
}

TEST_F(ChildConverterTest, AnEchoAndAFloodBreakTheProtocol) {
  EXPECT_EQ(broken("/bin/cat").code, Code::kInternal);
  EXPECT_EQ(broken(program("exec cat /dev/zero")).code, Code::kInternal);
  EXPECT_EQ(broken(program("exec cat /dev/urandom")).code, Code::kInternal);
}

TEST_F(ChildConverterTest, OneThatSleepsIsStopped) {
  const Error late = broken(program("exec sleep 100"), 300);
  EXPECT_EQ(late.code, Code::kInternal);
  EXPECT_NE(late.context.find("too long"), std::string::npos) << late.context;
}

TEST_F(ChildConverterTest, CancellingEndsTheOneUnderWay) {
  ChildConverter child({program("exec sleep 100")});
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    child.cancel();
  });
  EXPECT_EQ(child.convert(request_).error().code, Code::kCancelled);
  stopper.join();
  EXPECT_EQ(child.convert(request_).error().code, Code::kCancelled);
}

TEST_F(ChildConverterTest, AMissingProgramIsNoFaultOfTheFile) {
  EXPECT_EQ(broken("/nonexistent/sekisho-convert").code, Code::kUnavailable);
}

}  // namespace
}  // namespace sekisho::sandbox
