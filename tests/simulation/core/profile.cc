// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/core/profile.h"

#include <array>
#include <utility>

namespace sekisho::core_simulation {
namespace {

constexpr std::uint64_t kMilli = 1000;

void draw_options(Rng& rng, consensus::Options& options) {
  options.id = 1;
  options.election_ticks = static_cast<std::uint32_t>(rng.between(5, 12));
  options.heartbeat_ticks = static_cast<std::uint32_t>(rng.between(1, 2));
  options.max_append_entries = rng.chance(1, 2) ? rng.between(1, 3) : 64;
  options.max_append_bytes = rng.chance(1, 2) ? rng.between(40, 200) : 100'000;
  options.max_inflight = rng.chance(1, 2) ? rng.between(1, 4) : 64;
  options.log_cache_bytes = rng.chance(1, 2) ? rng.between(1, 400) : 100'000;
  options.max_applying_bytes = rng.chance(1, 2) ? rng.between(40, 400) : 100'000;
  options.max_uncommitted_bytes = rng.chance(1, 4) ? 500 : 100'000;
  options.max_pending_reads = rng.chance(1, 4) ? rng.between(1, 2) : 1000;
}

}  // namespace

Profile make_profile(Rng& rng) {
  Profile profile;
  const auto some = [&rng](std::uint64_t low, std::uint64_t high) {
    return rng.chance(1, 2) ? rng.between(low, high) : 0;
  };
  profile.nodes = rng.chance(2, 3) ? 3 : rng.between(1, 5);
  profile.voters = rng.chance(3, 4) ? profile.nodes : rng.between(1, profile.nodes);
  profile.loss = some(5, 250);
  profile.repeat = some(5, 150);
  profile.delay_max_us = rng.between(200, 200 * kMilli);
  profile.slow = some(1, 50);
  profile.partition_every_us = some(300, 8000) * kMilli;
  profile.one_way_every_us = some(300, 8000) * kMilli;
  profile.heal_every_us = rng.between(500, 8000) * kMilli;
  profile.crash_every_us = some(500, 10'000) * kMilli;
  profile.crash_mid_every_us = some(500, 10'000) * kMilli;
  profile.down_max_us = rng.between(10, 8000) * kMilli;
  profile.sync_max_us = rng.chance(1, 2) ? rng.between(100, 5000) : rng.between(5, 300) * kMilli;
  profile.stall_every_us = rng.chance(1, 4) ? rng.between(2000, 20'000) * kMilli : 0;
  profile.fail_every_us = rng.chance(1, 3) ? rng.between(1000, 20'000) * kMilli : 0;
  profile.read_fail_every_us = rng.chance(1, 6) ? rng.between(5000, 20'000) * kMilli : 0;
  profile.apply_max_us = rng.chance(1, 2) ? rng.between(10, 2000) : rng.between(2, 4000) * kMilli;
  profile.transfer_every_us = some(300, 5000) * kMilli;
  profile.change_every_us = some(300, 5000) * kMilli;
  profile.compact_every_us = some(500, 8000) * kMilli;
  profile.operation_every_us = rng.between(50, 600) * kMilli;
  profile.reads = rng.between(100, 700);
  profile.clock_skew = some(20, 300);
  draw_options(rng, profile.options);
  return profile;
}

std::string Profile::to_string() const {
  const std::array<std::pair<const char*, std::uint64_t>, 20> fields{{
      {"nodes", nodes},
      {"voters", voters},
      {"loss", loss},
      {"repeat", repeat},
      {"delay", delay_max_us},
      {"slow", slow},
      {"partition", partition_every_us},
      {"one_way", one_way_every_us},
      {"crash", crash_every_us},
      {"crash_mid", crash_mid_every_us},
      {"sync", sync_max_us},
      {"stall", stall_every_us},
      {"fail", fail_every_us},
      {"read_fail", read_fail_every_us},
      {"apply", apply_max_us},
      {"transfer", transfer_every_us},
      {"change", change_every_us},
      {"compact", compact_every_us},
      {"operation", operation_every_us},
      {"skew", clock_skew},
  }};
  std::string text;
  for (const auto& [name, value] : fields) {
    if (value == 0) continue;
    text += (text.empty() ? "" : " ") + std::string(name) + "=" + std::to_string(value);
  }
  return text;
}

}  // namespace sekisho::core_simulation
