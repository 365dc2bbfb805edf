// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "node/replica/ports.h"

namespace sekisho::replica {

// The Verifier of a real node: worker threads that take checks in small runs, so that one large
// block spreads over all of them.
class VerifyPool final : public Verifier {
 public:
  // Runs a function on the core thread, soon. Any thread.
  using Post = std::function<void(std::function<void()>)>;

  VerifyPool(std::size_t threads, Post post);
  // Drops what has not begun, joins; no `done` is posted afterwards.
  ~VerifyPool() override;
  VerifyPool(const VerifyPool&) = delete;
  VerifyPool& operator=(const VerifyPool&) = delete;

  // Any thread; `done` always comes on the core thread.
  void verify(std::vector<Check> checks, Done done) override;
  [[nodiscard]] std::size_t queue_size() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::replica
