// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/error.h"

#include "node/base/check.h"

namespace sekisho {

std::string_view code_name(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
      return "INVALID_ARGUMENT";
    case Code::kNotFound:
      return "NOT_FOUND";
    case Code::kAlreadyExists:
      return "ALREADY_EXISTS";
    case Code::kFailedPrecondition:
      return "FAILED_PRECONDITION";
    case Code::kPermissionDenied:
      return "PERMISSION_DENIED";
    case Code::kUnauthenticated:
      return "UNAUTHENTICATED";
    case Code::kResourceExhausted:
      return "RESOURCE_EXHAUSTED";
    case Code::kCorrupt:
      return "CORRUPT";
    case Code::kIo:
      return "IO";
    case Code::kNoSpace:
      return "NO_SPACE";
    case Code::kUnavailable:
      return "UNAVAILABLE";
    case Code::kDeadline:
      return "DEADLINE";
    case Code::kCancelled:
      return "CANCELLED";
    case Code::kInternal:
      return "INTERNAL";
  }
  check_failed("code is an enumerator", __FILE__, __LINE__);
}

Error Error::within(std::string_view outer) const {
  return Error{code, std::string(outer) + ": " + context};
}

std::string Error::to_string() const { return std::string(code_name(code)) + ": " + context; }

}  // namespace sekisho
