// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/memory_lock.h"

#include <fstream>
#include <iterator>
#include <string>

#include <sys/mman.h>
#include <sys/resource.h>

namespace sekisho {
namespace {

bool limit_lifted() {
  rlimit limit{};
  return getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY;
}

bool swap_exists() {
  std::ifstream file("/proc/swaps");
  if (!file) return true;  // unknown: believe the worse
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return names_swap(text);
}

}  // namespace

bool names_swap(std::string_view proc_swaps) {
  // The first line is the heading; each further one is an area.
  const auto heading = proc_swaps.find('\n');
  if (heading == std::string_view::npos) return false;
  return proc_swaps.find_first_not_of(" \t\n", heading) != std::string_view::npos;
}

SwapSafety keep_out_of_swap() {
  if (limit_lifted() && mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0) {
    return SwapSafety::kLocked;
  }
  return swap_exists() ? SwapSafety::kExposed : SwapSafety::kNoSwap;
}

std::string_view swap_safety_name(SwapSafety safety) {
  switch (safety) {
    case SwapSafety::kLocked:
      return "locked";
    case SwapSafety::kNoSwap:
      return "no-swap";
    case SwapSafety::kExposed:
      return "exposed";
  }
  return "exposed";
}

}  // namespace sekisho
