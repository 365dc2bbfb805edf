// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/memory_lock.h"

#include <gtest/gtest.h>

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sekisho {
namespace {

constexpr const char* kHeading = "Filename\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";

TEST(MemoryLockTest, AHeadingIsNoSwap) {
  EXPECT_FALSE(names_swap(""));
  EXPECT_FALSE(names_swap(kHeading));
  EXPECT_TRUE(names_swap(std::string(kHeading) + "/dev/sda2 partition 8388604 0 -2\n"));
}

// Locked memory under a limit would end the process at its next large allocation.
TEST(MemoryLockTest, BelowALimitNothingIsLocked) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const rlimit limit{1024 * 1024, 1024 * 1024};
    if (setrlimit(RLIMIT_MEMLOCK, &limit) != 0) _exit(2);
    const SwapSafety safety = keep_out_of_swap();
    void* pages =
        mmap(nullptr, 64 * 1024 * 1024, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    _exit(safety != SwapSafety::kLocked && pages != MAP_FAILED ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

}  // namespace
}  // namespace sekisho
