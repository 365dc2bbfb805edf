// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "node/net/task.h"

namespace sekisho::net::detail {

// The live connections of a server, so that stopping can reach each one on its own thread. Any
// thread. T has executor().
template <typename T>
class ConnectionSet {
 public:
  void add(std::shared_ptr<T> connection) {
    const std::lock_guard lock(mutex_);
    connections_.insert(std::move(connection));
  }
  void remove(const std::shared_ptr<T>& connection) {
    const std::lock_guard lock(mutex_);
    connections_.erase(connection);
  }
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return connections_.size();
  }
  // Runs `action` for each, on the thread of each.
  void for_each(std::function<void(T&)> action) {
    std::vector<std::shared_ptr<T>> copy;
    {
      const std::lock_guard lock(mutex_);
      copy.assign(connections_.begin(), connections_.end());
    }
    for (auto& connection : copy) {
      auto executor = connection->executor();
      asio::post(executor, [connection = std::move(connection), action] { action(*connection); });
    }
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::shared_ptr<T>> connections_;
};

}  // namespace sekisho::net::detail
