// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <utility>

#include "node/net/detail/tls_context.h"

namespace sekisho::net::detail {

// The context for new connections, which a renewed certificate replaces. Any thread.
class TlsHolder {
 public:
  explicit TlsHolder(TlsContext context) : context_(std::move(context)) {}
  [[nodiscard]] TlsContext get() const {
    const std::lock_guard lock(mutex_);
    return context_;
  }
  void set(TlsContext context) {
    const std::lock_guard lock(mutex_);
    context_ = std::move(context);
  }

 private:
  mutable std::mutex mutex_;
  TlsContext context_;
};

}  // namespace sekisho::net::detail
