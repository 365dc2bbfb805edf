// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/probe.h"

#include <atomic>
#include <map>
#include <mutex>

namespace sekisho {
namespace {

struct Registry {
  std::mutex mutex;
  std::map<std::string, std::uint64_t> counts;
};

Registry& registry() {
  static Registry instance;
  return instance;
}

}  // namespace

Probe::Probe(const char* name) {
  const std::lock_guard lock(registry().mutex);
  count_ = &registry().counts[name];
}

void Probe::hit() {
  std::atomic_ref<std::uint64_t>(*count_).fetch_add(1, std::memory_order_relaxed);
}

std::vector<std::pair<std::string, std::uint64_t>> Probe::counts() {
  const std::lock_guard lock(registry().mutex);
  return {registry().counts.begin(), registry().counts.end()};
}

}  // namespace sekisho
