// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <mutex>

#include "node/base/bytes.h"
#include "node/net/peer_link.h"

namespace sekisho::net::detail {

// The frames that wait for one peer's connection, each lane bounded in number and bytes; urgent
// ones overtake bulk. Any thread.
class PeerOutbox {
 public:
  PeerOutbox(std::size_t frames_max, std::size_t bytes_max)
      : frames_max_(frames_max), bytes_max_(bytes_max) {}

  enum class Push : unsigned char {
    kQueued,
    kQueuedWake,  // and the writer sleeps: wake it
    kDropped,     // closed or full
  };
  Push push(Bytes frame, Lane lane = Lane::kUrgent);

  // Appends whole frames to `out` until it holds `gather_min` bytes or nothing is left; how many.
  // Zero means that the writer sleeps until the next push says kQueuedWake.
  std::size_t take(Bytes& out, std::size_t gather_min);

  // Closed at first: what is pushed is dropped.
  void open();
  // Drops what is queued and what will come; how many frames were dropped.
  std::size_t close();
  [[nodiscard]] bool is_open() const;

 private:
  const std::size_t frames_max_;
  const std::size_t bytes_max_;
  mutable std::mutex mutex_;
  struct Queue {
    std::deque<Bytes> frames;
    std::size_t bytes = 0;
  };
  std::array<Queue, 2> lanes_;
  bool open_ = false;
  bool writer_sleeps_ = false;
};

}  // namespace sekisho::net::detail
