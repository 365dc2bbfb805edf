// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <functional>

#include <gtest/gtest.h>

namespace sekisho::storage {

// Another process for what one process cannot show: death at any moment, locks, a small disk.
// `work` reports numbers to the parent; it never returns to the test. The database's background
// threads do not survive a fork, so the forking process opens no database itself.
class Child {
 public:
  using Report = std::function<void(std::uint64_t)>;

  explicit Child(const std::function<int(const Report&)>& work) {
    int ends[2] = {-1, -1};
    EXPECT_EQ(::pipe(ends), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ends[0]);
      const int code = work([&](std::uint64_t number) {
        if (::write(ends[1], &number, sizeof number) != sizeof number) ::_exit(99);
      });
      ::_exit(code);
    }
    ::close(ends[1]);
    read_end_ = ends[0];
  }
  ~Child() {
    if (pid_ > 0) kill();
    ::close(read_end_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Waits for the next number; false when there is no more.
  bool next(std::uint64_t& number) {
    return ::read(read_end_, &number, sizeof number) == static_cast<ssize_t>(sizeof number);
  }
  // SIGKILL, then every number reported before death; the last one, or `otherwise`.
  std::uint64_t kill_and_drain(std::uint64_t otherwise) {
    kill();
    std::uint64_t last = otherwise;
    while (next(last)) {
    }
    return last;
  }
  // Waits for the end; the exit code, or -1 when killed.
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  void kill() {
    ::kill(pid_, SIGKILL);
    wait();
  }
  pid_t pid_ = -1;
  int read_end_ = -1;
};

// Runs expectations in a process of their own; true when they all held.
inline bool in_child(const std::function<void()>& work) {
  Child child([&](const Child::Report&) {
    work();
    return ::testing::Test::HasFailure() ? 1 : 0;
  });
  return child.wait() == 0;
}

}  // namespace sekisho::storage
