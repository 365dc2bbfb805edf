// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "consensus/options.h"
#include "node/base/rng.h"

namespace sekisho::core_simulation {

// How one run behaves. Most kinds of trouble are off in half of the runs (swarm testing, Groce
// 2012): a run without crashes reaches states that a stormy one does not. Times in microseconds of
// virtual time, `every` is a mean distance and 0 is never, chances are thousandths.
struct Profile {
  std::uint64_t nodes = 3;   // all of them
  std::uint64_t voters = 3;  // at the start; the others are learners
  std::uint64_t safety_us = 120'000'000;
  std::uint64_t liveness_us = 60'000'000;

  std::uint64_t loss = 0;
  std::uint64_t repeat = 0;
  std::uint64_t delay_max_us = 20'000;
  std::uint64_t slow = 0;  // messages that take up to three seconds
  std::uint64_t partition_every_us = 0;
  std::uint64_t one_way_every_us = 0;
  std::uint64_t heal_every_us = 4'000'000;

  std::uint64_t crash_every_us = 0;
  std::uint64_t crash_mid_every_us = 0;  // between two effects of one event
  std::uint64_t down_max_us = 5'000'000;
  std::uint64_t sync_max_us = 5'000;
  std::uint64_t stall_every_us = 0;      // a disk that stands still for seconds
  std::uint64_t fail_every_us = 0;       // a write fails, reported or done nevertheless
  std::uint64_t read_fail_every_us = 0;  // the next read of the log fails
  std::uint64_t apply_max_us = 2'000;

  std::uint64_t transfer_every_us = 0;
  std::uint64_t change_every_us = 0;
  std::uint64_t compact_every_us = 0;
  std::uint64_t operation_every_us = 150'000;
  std::uint64_t reads = 400;
  std::uint64_t clock_skew = 0;  // how much faster or slower a node's ticks may be

  consensus::Options options;

  [[nodiscard]] std::string to_string() const;
};

[[nodiscard]] Profile make_profile(Rng& rng);

}  // namespace sekisho::core_simulation
