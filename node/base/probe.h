// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sekisho {

// A rare branch that the simulator should reach. Counting is per process and relaxed; the simulator
// reports probes that a whole swarm never reached. Any thread.
class Probe {
 public:
  explicit Probe(const char* name);
  void hit();
  // Names and counts of every probe met by this process so far, sorted by name.
  static std::vector<std::pair<std::string, std::uint64_t>> counts();

 private:
  std::uint64_t* count_;
};

}  // namespace sekisho

#define PROBE(name)                           \
  do {                                        \
    static ::sekisho::Probe probe_here(name); \
    probe_here.hit();                         \
  } while (false)
