// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <utility>

#include "node/base/bytes.h"
#include "node/base/rng.h"
#include "tests/simulation/profile.h"
#include "tests/simulation/scheduler.h"

namespace sekisho::simulation {

// Links that lose, repeat, delay and reorder frames, and can be cut in one direction.
class Network {
 public:
  using Deliver = std::function<void(std::uint64_t from, std::uint64_t to, BytesView frame)>;

  Network(Profile& profile, Scheduler& scheduler, Rng& rng, Deliver deliver)
      : profile_(profile), scheduler_(scheduler), rng_(rng), deliver_(std::move(deliver)) {}

  void send(std::uint64_t from, std::uint64_t to, const Bytes& frame);
  void cut(std::uint64_t from, std::uint64_t to) { cut_.emplace(from, to); }
  void heal_cuts() { cut_.clear(); }

 private:
  void send_once(std::uint64_t from, std::uint64_t to, const Bytes& frame);

  Profile& profile_;
  Scheduler& scheduler_;
  Rng& rng_;
  Deliver deliver_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> cut_;
};

}  // namespace sekisho::simulation
