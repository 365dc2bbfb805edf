// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sekisho {

// Why something could not be done, in the few kinds that a caller treats differently. The text for
// people stands in Error::context; these names go to logs, to `--json` and to problem details.
enum class Code : std::uint8_t {
  kInvalidArgument,     // foreign input breaks a format or a bound
  kNotFound,            // the named thing does not exist here
  kAlreadyExists,       // it exists, and exists differently
  kFailedPrecondition,  // the state of the system forbids it now
  kPermissionDenied,    // known, but not entitled
  kUnauthenticated,     // not known, or the secret is wrong
  kResourceExhausted,   // a bound or quota is reached; try later
  kCorrupt,             // our own bytes fail their checksum or structure
  kIo,                  // the operating system refused
  kNoSpace,             // the disk is full
  kUnavailable,         // no leader, no peer, shutting down; try again
  kDeadline,            // the time allowed has passed; the outcome may still happen
  kCancelled,           // the owner asked to stop
  kInternal,            // we are wrong
};

// "INVALID_ARGUMENT" and so on; stable, part of the API.
[[nodiscard]] std::string_view code_name(Code code);

// An expected failure with a sentence that says what failed and what to do. Never holds personal
// data, file contents or secrets. Immutable value; any thread.
struct [[nodiscard]] Error {
  Code code = Code::kInternal;
  std::string context;

  // The same error as seen one layer up: "outer: inner".
  [[nodiscard]] Error within(std::string_view outer) const;
  // "NOT_FOUND: blob 12ab…".
  [[nodiscard]] std::string to_string() const;
};

}  // namespace sekisho
