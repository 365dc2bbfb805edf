// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/exploration/member.h"

#include <algorithm>
#include <utility>

#include "consensus/invariants.h"
#include "consensus/membership.h"
#include "node/base/check.h"

namespace sekisho::exploration {
namespace {

LongestRng& chance() {
  static LongestRng rng;
  return rng;
}

// Payloads: who proposed, or "m" and the membership that is to be as bit sets of ids.
Bytes own_payload(NodeId id) { return Bytes(1, static_cast<char>('0' + id)); }

char bits_of(const std::vector<NodeId>& ids) {
  unsigned bits = 0;
  for (const NodeId id : ids) bits |= 1u << id;
  return static_cast<char>(bits);
}

std::vector<NodeId> ids_of(char bits) {
  std::vector<NodeId> ids;
  for (NodeId id = 1; id < 8; ++id) {
    if ((static_cast<unsigned char>(bits) >> id & 1) != 0) ids.push_back(id);
  }
  return ids;
}

Bytes membership_payload(const Configuration& next) {
  return {'m', bits_of(next.voters), bits_of(next.outgoing), bits_of(next.learners)};
}

std::optional<Configuration> membership_in(BytesView payload) {
  if (payload.size() != 4) return std::nullopt;
  return Configuration{ids_of(payload[1]), ids_of(payload[2]), ids_of(payload[3])};
}

}  // namespace

Member::Member(const Setting& setting, NodeId id)
    : setting_(&setting), id_(id), configuration_(setting.start) {
  restart();
}

Member::Member(const Member& other)
    : setting_(other.setting_),
      id_(other.id_),
      disk_(other.disk_),
      applied_(other.applied_),
      configuration_(other.configuration_),
      change_(other.change_),
      change_term_(other.change_term_),
      writes_(other.writes_),
      to_apply_(other.to_apply_) {
  core_.emplace(other.core_->clone_with(disk_, chance()));
}

void Member::restart() {
  consensus::Options options = setting_->options;
  options.id = id_;
  auto core =
      Core::restore(options, {disk_.hard_state(), applied_, configuration_}, disk_, chance());
  CHECK(core.has_value());
  core_.emplace(std::move(*core));
}

bool Member::step(const Event& event, Effects& effects) {
  if (!carry_out(event, effects)) return false;
  route(effects);
  for (std::string& what : consensus::broken_in(*core_)) effects.broken.push_back(std::move(what));
  return true;
}

bool Member::carry_out(const Event& event, Effects& effects) {
  const bool leads = core_->role() == consensus::Role::kLeader;
  switch (event.kind) {
    case Kind::kExpire:
      return !leads && tick_until_campaign();
    case Kind::kLapse:
      return !leads && lapse();
    case Kind::kBeat:
      return leads && core_->tick().has_value();
    case Kind::kPropose:
      return leads && core_->propose({own_payload(id_)}).has_value();
    case Kind::kChange:
      return leads && change(event.argument);
    case Kind::kTransfer:
      return leads && core_->transfer_leadership(event.argument).has_value();
    case Kind::kRead:
      return leads && core_->read_index(1).has_value();
    case Kind::kWrite:
      return write_oldest();
    case Kind::kApply:
      return apply_oldest(effects);
    case Kind::kCrash:
      return crash(event.argument);
    case Kind::kDeliver:
      // A refused message is one that arrived for nothing.
      static_cast<void>(core_->step(*event.message));
      return true;
  }
  return false;
}

// Timers draw their longest time, which is 2 * election_ticks - 1, and rest at zero or as lapsed.
bool Member::tick_until_campaign() {
  const consensus::Role role = core_->role();
  const NodeId leader = core_->leader();
  for (std::uint32_t i = 1; i < 2 * setting_->options.election_ticks; ++i) {
    if (!core_->tick()) return false;
    if (core_->role() != role || core_->leader() != leader) return true;
  }
  return role != consensus::Role::kFollower;
}

bool Member::lapse() {
  if (core_->leader() == consensus::kNobody) return false;
  for (std::uint32_t i = 0; i < setting_->options.election_ticks; ++i) {
    if (!core_->tick()) return false;
  }
  return core_->role() == consensus::Role::kFollower;
}

// The driver's rule (consensus/README.md): one change at a time, the one before applied.
bool Member::change(std::uint32_t target) {
  if (!core_->may_change_membership()) return false;
  if (change_ > applied_ && change_term_ == core_->term()) return false;
  const Configuration& now = core_->configuration();
  const bool joint = now.is_joint();
  if (!joint && now.voters == setting_->targets[target].voters) return false;
  const auto next = joint ? leave_joint(now) : enter_joint(now, setting_->targets[target]);
  if (!next) return false;
  const auto proposed = core_->propose({membership_payload(*next)});
  if (!proposed) return false;
  change_ = proposed->last;
  change_term_ = proposed->term;
  return true;
}

bool Member::write_oldest() {
  if (writes_.empty()) return false;
  disk_.write(writes_.front());
  const consensus::PersistToken token = writes_.front().token;
  writes_.pop_front();
  return core_->persisted(token).has_value();
}

bool Member::crash(std::size_t survivors) {
  if (survivors > writes_.size()) return false;
  for (std::size_t i = 0; i < survivors; ++i) disk_.write(writes_[i]);
  writes_.clear();
  to_apply_.clear();
  change_ = 0;
  change_term_ = 0;
  restart();
  return true;
}

void Member::route(Effects& effects) {
  for (consensus::Actions actions = core_->take_actions(); !actions.empty();
       actions = core_->take_actions()) {
    for (Message& message : actions.messages) effects.messages.push_back(std::move(message));
    for (const consensus::ReadReady& read : actions.reads) effects.reads.push_back(read.index);
    for (Entry& entry : actions.committed) to_apply_.push_back(std::move(entry));
    while (!setting_->apply_holds && apply_oldest(effects)) {
    }
    if (!actions.persist) continue;
    writes_.push_back(std::move(*actions.persist));
    if (!setting_->disk_holds) write_oldest();
  }
}

bool Member::apply_oldest(Effects& effects) {
  if (to_apply_.empty()) return false;
  apply(to_apply_.front(), effects);
  to_apply_.pop_front();
  return true;
}

void Member::apply(const Entry& entry, Effects& effects) {
  if (entry.index != applied_ + 1) effects.broken.push_back("applies out of order");
  applied_ = entry.index;
  if (auto next = membership_in(entry.view())) {
    if (!quorums_overlap(configuration_, *next)) {
      effects.broken.push_back("takes on a membership whose quorums miss those of the one before");
    }
    configuration_ = std::move(*next);
    static_cast<void>(core_->set_configuration(configuration_));
  }
  static_cast<void>(core_->applied(entry.index));
}

Bytes Member::fingerprint() const {
  Bytes out(1, static_cast<char>(id_));
  core_->append_fingerprint(out);
  out.push_back(static_cast<char>(change_ > applied_ ? change_ : 0));
  out.push_back(static_cast<char>(change_ > applied_ ? change_term_ : 0));
  out.push_back(static_cast<char>(disk_.hard_state().term));
  out.push_back(static_cast<char>(disk_.hard_state().voted_for));
  out.push_back(static_cast<char>(disk_.hard_state().commit));
  const auto entries = disk_.last_index() == 0
                           ? Result<std::vector<Entry>>(std::vector<Entry>{})
                           : disk_.entries(1, disk_.last_index(), ~std::size_t{0});
  for (const Entry& entry : *entries) consensus::append_fingerprint(entry, out);
  out.push_back('|');
  for (const consensus::Persist& write : writes_) {
    out.push_back(static_cast<char>(write.truncate_from));
    out.push_back(static_cast<char>(write.hard_state ? write.hard_state->term : 0));
    out.push_back(static_cast<char>(write.hard_state ? write.hard_state->voted_for : 0));
    out.push_back(static_cast<char>(write.hard_state ? write.hard_state->commit : 0));
    for (const Entry& entry : write.entries) consensus::append_fingerprint(entry, out);
    out.push_back(';');
  }
  return out;
}

std::vector<Entry> Member::log() const {
  const consensus::LogView& log = core_->log();
  if (log.last_index() == 0) return {};
  return log.entries(1, log.last_index(), ~std::size_t{0}, consensus::kAppendEntriesMax);
}

}  // namespace sekisho::exploration
