// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include <boost/asio/io_context.hpp>

#include "node/net/runtime.h"

namespace sekisho::net {

// The io_contexts behind a Runtime, for this module's sources. One thread runs each, so whatever
// lives on one needs no lock. Any thread.
struct RuntimeAccess {
  static std::size_t count(Runtime& runtime);
  static boost::asio::io_context& at(Runtime& runtime, std::size_t i);
  // The next in turn, for a new connection.
  static boost::asio::io_context& next(Runtime& runtime);
};

}  // namespace sekisho::net
