// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/scheduler.h"

#include <cstdio>

namespace sekisho::simulation {

void Trace::fold(std::string_view bytes) {
  for (const char byte : bytes) {
    hash_ ^= static_cast<std::uint8_t>(byte);
    hash_ *= 0x100000001b3;
  }
}

void Trace::note(std::string_view line) {
  fold(std::to_string(scheduler_.now_us()));
  fold(line);
  if (!print_) return;
  std::printf("%10.3f ms  %.*s\n", static_cast<double>(scheduler_.now_us()) / 1000.0,
              static_cast<int>(line.size()), line.data());
}

}  // namespace sekisho::simulation
