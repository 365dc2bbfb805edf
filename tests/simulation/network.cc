// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/network.h"

namespace sekisho::simulation {

void Network::send(std::uint64_t from, std::uint64_t to, const Bytes& frame) {
  if (cut_.contains({from, to}) || rng_.below(1000) < profile_.loss) return;
  send_once(from, to, frame);
  if (rng_.below(1000) < profile_.repeat) send_once(from, to, frame);
}

void Network::send_once(std::uint64_t from, std::uint64_t to, const Bytes& frame) {
  const bool slow = rng_.below(1000) < profile_.slow;
  const std::uint64_t delay_us =
      rng_.between(profile_.delay_min_us, slow ? 500'000 : profile_.delay_max_us);
  // A link cut meanwhile loses what is under way, as a broken connection does.
  scheduler_.after(delay_us, [this, from, to, frame] {
    if (!cut_.contains({from, to})) deliver_(from, to, frame);
  });
}

}  // namespace sekisho::simulation
