// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "node/base/result.h"

namespace sekisho::sandbox {

// The child's one connection, as its standard input and output.
inline constexpr int kInFd = 0;
inline constexpr int kOutFd = 1;

// Backstops behind the deterministic bounds of converter::Options.
struct Backstop {
  std::uint64_t memory_bytes = 0;
  std::uint64_t cpu_seconds = 0;
};

// Gives up, for good and for every thread, all that a conversion does not need: other files and
// sockets that are open, opening any, writing anywhere but to kOutFd, starting programs or
// processes, executable memory, tracing, core dumps, memory and processor time over the backstop. A
// system call outside of the short list ends the process with SIGSYS; opening a file fails instead,
// because the C library tries for hints. Locks all memory, present and future, where the system
// allows; the value says whether. Ends with the thread that started the process. Called once,
// before any foreign byte is read and after the libraries have loaded what they need. Linux.
[[nodiscard]] Result<bool> confine(const Backstop& backstop);

}  // namespace sekisho::sandbox
