// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

// Is a history of reads and writes of one register linearizable: can every operation be given one
// moment between its call and its return so that each read gives what was written last? Wing and
// Gong's search (1993) with Lowe's memory of what was tried (2017). Black box: it knows nothing of
// logs or terms. Pure; any thread.
namespace sekisho::linearizability {

inline constexpr std::uint64_t kNever = ~std::uint64_t{0};

struct Operation {
  std::uint64_t called = 0;
  std::uint64_t returned = kNever;  // kNever: the client never learned whether it happened
  bool is_write = false;
  std::uint64_t value = 0;  // written, or given by the read; the register begins at 0
};

enum class Verdict : std::uint8_t { kLinearizable, kNotLinearizable, kGaveUp };

// Calls and returns at the same time count as concurrent. Reads that never returned say nothing and
// are to be left out. Gives up after `steps_max` placements.
[[nodiscard]] Verdict check_register(const std::vector<Operation>& history,
                                     std::uint64_t steps_max = 1'000'000);

}  // namespace sekisho::linearizability
