// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/exploration/explorer.h"

#include <algorithm>
#include <utility>

#include "node/base/check.h"

namespace sekisho::exploration {
namespace {

std::uint8_t small(std::uint64_t value) {
  CHECK(value <= 255);
  return static_cast<std::uint8_t>(value);
}

// Tells payloads apart that may meet at one index of one term.
std::uint8_t tag_of(const Entry& entry) {
  unsigned tag = 1;
  for (const char byte : entry.view()) tag = tag * 31 + static_cast<unsigned char>(byte);
  return static_cast<std::uint8_t>(tag % 251);
}

bool is_ballot(const Message& message, bool pre_only) {
  if (const auto* request = std::get_if<consensus::VoteRequest>(&message.body))
    return request->pre || !pre_only;
  if (const auto* reply = std::get_if<consensus::VoteReply>(&message.body))
    return reply->pre || !pre_only;
  return false;
}

bool is_reply(const Message& message) {
  return std::holds_alternative<consensus::VoteReply>(message.body) ||
         std::holds_alternative<consensus::AppendReply>(message.body) ||
         std::holds_alternative<consensus::HeartbeatReply>(message.body);
}

}  // namespace

Explorer::Explorer(Bounds bounds)
    : bounds_(std::move(bounds)),
      members_(bounds_.setting.start.voters.size() + bounds_.setting.start.learners.size()) {
  CHECK(members_ <= kMembersMax);
  CHECK(bounds_.terms <= kTermsMax);
  CHECK(bounds_.entries <= kEntriesMax);
  CHECK(bounds_.messages <= kMessagesMax);
}

std::uint32_t Explorer::intern(std::unique_ptr<Member> member, std::vector<std::string> broken) {
  const auto [found, fresh] =
      known_by_bytes_.emplace(member->fingerprint(), static_cast<std::uint32_t>(known_.size()));
  if (!fresh) return found->second;
  const Core& core = member->core();
  Known known;
  known.role = core.role();
  known.term = small(core.term());
  known.commit = small(core.commit());
  known.durable = small(core.log().persisted_index());
  known.writes = small(member->writes());
  known.unapplied = small(member->unapplied());
  for (const Entry& entry : member->log()) known.log.emplace_back(small(entry.term), tag_of(entry));
  for (const auto& [id, progress] : core.peers()) known.match[id] = small(progress.match);
  known.broken = std::move(broken);
  known.member = std::move(member);
  known_.push_back(std::move(known));
  return found->second;
}

std::uint32_t Explorer::intern(const Message& message) {
  Bytes bytes;
  consensus::append_fingerprint(message, bytes);
  const auto [found, fresh] =
      messages_by_bytes_.emplace(std::move(bytes), static_cast<std::uint32_t>(messages_.size()));
  if (fresh) messages_.push_back(std::make_unique<Message>(message));
  return found->second;
}

const Explorer::Outcome& Explorer::outcome(std::uint32_t member, Kind kind,
                                           std::uint32_t argument) {
  const std::uint64_t key = (std::uint64_t{member} << 32) | (std::uint64_t{argument} << 4) |
                            static_cast<std::uint64_t>(kind);
  const auto [found, fresh] = outcomes_.try_emplace(key);
  if (!fresh) return found->second;
  auto after = std::make_unique<Member>(*known_[member].member);
  Event event{kind, argument, nullptr};
  if (kind == Kind::kDeliver) event.message = messages_[argument].get();
  Effects effects;
  if (!after->step(event, effects)) return found->second;
  Outcome& outcome = found->second;
  for (const Message& message : effects.messages) {
    if (message.to <= members_) outcome.messages.push_back(intern(message));
  }
  outcome.reads = std::move(effects.reads);
  outcome.broken = effects.broken;
  outcome.member = intern(std::move(after), std::move(effects.broken));
  return outcome;
}

bool Explorer::within_bounds(const Known& known) const {
  return known.term <= bounds_.terms && known.log.size() <= bounds_.entries;
}

bool Explorer::apply(World& world, std::size_t member, Kind kind, std::uint32_t argument,
                     std::vector<std::uint32_t>* sent) {
  const Outcome& result = outcome(world.members[member], kind, argument);
  if (result.member == kNone || !within_bounds(known_[result.member])) return false;
  if (kind == Kind::kRead) {
    const auto empty = std::find(world.committed.begin(), world.committed.end(), Committed{});
    world.read_floors[member] = small(static_cast<std::size_t>(empty - world.committed.begin()));
  }
  check_reads(world, member, result);
  world.members[member] = result.member;
  for (const std::string& what : result.broken) broken(what);
  check(world, member);
  if (sent != nullptr) {
    sent->insert(sent->end(), result.messages.begin(), result.messages.end());
  } else {
    for (const std::uint32_t message : result.messages) add_message(world, message);
  }
  drop_idle(world, member);
  return true;
}

void Explorer::add_message(World& world, std::uint32_t message) {
  if (is_idle(world, message)) return;
  auto& list = world.messages;
  const auto end = std::find(list.begin(), list.end(), kNone);
  if (std::binary_search(list.begin(), end, message)) return;
  if (static_cast<std::size_t>(end - list.begin()) >= bounds_.messages) {
    ++overflows_;
    return;
  }
  *end = message;
  std::sort(list.begin(), end + 1);
}

void Explorer::remove_message(World& world, std::size_t position) {
  auto& list = world.messages;
  std::move(list.begin() + static_cast<std::ptrdiff_t>(position) + 1, list.end(),
            list.begin() + static_cast<std::ptrdiff_t>(position));
  list.back() = kNone;
}

// An answer that changes nothing now never will: the election or leadership it belongs to is over.
// Losing it here keeps worlds apart only where they can differ.
bool Explorer::is_idle(const World& world, std::uint32_t message) {
  const Message& what = *messages_[message];
  const std::uint32_t to = world.members[what.to - 1];
  if (what.term < known_[to].term) return !bounds_.old_terms;
  if (!is_reply(what)) return false;
  const Outcome& result = outcome(to, Kind::kDeliver, message);
  return result.member == to && result.messages.empty() && result.reads.empty();
}

void Explorer::drop_idle(World& world, std::size_t member) {
  for (std::size_t i = 0; i < kMessagesMax && world.messages[i] != kNone;) {
    const bool for_member = messages_[world.messages[i]]->to == member + 1;
    if (for_member && is_idle(world, world.messages[i])) {
      remove_message(world, i);
    } else {
      ++i;
    }
  }
}

bool Explorer::elect(World& world, std::size_t member, std::uint32_t voters) {
  std::vector<std::uint32_t> pending;
  if (!apply(world, member, Kind::kExpire, 0, &pending)) return false;
  for (std::size_t i = 0; i < pending.size(); ++i) {
    const std::uint32_t message = pending[i];
    if (!pass_ballot(world, message, voters, pending)) add_message(world, message);
  }
  return true;
}

bool Explorer::pass_ballot(World& world, std::uint32_t message, std::uint32_t voters,
                           std::vector<std::uint32_t>& pending) {
  const Message what = *messages_[message];
  if (!is_ballot(what, bounds_.elections == Elections::kWholePreVotes)) return false;
  const std::size_t to = what.to - 1;
  if (std::holds_alternative<consensus::VoteRequest>(what.body)) {
    if ((voters >> to & 1) == 0) return true;
    apply(world, to, Kind::kLapse, 0, &pending);
  }
  apply(world, to, Kind::kDeliver, message, &pending);
  return true;
}

void Explorer::check(World& world, std::size_t changed) {
  const Known& known = known_[world.members[changed]];
  for (const std::string& what : known.broken) broken(what);
  check_committed(world, changed);
  if (known.role == consensus::Role::kLeader) check_leader(world, changed);
  for (std::size_t other = 0; other < members_; ++other) {
    if (other == changed) continue;
    check_pair(world, changed, other);
  }
}

// Election safety and leader completeness (thesis, figure 3.2).
void Explorer::check_leader(World& world, std::size_t leader) {
  const Known& known = known_[world.members[leader]];
  std::uint8_t& seen = world.leaders[known.term];
  if (seen != 0 && seen != leader + 1) {
    broken("two leaders of term " + std::to_string(known.term) + ": " + std::to_string(seen) +
           " and " + std::to_string(leader + 1));
  }
  seen = small(leader + 1);
  for (std::size_t i = 0; i < kEntriesMax && world.committed[i].term != 0; ++i) {
    if (world.committed[i].in >= known.term) continue;
    if (i < known.log.size() && known.log[i].first == world.committed[i].term) continue;
    broken("node " + std::to_string(leader + 1) + " leads term " + std::to_string(known.term) +
           " without committed entry " + std::to_string(i + 1));
  }
}

// State machine safety: what is committed once stays, on whichever node.
void Explorer::check_committed(World& world, std::size_t member) {
  const Known& known = known_[world.members[member]];
  bool news = false;
  for (std::size_t i = 0; i < known.commit && i < kEntriesMax; ++i) {
    Committed& seen = world.committed[i];
    if (seen.term == 0) {
      seen = {known.log[i].first, known.log[i].second, known.term};
      news = true;
    } else if (seen.term != known.log[i].first || seen.tag != known.log[i].second) {
      broken("node " + std::to_string(member + 1) + " commits another entry " +
             std::to_string(i + 1) + " than was committed before");
    }
    if (known.term < seen.in) {
      seen.in = known.term;
      news = true;
    }
  }
  if (!news) return;
  for (std::size_t other = 0; other < members_; ++other) {
    const bool leads = known_[world.members[other]].role == consensus::Role::kLeader;
    if (leads && other != member) check_leader(world, other);
  }
}

// Log matching, and that what a leader counts on is durable and the same where it counts on it.
void Explorer::check_pair(const World& world, std::size_t a, std::size_t b) {
  const Known& one = known_[world.members[a]];
  const Known& two = known_[world.members[b]];
  bool must_match = false;
  for (std::size_t i = std::min(one.log.size(), two.log.size()); i-- > 0;) {
    must_match = must_match || one.log[i].first == two.log[i].first;
    if (must_match && one.log[i] != two.log[i]) {
      broken("logs of " + std::to_string(a + 1) + " and " + std::to_string(b + 1) +
             " differ at entry " + std::to_string(i + 1) + " below one they share");
      break;
    }
  }
  const auto check_belief = [&](const Known& leader, const Known& follower, std::size_t id) {
    if (leader.role != consensus::Role::kLeader || leader.term != follower.term) return;
    const std::size_t match = leader.match[id];
    if (match == 0) return;
    const bool held = match <= follower.durable && match <= leader.log.size() &&
                      leader.log[match - 1] == follower.log[match - 1];
    if (!held)
      broken("a leader counts on entry " + std::to_string(match) + " of node " +
             std::to_string(id) + ", which is not durable there or differs");
  };
  check_belief(one, two, b + 1);
  check_belief(two, one, a + 1);
}

void Explorer::check_reads(const World& world, std::size_t member, const Outcome& result) {
  for (const Index index : result.reads) {
    if (index >= world.read_floors[member]) continue;
    broken("node " + std::to_string(member + 1) + " reads at " + std::to_string(index) +
           " although " + std::to_string(world.read_floors[member]) + " was committed before");
  }
}

bool Explorer::spend(World& world, Budget budget) const {
  const auto which = static_cast<std::size_t>(budget);
  if (world.used[which] >= bounds_.budget[which]) return false;
  ++world.used[which];
  return true;
}

void Explorer::visit(const World& world, const Step& step) {
  ++transitions_;
  const bool fresh = visited_.insert(Visited::hash_of(&world, sizeof(world)));
  if (!fresh && broken_.empty()) return;
  const auto number = static_cast<std::uint32_t>(steps_.size());
  steps_.push_back(step);
  if (!broken_.empty() && broken_at_ == kNone) broken_at_ = number;
  next_.emplace_back(world, number);
}

void Explorer::attempt(const World& world, std::uint32_t number, std::size_t member, Kind kind,
                       std::uint32_t argument) {
  if (!broken_.empty()) return;
  World after = world;
  const auto budget_of = [](Kind what) -> std::optional<Budget> {
    switch (what) {
      case Kind::kExpire:
        return Budget::kCampaigns;
      case Kind::kBeat:
        return Budget::kBeats;
      case Kind::kPropose:
        return Budget::kProposals;
      case Kind::kChange:
        return Budget::kChanges;
      case Kind::kTransfer:
        return Budget::kTransfers;
      case Kind::kRead:
        return Budget::kReads;
      case Kind::kCrash:
        return Budget::kCrashes;
      case Kind::kLapse:
      case Kind::kWrite:
      case Kind::kApply:
      case Kind::kDeliver:
        return std::nullopt;
    }
    return std::nullopt;
  };
  const auto budget = budget_of(kind);
  if (budget && !spend(after, *budget)) return;
  if (!apply(after, member, kind, argument)) return;
  visit(after, {number, argument, small(member), kind, false});
}

void Explorer::attempt_leading(const World& world, std::uint32_t number, std::size_t member) {
  attempt(world, number, member, Kind::kBeat, 0);
  attempt(world, number, member, Kind::kPropose, 0);
  attempt(world, number, member, Kind::kRead, 0);
  for (std::uint32_t i = 0; i < bounds_.setting.targets.size(); ++i) {
    attempt(world, number, member, Kind::kChange, i);
  }
  for (std::uint32_t to = 1; to <= members_; ++to) {
    if (to != member + 1) attempt(world, number, member, Kind::kTransfer, to);
  }
}

void Explorer::attempt_standing(const World& world, std::uint32_t number, std::size_t member) {
  if (bounds_.elections == Elections::kFine) {
    attempt(world, number, member, Kind::kExpire, 0);
    attempt(world, number, member, Kind::kLapse, 0);
  } else {
    attempt_elections(world, number, member);
  }
}

void Explorer::attempt_elections(const World& world, std::uint32_t number, std::size_t member) {
  for (std::uint32_t voters = 0; voters < (1u << members_); ++voters) {
    if ((voters >> member & 1) != 0 || !broken_.empty()) continue;
    World after = world;
    if (!spend(after, Budget::kCampaigns) || !elect(after, member, voters)) continue;
    visit(after, {number, voters, small(member), Kind::kExpire, true});
  }
}

void Explorer::attempt_deliveries(const World& world, std::uint32_t number) {
  for (std::size_t i = 0; i < kMessagesMax && world.messages[i] != kNone; ++i) {
    const std::uint32_t message = world.messages[i];
    const std::size_t to = messages_[message]->to - 1;
    for (const bool twice : {false, true}) {
      if (!broken_.empty()) return;
      World after = world;
      if (twice && !spend(after, Budget::kDuplicates)) continue;
      if (!twice) remove_message(after, i);
      if (!apply(after, to, Kind::kDeliver, message)) continue;
      visit(after, {number, message, small(to), Kind::kDeliver, twice});
    }
  }
}

void Explorer::expand(const World& world, std::uint32_t number) {
  for (std::size_t member = 0; member < members_; ++member) {
    const std::uint32_t state = world.members[member];
    const std::uint8_t writes = known_[state].writes;
    if (known_[state].unapplied > 0) attempt(world, number, member, Kind::kApply, 0);
    if (known_[state].role == consensus::Role::kLeader) {
      attempt_leading(world, number, member);
    } else {
      attempt_standing(world, number, member);
    }
    if (writes > 0) attempt(world, number, member, Kind::kWrite, 0);
    for (std::uint32_t survivors = 0; survivors <= writes; ++survivors) {
      attempt(world, number, member, Kind::kCrash, survivors);
    }
  }
  attempt_deliveries(world, number);
}

Found Explorer::run(std::uint64_t worlds_max) {
  World start;
  start.messages.fill(kNone);
  for (std::size_t i = 0; i < members_; ++i) {
    start.members[i] = intern(std::make_unique<Member>(bounds_.setting, i + 1), {});
  }
  Found found;
  visit(start, {kNone, 0, 0, Kind::kDeliver, false});
  transitions_ = 0;
  while (!next_.empty() && broken_.empty() && visited_.size() < worlds_max) {
    const auto frontier = std::exchange(next_, {});
    for (const auto& [world, number] : frontier) {
      expand(world, number);
      if (!broken_.empty() || visited_.size() >= worlds_max) break;
    }
    ++found.depth;
  }
  found.exhausted = next_.empty();
  found.worlds = visited_.size();
  found.transitions = transitions_;
  found.members = known_.size();
  found.messages = messages_.size();
  found.overflows = overflows_;
  found.broken = broken_;
  if (broken_at_ != kNone) found.path = path_to(broken_at_);
  return found;
}

std::vector<std::string> Explorer::path_to(std::uint32_t number) const {
  std::vector<std::string> path;
  for (std::uint32_t at = number; steps_[at].parent != kNone; at = steps_[at].parent) {
    path.push_back(describe(steps_[at]));
  }
  std::reverse(path.begin(), path.end());
  return path;
}

std::string Explorer::describe(const Step& step) const {
  const std::string who = "node " + std::to_string(step.member + 1);
  switch (step.kind) {
    case Kind::kExpire: {
      std::string text = who + " asks for votes";
      if (step.with_voters) text += ", heard by";
      for (std::size_t i = 0; step.with_voters && i < members_; ++i) {
        if ((step.argument >> i & 1) != 0) text += " " + std::to_string(i + 1);
      }
      return text;
    }
    case Kind::kLapse:
      return who + " has not heard its leader";
    case Kind::kBeat:
      return who + " ticks";
    case Kind::kPropose:
      return who + " proposes";
    case Kind::kChange:
      return who + " proposes the next membership";
    case Kind::kTransfer:
      return who + " hands over to " + std::to_string(step.argument);
    case Kind::kRead:
      return who + " is asked to read";
    case Kind::kWrite:
      return who + " has written";
    case Kind::kApply:
      return who + " applies an entry";
    case Kind::kCrash:
      return who + " crashes with " + std::to_string(step.argument) + " writes done";
    case Kind::kDeliver:
      return std::string(step.with_voters ? "delivered and repeated: " : "delivered: ") +
             to_string(*messages_[step.argument]);
  }
  return {};
}

}  // namespace sekisho::exploration
