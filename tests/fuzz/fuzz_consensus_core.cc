// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <deque>
#include <utility>

#include "consensus/core.h"
#include "consensus/invariants.h"
#include "consensus/memory_log_store.h"
#include "node/base/check.h"
#include "node/base/rng.h"

// Arbitrary messages, ticks and requests, in arbitrary order, into one core: whatever a peer says,
// no CHECK fails, the core's own view stays whole, and what was handed out to apply is never taken
// back.
namespace {

using namespace sekisho;  // NOLINT: a fuzz target
using namespace sekisho::consensus;

// Numbers out of the input; zeros behind its end. Small ones mostly, since terms and indexes that
// meet are what gets past the first check.
class Script {
 public:
  Script(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  [[nodiscard]] bool done() const { return at_ >= size_; }
  std::uint64_t byte() { return at_ < size_ ? data_[at_++] : 0; }
  std::uint64_t number() {
    const std::uint64_t first = byte();
    if (first < 240) return first % 12;
    if (first < 248) return kIndexMax - first % 4;
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | byte();
    return value;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

Append make_append(Script& script) {
  Append append;
  append.prev_index = script.number();
  append.prev_term = script.number();
  append.commit = script.number();
  const std::uint64_t count = script.byte() % 5;
  for (std::uint64_t i = 1; i <= count; ++i) {
    const std::uint64_t how = script.byte();
    const Index index = append.prev_index + i + (how == 255 ? 1 : 0);
    append.entries.push_back({script.number(), index,
                              how % 4 == 0 ? EntryKind::kNoop : EntryKind::kNormal,
                              how % 4 == 1 ? make_payload("payload") : nullptr});
  }
  return append;
}

Body make_body(Script& script) {
  const std::uint64_t flags = script.byte();
  const bool one = (flags & 1) != 0;
  const bool two = (flags & 2) != 0;
  switch (script.byte() % 10) {
    case 0:
      return VoteRequest{one, two, script.number(), script.number()};
    case 1:
      return VoteReply{one, two, script.number(), script.number()};
    case 2:
      return make_append(script);
    case 3:
      return AppendReply{one, script.number(), script.number(), script.number(), script.number()};
    case 4:
      return Heartbeat{script.number(), script.number()};
    case 5:
      return HeartbeatReply{script.number()};
    case 6:
      return SnapshotOffer{{script.number(), script.number(), script.number(), {}, {}}};
    case 7:
      return TimeoutNow{};
    case 8:
      return ReadIndexRequest{script.number()};
    default:
      return ReadIndexReply{script.number(), script.number()};
  }
}

// The owner of the core: a disk that may be late, entries applied as they come.
class Owner {
 public:
  explicit Owner(Core core, MemoryLogStore& disk) : core_(std::move(core)), disk_(disk) {}

  void event(Script& script) {
    switch (script.byte() % 8) {
      case 0:
        static_cast<void>(core_.tick());
        break;
      case 1:
        static_cast<void>(core_.propose({Bytes(script.byte() % 8, 'p')}));
        break;
      case 2:
        write(script.byte() % 4);
        break;
      case 3:
        static_cast<void>(script.byte() % 2 == 0 ? core_.read_index(script.byte())
                                                 : core_.transfer_leadership(script.number()));
        break;
      default: {
        Message message{script.number(), script.byte() % 16 == 0 ? script.number() : 1,
                        script.number(), make_body(script)};
        static_cast<void>(core_.step(std::move(message)));
      }
    }
    route();
    CHECK(broken_in(core_).empty());
  }

 private:
  void write(std::uint64_t count) {
    for (; count > 0 && !writes_.empty(); --count) {
      disk_.write(writes_.front());
      const PersistToken token = writes_.front().token;
      writes_.pop_front();
      static_cast<void>(core_.persisted(token));
    }
  }

  void route() {
    for (Actions actions = core_.take_actions(); !actions.empty(); actions = core_.take_actions()) {
      if (actions.persist) writes_.push_back(std::move(*actions.persist));
      for (const Entry& entry : actions.committed) {
        CHECK(entry.index == applied_ + 1);
        applied_ = entry.index;
        static_cast<void>(core_.applied(applied_));
      }
      for (const Message& message : actions.messages) CHECK(validate(message).has_value());
      if (actions.install) install(*actions.install);
    }
  }

  void install(const SnapshotRef& snapshot) {
    // A real owner installs what a certificate vouches for, so never something without measure.
    if (snapshot.height % 2 == 0 || snapshot.index > 1000) {
      return static_cast<void>(core_.snapshot_abandoned());
    }
    write(writes_.size());
    disk_.restart_after(snapshot.index, snapshot.term);
    applied_ = snapshot.index;
    static_cast<void>(core_.snapshot_installed(snapshot));
  }

  Core core_;
  MemoryLogStore& disk_;
  std::deque<Persist> writes_;
  Index applied_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script(data, std::min<std::size_t>(size, 4096));
  SeededRng rng(1);
  MemoryLogStore disk;
  Options options;
  options.id = 1;
  options.election_ticks = 3;
  options.max_append_entries = 2;
  options.log_cache_bytes = 64;
  auto core = Core::restore(options, {{}, 0, {{1, 2, 3}, {}, {4}}}, disk, rng);
  CHECK(core.has_value());
  Owner owner(std::move(*core), disk);
  while (!script.done()) owner.event(script);
  return 0;
}
