// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "consensus/core.h"
#include "consensus/memory_log_store.h"
#include "node/base/rng.h"

// One member of an explored cluster as a value: the real core, its disk and its driver. An event
// turns it into another value and some messages; nothing else goes in or out.
namespace sekisho::exploration {

using consensus::Configuration;
using consensus::Core;
using consensus::Entry;
using consensus::Index;
using consensus::Message;
using consensus::NodeId;
using consensus::Term;

// Always draws the longest election timeout, so that time is no source of branching: a node that is
// not disturbed campaigns by an event of its own.
class LongestRng final : public Rng {
 public:
  std::uint64_t next_u64() override { return ~std::uint64_t{0}; }
};

enum class Kind : std::uint8_t {
  kExpire,    // time passes until this node asks for votes
  kLapse,     // time passes until this node may help to depose its leader
  kBeat,      // one tick of a leader: heartbeats, and every second one CheckQuorum
  kPropose,   // one entry
  kChange,    // argument: which membership to change to; what is joint is left instead
  kTransfer,  // argument: to whom
  kRead,      // a read index for this node itself
  kWrite,     // the oldest write under way becomes durable
  kApply,     // the oldest entry handed out is applied
  kCrash,     // argument: how many of the writes under way had reached the disk; restarts at once
  kDeliver,   // a message
};

struct Event {
  Kind kind = Kind::kDeliver;
  std::uint32_t argument = 0;
  const Message* message = nullptr;  // kDeliver
};

struct Setting {
  consensus::Options options;
  Configuration start;
  std::vector<Configuration> targets;
  bool disk_holds = false;   // writes wait for kWrite
  bool apply_holds = false;  // entries wait for kApply
};

struct Effects {
  std::vector<Message> messages;
  std::vector<Index> reads;
  std::vector<std::string> broken;
};

class Member {
 public:
  Member(const Setting& setting, NodeId id);
  Member(const Member& other);
  Member& operator=(const Member&) = delete;

  // False when the event does not apply here; the member is then unchanged.
  bool step(const Event& event, Effects& effects);

  [[nodiscard]] const Core& core() const { return *core_; }
  [[nodiscard]] std::size_t writes() const { return writes_.size(); }
  [[nodiscard]] std::size_t unapplied() const { return to_apply_.size(); }
  [[nodiscard]] Bytes fingerprint() const;
  [[nodiscard]] std::vector<Entry> log() const;

 private:
  bool carry_out(const Event& event, Effects& effects);
  bool tick_until_campaign();
  bool lapse();
  bool change(std::uint32_t target);
  bool write_oldest();
  bool crash(std::size_t survivors);
  void restart();
  void route(Effects& effects);
  bool apply_oldest(Effects& effects);
  void apply(const Entry& entry, Effects& effects);

  const Setting* setting_;
  NodeId id_;
  consensus::MemoryLogStore disk_;
  Index applied_ = 0;
  Configuration configuration_;
  Index change_ = 0;  // driver's rule: a change proposed here that has not been applied yet
  Term change_term_ = 0;
  std::optional<Core> core_;
  std::deque<consensus::Persist> writes_;
  std::deque<Entry> to_apply_;  // part of the log, so no part of the fingerprint
};

}  // namespace sekisho::exploration
