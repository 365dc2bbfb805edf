// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace sekisho {

// Whether what this process keeps in memory can come to rest in a swap partition.
enum class SwapSafety : std::uint8_t {
  kLocked,   // every page, now and later, stays in memory
  kNoSwap,   // nothing is locked, but there is nowhere to swap to
  kExposed,  // pages may be written to swap
};

// Locks all memory of the process, pages as they come into use. Does so only when the limit of
// locked memory is lifted (RLIMIT_MEMLOCK unlimited, as LimitMEMLOCK=infinity gives it): below a
// limit, the first allocation above it would end the process. Once, at the start, by whoever opens
// other people's files. Linux.
[[nodiscard]] SwapSafety keep_out_of_swap();

// "locked", "no-swap", "exposed".
[[nodiscard]] std::string_view swap_safety_name(SwapSafety safety);

// True when a list of swap areas in the format of /proc/swaps names one.
[[nodiscard]] bool names_swap(std::string_view proc_swaps);

}  // namespace sekisho
