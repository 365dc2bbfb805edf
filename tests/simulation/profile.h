// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "node/base/rng.h"

namespace sekisho::simulation {

// How one run behaves. Each kind of fault is on in about half of the runs, in varying strength
// (swarm testing, Groce 2012): a run without crashes reaches states that a stormy one does not.
struct Profile {
  std::uint64_t nodes = 3;
  std::uint64_t safety_ms = 8000;      // with faults
  std::uint64_t liveness_ms = 60'000;  // healed, at most

  // Network, in thousandths of frames and in microseconds.
  std::uint64_t loss = 0;
  std::uint64_t repeat = 0;
  std::uint64_t delay_min_us = 100;
  std::uint64_t delay_max_us = 2000;
  std::uint64_t slow = 0;  // thousandths that take up to half a second
  // Mean milliseconds between events; 0: never.
  std::uint64_t partition_every_ms = 0;
  std::uint64_t one_way_cut_every_ms = 0;
  std::uint64_t crash_every_ms = 0;
  std::uint64_t crash_mid_event_every_ms = 0;
  std::uint64_t disk_error_every_ms = 0;
  std::uint64_t clock_jump_every_ms = 0;
  std::uint64_t transfer_every_ms = 0;
  std::uint64_t read_every_ms = 200;

  std::uint64_t log_sync_us = 500;
  std::uint64_t log_sync_slow_us = 500;  // upper bound
  std::uint64_t verify_us = 300;

  std::uint64_t notes = 60;  // plain operations
  std::uint64_t note_every_ms = 60;
  std::uint64_t lives = 3;  // exchanges from offer to deletion
  std::size_t blocks_in_flight_max = 3;
  std::uint64_t short_validity = 0;  // thousandths of notes that expire within two seconds

  [[nodiscard]] std::string to_string() const;
};

[[nodiscard]] Profile make_profile(Rng& rng);

}  // namespace sekisho::simulation
