// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <sys/types.h>

#include "node/base/result.h"

namespace sekisho::sandbox {

// A program with one socket as its standard input and output, nothing on standard error and an
// empty environment. Killed and reaped on destruction. One thread.
class ChildProcess {
 public:
  // kUnavailable when it cannot be started.
  static Result<ChildProcess> start(const std::string& program);
  ~ChildProcess();
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  [[nodiscard]] int socket() const { return socket_; }  // non-blocking
  // Kills it if it still runs, reaps it: "exited with status 1", "was ended by signal 9".
  std::string end();
  // Waits until it has ended by itself; true when with status 0.
  bool wait();

 private:
  ChildProcess(pid_t pid, int socket) : pid_(pid), socket_(socket) {}
  int reap();

  pid_t pid_;
  int socket_;
};

}  // namespace sekisho::sandbox
