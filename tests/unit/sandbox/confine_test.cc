// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/sandbox/confine.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <new>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/base/limits.h"

namespace sekisho::sandbox {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kInstrumented = true;
#else
constexpr bool kInstrumented = false;
#endif

constexpr int kNotConfined = 100;
constexpr Backstop kSmall{.memory_bytes = 1024ull * limits::kMiB, .cpu_seconds = 1};

// How a child ends that confines itself and then does something: its exit status, or minus the
// signal that ended it.
int confined(const std::function<int()>& action) {
  const pid_t pid = fork();
  if (pid == 0) _exit(confine(kSmall) ? action() : kNotConfined);
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

class ConfineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (kInstrumented) GTEST_SKIP() << "sanitizers need what is taken away";
  }
};

TEST_F(ConfineTest, WhatAConversionDoesStillWorks) {
  EXPECT_EQ(confined([] {
              std::string text(50'000'000, 'x');
              int sum = 0;
              std::thread worker([&] { sum = text[7]; });
              worker.join();
              return sum == 'x' ? 7 : 8;
            }),
            7);
}

TEST_F(ConfineTest, NoFilesAreOpened) {
  EXPECT_EQ(confined([] { return open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES ? 7 : 8; }),
            7);
  EXPECT_EQ(confined([] { return open("/tmp/x", O_WRONLY | O_CREAT, 0600) < 0 ? 7 : 8; }), 7);
}

TEST_F(ConfineTest, NothingIsWrittenBesideTheAnswer) {
  EXPECT_EQ(confined([] { return write(STDERR_FILENO, "x", 1) == 1 ? 8 : 9; }), -SIGSYS);
  EXPECT_EQ(confined([] { return read(STDERR_FILENO, nullptr, 0) == 0 ? 8 : 9; }), -SIGSYS);
}

TEST_F(ConfineTest, OtherFilesOfTheParentAreClosed) {
  int pipe_ends[2] = {-1, -1};
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t pid = fork();
  if (pid == 0) {
    if (!confine(kSmall)) _exit(kNotConfined);
    while (true) sched_yield();
  }
  close(pipe_ends[1]);
  char byte = 0;
  EXPECT_EQ(read(pipe_ends[0], &byte, 1), 0);
  EXPECT_EQ(waitpid(pid, nullptr, WNOHANG), 0) << "closed while the process still runs";
  close(pipe_ends[0]);
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
}

TEST_F(ConfineTest, NoNetworkNoProgramsNoProcesses) {
  EXPECT_EQ(confined([] { return socket(AF_INET, SOCK_STREAM, 0); }), -SIGSYS);
  EXPECT_EQ(confined([] { return socket(AF_UNIX, SOCK_STREAM, 0); }), -SIGSYS);
  EXPECT_EQ(confined([] {
              char name[] = "/bin/true";
              char* arguments[] = {name, nullptr};
              return execv(name, arguments);
            }),
            -SIGSYS);
  EXPECT_EQ(confined([] { return fork() == 0 ? 8 : 9; }), -SIGSYS);
  EXPECT_EQ(confined([] { return kill(getppid(), SIGTERM); }), -SIGSYS);
}

TEST_F(ConfineTest, NoExecutableMemory) {
  EXPECT_EQ(confined([] {
              mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return 8;
            }),
            -SIGSYS);
}

TEST_F(ConfineTest, TheWayBackIsShut) {
  EXPECT_EQ(confined([] { return prctl(PR_SET_DUMPABLE, 1); }), -SIGSYS);
}

TEST_F(ConfineTest, MemoryAndProcessorTimeHaveAnEnd) {
  EXPECT_EQ(confined([] {
              const void* much = mmap(nullptr, 2048ull * limits::kMiB, PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              return much == MAP_FAILED ? 7 : 8;
            }),
            7);
  EXPECT_EQ(confined([] {
              std::atomic<unsigned> work{0};
              while (true) ++work;
              return 8;
            }),
            -SIGKILL);
}

}  // namespace
}  // namespace sekisho::sandbox
