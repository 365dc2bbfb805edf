// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace sekisho {

// Writes the failed condition and its place to standard error and aborts. Never returns.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace sekisho

// A statement that is true unless we are wrong. On in every build; one condition each; never about
// bytes from outside.
#define CHECK(condition)                                       \
  do {                                                         \
    if (!(condition)) [[unlikely]]                             \
      ::sekisho::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)

// A CHECK that costs too much for production.
#ifdef NDEBUG
#define DCHECK(condition) \
  do {                    \
    if (false) {          \
      (void)(condition);  \
    }                     \
  } while (false)
#else
#define DCHECK(condition) CHECK(condition)
#endif
