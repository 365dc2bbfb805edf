// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "consensus/outbox.h"

#include <utility>

#include "node/base/check.h"

namespace sekisho::consensus {

void Outbox::send(Message message, Promise promise) {
  CHECK(message.to != kNobody);
  CHECK(message.to != message.from);
  CHECK(message.term > 0);
  staged_.push_back({std::move(message), promise});
}

void Outbox::bind(PersistToken term_token, PersistToken log_token, PersistToken durable) {
  CHECK(term_token <= log_token);
  for (Staged& staged : staged_) {
    const PersistToken needed = staged.promise == Promise::kTerm ? term_token : log_token;
    auto& queue = needed <= durable ? ready_ : held_[needed];
    queue.push_back(std::move(staged.message));
  }
  staged_.clear();
}

void Outbox::release(PersistToken durable, Term term) {
  const auto end = held_.upper_bound(durable);
  for (auto group = held_.begin(); group != end; ++group) {
    CHECK(group->first <= durable);
    for (Message& message : group->second) {
      if (message.term >= term) ready_.push_back(std::move(message));
    }
  }
  held_.erase(held_.begin(), end);
}

std::vector<Message> Outbox::take() { return std::exchange(ready_, {}); }

std::size_t Outbox::held() const {
  std::size_t count = 0;
  for (const auto& [token, messages] : held_) count += messages.size();
  return count;
}

void Outbox::clear() {
  staged_.clear();
  held_.clear();
  ready_.clear();
}

}  // namespace sekisho::consensus
