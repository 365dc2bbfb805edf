// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/steady_timer.hpp>

#include "node/net/task.h"

namespace sekisho::net::detail {

// Values from any thread to one coroutine. put() from any thread; everything else on the executor's
// thread. A closed mailbox gives what is left and what still comes to the rejecter, so that every
// value is answered. Always held by shared_ptr.
template <typename T>
class Mailbox : public std::enable_shared_from_this<Mailbox<T>> {
 public:
  explicit Mailbox(asio::any_io_executor executor) : executor_(executor), timer_(executor) {}

  void put(T value) {
    asio::dispatch(executor_,
                   [self = this->shared_from_this(), value = std::move(value)]() mutable {
                     self->accept(std::move(value));
                   });
  }

  // The oldest value, or nothing after `wait_ms` or wake().
  Task<std::optional<T>> take(std::uint64_t wait_ms) {
    if (values_.empty()) {
      timer_.expires_after(std::chrono::milliseconds(wait_ms));
      co_await timer_.async_wait(kTuple);
    }
    if (values_.empty()) co_return std::nullopt;
    std::optional<T> value(std::move(values_.front()));
    values_.pop_front();
    co_return value;
  }

  // Ends a take() that waits.
  void wake() { timer_.cancel(); }

  void close(std::function<void(T)> reject) {
    reject_ = std::move(reject);
    while (!values_.empty()) {
      T value = std::move(values_.front());
      values_.pop_front();
      reject_(std::move(value));
    }
  }

 private:
  void accept(T value) {
    if (reject_) return reject_(std::move(value));
    values_.push_back(std::move(value));
    timer_.cancel();
  }

  asio::any_io_executor executor_;
  asio::steady_timer timer_;
  std::deque<T> values_;
  std::function<void(T)> reject_;
};

}  // namespace sekisho::net::detail
