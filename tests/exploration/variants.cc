// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/exploration/variants.h"

#include <utility>

namespace sekisho::exploration {
namespace {

std::uint8_t& of(Bounds& bounds, Budget budget) {
  return bounds.budget[static_cast<std::size_t>(budget)];
}

Bounds base(std::string name, std::string about) {
  Bounds bounds;
  bounds.name = std::move(name);
  bounds.about = std::move(about);
  bounds.setting.options.id = 1;
  bounds.setting.options.election_ticks = 2;
  bounds.setting.options.heartbeat_ticks = 1;
  bounds.setting.options.max_append_entries = 1;
  bounds.setting.start.voters = {1, 2, 3};
  return bounds;
}

// Every message of elections and replication by itself, old terms answered.
Bounds messages(bool wide) {
  Bounds bounds = base("messages", "each vote and append by itself, old terms answered, a repeat");
  bounds.terms = 2;
  bounds.entries = 3;
  bounds.old_terms = true;
  bounds.messages = wide ? 5 : 4;
  of(bounds, Budget::kCampaigns) = 2;
  of(bounds, Budget::kProposals) = 1;
  of(bounds, Budget::kDuplicates) = wide ? 1 : 0;
  return bounds;
}

// Leaders that come and go with entries of older terms: where figure 3.7 of the thesis lives.
Bounds terms(bool wide) {
  Bounds bounds = base("terms", "four terms of leaders, whole elections, a heartbeat, a crash");
  bounds.terms = 4;
  bounds.entries = 4;
  bounds.messages = wide ? 6 : 4;
  bounds.elections = Elections::kWhole;
  of(bounds, Budget::kCampaigns) = 4;
  of(bounds, Budget::kProposals) = wide ? 1 : 0;
  of(bounds, Budget::kCrashes) = 1;
  return bounds;
}

// Disks that take their time, and crashes that lose any tail of what they had not finished.
Bounds disks(bool wide) {
  Bounds bounds = base("disks", "writes under way, a crash loses any tail of them");
  bounds.terms = 2;
  bounds.entries = 3;
  bounds.messages = 5;
  bounds.setting.disk_holds = true;
  bounds.elections = Elections::kWholePreVotes;
  of(bounds, Budget::kCampaigns) = 2;
  of(bounds, Budget::kProposals) = wide ? 1 : 0;
  of(bounds, Budget::kCrashes) = 1;
  return bounds;
}

Bounds transfers(bool wide) {
  Bounds bounds = base("transfers", "leadership handed over, votes one by one and repeated");
  bounds.terms = 3;
  bounds.entries = 4;
  bounds.messages = wide ? 5 : 4;
  bounds.elections = Elections::kWholePreVotes;
  of(bounds, Budget::kCampaigns) = 2;
  of(bounds, Budget::kTransfers) = wide ? 2 : 1;
  of(bounds, Budget::kDuplicates) = 1;
  return bounds;
}

Bounds membership(bool wide) {
  Bounds bounds = base("membership", "joint changes to one voter and back, whole elections");
  bounds.terms = 3;
  bounds.entries = 7;
  bounds.messages = wide ? 5 : 4;
  bounds.elections = Elections::kWhole;
  bounds.setting.targets = {{{1}, {}, {}}, {{2, 3}, {}, {1}}, {{1, 2, 3}, {}, {}}};
  of(bounds, Budget::kCampaigns) = wide ? 3 : 2;
  of(bounds, Budget::kChanges) = 2;
  of(bounds, Budget::kCrashes) = wide ? 1 : 0;
  return bounds;
}

// Entries that wait to be applied, and with them the membership they bring: a node must not stand
// for election by one that it knows to be over (consensus/README.md, 6).
Bounds applying(bool wide) {
  Bounds bounds = base("applying", "a joint change down to one voter that some apply late");
  bounds.terms = 2;
  bounds.entries = 4;
  bounds.messages = 2;
  bounds.elections = Elections::kWhole;
  bounds.setting.apply_holds = true;
  bounds.setting.targets = {{{1}, {}, {}}};
  of(bounds, Budget::kCampaigns) = 2;
  of(bounds, Budget::kChanges) = 2;
  of(bounds, Budget::kProposals) = wide ? 1 : 0;
  return bounds;
}

// Changes that a new leader finds in its log, uncommitted, when it thinks of one of its own.
Bounds inheriting(bool wide) {
  Bounds bounds = base("inheriting", "changes of membership left uncommitted by leaders before");
  bounds.terms = 3;
  bounds.entries = wide ? 7 : 6;
  bounds.messages = wide ? 3 : 2;
  bounds.elections = Elections::kWhole;
  bounds.setting.options.max_append_entries = 4;
  bounds.setting.targets = {{{1}, {}, {}}, {{2, 3}, {}, {}}};
  of(bounds, Budget::kCampaigns) = 3;
  of(bounds, Budget::kChanges) = 3;
  return bounds;
}

Bounds reads(bool wide) {
  Bounds bounds = base("reads", "read indexes of old and new leaders");
  bounds.terms = 3;
  bounds.entries = 4;
  bounds.messages = wide ? 5 : 4;
  bounds.elections = Elections::kWhole;
  of(bounds, Budget::kCampaigns) = 2;
  of(bounds, Budget::kProposals) = 1;
  of(bounds, Budget::kReads) = 1;
  of(bounds, Budget::kCrashes) = wide ? 1 : 0;
  return bounds;
}

// Longer appends, so that one of them may end behind what the receiver has.
Bounds batches(bool wide) {
  Bounds bounds = base("batches", "appends of several entries, delayed and repeated");
  bounds.setting.options.max_append_entries = 3;
  bounds.terms = 3;
  bounds.entries = 5;
  bounds.messages = wide ? 5 : 4;
  bounds.elections = Elections::kWhole;
  of(bounds, Budget::kCampaigns) = wide ? 3 : 2;
  of(bounds, Budget::kBeats) = wide ? 1 : 0;
  of(bounds, Budget::kProposals) = wide ? 1 : 2;
  of(bounds, Budget::kDuplicates) = wide ? 1 : 0;
  return bounds;
}

}  // namespace

std::vector<Bounds> variants(bool wide) {
  return {messages(wide), terms(wide),      disks(wide), transfers(wide), membership(wide),
          applying(wide), inheriting(wide), reads(wide), batches(wide)};
}

}  // namespace sekisho::exploration
