// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "node/base/error.h"

namespace sekisho {

// A value, or the Error that kept it from being. Becomes std::expected by editing this line.
template <typename T>
using Result = tl::expected<T, Error>;

// Nothing on success.
using Status = Result<void>;

// `return fail(Code::kNotFound, "blob " + id);` from any function that returns a Result.
[[nodiscard]] inline tl::unexpected<Error> fail(Code code, std::string context) {
  return tl::unexpected<Error>(Error{code, std::move(context)});
}

// Passes an error upwards unchanged.
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace sekisho

#define SEKISHO_CONCAT_INNER(a, b) a##b
#define SEKISHO_CONCAT(a, b) SEKISHO_CONCAT_INNER(a, b)

// TRY(const auto block, decode_block(bytes));
// Declares `block`, or returns the error from the enclosing function. Stands on its own line.
#define TRY(declaration, ...)                                                         \
  auto SEKISHO_CONCAT(try_result_, __LINE__) = (__VA_ARGS__);                         \
  if (!SEKISHO_CONCAT(try_result_, __LINE__))                                         \
    return ::sekisho::fail(std::move(SEKISHO_CONCAT(try_result_, __LINE__)).error()); \
  declaration = std::move(*SEKISHO_CONCAT(try_result_, __LINE__))

// TRY_STATUS(file.sync()); for a Status.
#define TRY_STATUS(...)                                           \
  if (auto SEKISHO_CONCAT(try_result_, __LINE__) = (__VA_ARGS__); \
      !SEKISHO_CONCAT(try_result_, __LINE__))                     \
  return ::sekisho::fail(std::move(SEKISHO_CONCAT(try_result_, __LINE__)).error())

// The same inside a coroutine whose result type is a Result. The expression is awaited by the
// caller of the macro: CO_TRY(auto body, co_await read_body(stream));
#define CO_TRY(declaration, ...)                                                         \
  auto SEKISHO_CONCAT(try_result_, __LINE__) = (__VA_ARGS__);                            \
  if (!SEKISHO_CONCAT(try_result_, __LINE__))                                            \
    co_return ::sekisho::fail(std::move(SEKISHO_CONCAT(try_result_, __LINE__)).error()); \
  declaration = std::move(*SEKISHO_CONCAT(try_result_, __LINE__))

#define CO_TRY_STATUS(...)                                        \
  if (auto SEKISHO_CONCAT(try_result_, __LINE__) = (__VA_ARGS__); \
      !SEKISHO_CONCAT(try_result_, __LINE__))                     \
  co_return ::sekisho::fail(std::move(SEKISHO_CONCAT(try_result_, __LINE__)).error())
