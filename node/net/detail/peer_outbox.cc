// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/net/detail/peer_outbox.h"

#include <utility>

#include "node/net/frame.h"

namespace sekisho::net::detail {

PeerOutbox::Push PeerOutbox::push(Bytes frame) {
  const std::lock_guard lock(mutex_);
  if (!open_ || frames_.size() >= frames_max_ || bytes_ + frame.size() > bytes_max_) {
    return Push::kDropped;
  }
  bytes_ += frame.size();
  frames_.push_back(std::move(frame));
  return std::exchange(writer_sleeps_, false) ? Push::kQueuedWake : Push::kQueued;
}

std::size_t PeerOutbox::take(Bytes& out, std::size_t gather_min) {
  const std::lock_guard lock(mutex_);
  std::size_t taken = 0;
  while (!frames_.empty() && out.size() < gather_min) {
    bytes_ -= frames_.front().size();
    put_frame(out, frames_.front());
    frames_.pop_front();
    ++taken;
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
  bytes_ = 0;
  const std::size_t dropped = frames_.size();
  frames_.clear();
  return dropped;
}

bool PeerOutbox::is_open() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

}  // namespace sekisho::net::detail
