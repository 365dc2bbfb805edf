// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/detail/peer_outbox.h"

#include <utility>

#include "node/net/frame.h"

namespace sekisho::net::detail {

PeerOutbox::Push PeerOutbox::push(Bytes frame, Lane lane) {
  const std::lock_guard lock(mutex_);
  Queue& queue = lanes_[static_cast<std::size_t>(lane)];
  if (!open_ || queue.frames.size() >= frames_max_ || queue.bytes + frame.size() > bytes_max_) {
    return Push::kDropped;
  }
  queue.bytes += frame.size();
  queue.frames.push_back(std::move(frame));
  return std::exchange(writer_sleeps_, false) ? Push::kQueuedWake : Push::kQueued;
}

std::size_t PeerOutbox::take(Bytes& out, std::size_t gather_min) {
  const std::lock_guard lock(mutex_);
  std::size_t taken = 0;
  for (Queue& queue : lanes_) {
    while (!queue.frames.empty() && out.size() < gather_min) {
      queue.bytes -= queue.frames.front().size();
      put_frame(out, queue.frames.front());
      queue.frames.pop_front();
      ++taken;
    }
  }
  writer_sleeps_ = taken == 0;
  return taken;
}

void PeerOutbox::open() {
  const std::lock_guard lock(mutex_);
  open_ = true;
  writer_sleeps_ = false;
}

std::size_t PeerOutbox::close() {
  const std::lock_guard lock(mutex_);
  open_ = false;
  std::size_t dropped = 0;
  for (Queue& queue : lanes_) {
    dropped += queue.frames.size();
    queue = {};
  }
  return dropped;
}

bool PeerOutbox::is_open() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

}  // namespace sekisho::net::detail
