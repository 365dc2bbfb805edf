// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/profile.h"

#include <array>

namespace sekisho::simulation {

Profile make_profile(Rng& rng) {
  Profile profile;
  const auto some = [&rng](std::uint64_t low, std::uint64_t high) {
    return rng.chance(1, 2) ? rng.between(low, high) : 0;
  };
  profile.nodes = rng.chance(3, 4) ? 3 : 5;
  profile.loss = some(5, 150);
  profile.repeat = some(5, 100);
  profile.delay_max_us = rng.between(200, 20'000);
  profile.slow = some(1, 30);
  profile.partition_every_ms = some(500, 4000);
  profile.one_way_cut_every_ms = some(500, 4000);
  profile.crash_every_ms = some(400, 4000);
  profile.crash_mid_event_every_ms = some(300, 3000);
  profile.disk_error_every_ms = some(800, 5000);
  profile.clock_jump_every_ms = some(800, 5000);
  profile.transfer_every_ms = some(500, 3000);
  profile.log_sync_us = rng.between(50, 2000);
  profile.log_sync_slow_us = rng.chance(1, 3) ? rng.between(5000, 80'000) : profile.log_sync_us;
  profile.verify_us = rng.between(10, 5000);
  profile.notes = rng.between(20, 100);
  profile.note_every_ms = rng.between(5, 100);
  profile.lives = rng.below(4);
  profile.blocks_in_flight_max = rng.between(1, 5);
  profile.short_validity = some(50, 400);
  return profile;
}

std::string Profile::to_string() const {
  const std::array<std::pair<const char*, std::uint64_t>, 20> fields{{
      {"nodes", nodes},
      {"loss", loss},
      {"repeat", repeat},
      {"delay_max_us", delay_max_us},
      {"slow", slow},
      {"partition", partition_every_ms},
      {"one_way", one_way_cut_every_ms},
      {"crash", crash_every_ms},
      {"mid_crash", crash_mid_event_every_ms},
      {"disk", disk_error_every_ms},
      {"clock", clock_jump_every_ms},
      {"transfer", transfer_every_ms},
      {"sync_us", log_sync_us},
      {"sync_slow_us", log_sync_slow_us},
      {"verify_us", verify_us},
      {"notes", notes},
      {"note_ms", note_every_ms},
      {"lives", lives},
      {"in_flight", blocks_in_flight_max},
      {"short", short_validity},
  }};
  std::string text;
  for (const auto& [name, value] : fields)
    text += (text.empty() ? "" : " ") + std::string(name) + "=" + std::to_string(value);
  return text;
}

}  // namespace sekisho::simulation
