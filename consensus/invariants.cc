// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "consensus/invariants.h"

#include <algorithm>
#include <utility>

namespace sekisho::consensus {
namespace {

using Broken = std::vector<std::string>;

std::string node(const Core& core) { return "node " + std::to_string(core.id()); }

void expect(bool holds, const Core& core, const std::string& what, Broken& broken) {
  if (!holds) broken.push_back(node(core) + ": " + what);
}

Entry entry_at(const Core& core, Index index) {
  auto entries = core.log().entries(index, index, ~std::size_t{0}, 1);
  return entries.empty() ? Entry{} : std::move(entries.front());
}

void check_indexes(const Core& core, Broken& broken) {
  const LogView& log = core.log();
  expect(core.applied_index() <= core.applying_index(), core, "applied above applying", broken);
  expect(core.applying_index() <= core.commit(), core, "applying above committed", broken);
  expect(core.applying_index() <= log.persisted_index(), core, "applying what is not durable",
         broken);
  expect(core.commit() <= log.last_index(), core, "committed above the log's end", broken);
  expect(log.persisted_index() <= log.last_index(), core, "durable above the log's end", broken);
  expect(core.applied_index() + 1 >= log.first_index(), core, "the log begins above applied",
         broken);
  expect(log.last_term() <= core.term(), core, "the log ends in a later term", broken);
}

void check_role(const Core& core, Broken& broken) {
  const bool leads = core.role() == Role::kLeader;
  expect(leads == (core.leader() == core.id()), core, "role and leader disagree", broken);
  expect(leads || core.peers().empty(), core, "keeps progress without leading", broken);
  if (core.role() == Role::kCandidate || leads) {
    expect(core.voted_for() == core.id(), core, "stands for election without its own vote", broken);
  }
  if (!leads || core.term_start_index() <= core.log().first_index()) return;
  expect(core.log().term(core.term_start_index()) == core.term(), core,
         "leads without an entry of its term", broken);
  expect(core.log().term(core.term_start_index() - 1) < core.term(), core,
         "had entries of its term before winning it", broken);
}

void check_progress(const Core& core, Broken& broken) {
  for (const auto& [id, progress] : core.peers()) {
    const std::string peer = "peer " + std::to_string(id);
    expect(progress.next > progress.match, core, peer + " next is not above match", broken);
    expect(progress.match <= core.log().last_index(), core, peer + " matches above the end",
           broken);
    expect(progress.next <= core.log().last_index() + 1, core, peer + " next leaves a gap", broken);
    expect(core.configuration().contains(id), core, peer + " is not a member", broken);
  }
}

void check_terms(const Core& core, Broken& broken) {
  Term previous = core.log().term(core.log().first_index() - 1);
  for (Index i = core.log().first_index(); i <= core.log().last_index(); ++i) {
    const Term term = core.log().term(i);
    expect(term >= previous, core, "terms go down at entry " + std::to_string(i), broken);
    previous = term;
  }
}

void check_one_leader(const Core& a, const Core& b, Broken& broken) {
  if (a.role() != Role::kLeader || b.role() != Role::kLeader || a.term() != b.term()) return;
  broken.push_back(node(a) + " and " + node(b) + " both lead term " + std::to_string(a.term()));
}

// What a leader believes of a follower of its term is so: acknowledged entries are durable there.
void check_belief(const Core& leader, const Core& follower, Broken& broken) {
  if (leader.role() != Role::kLeader || leader.term() != follower.term()) return;
  const auto peer = leader.peers().find(follower.id());
  if (peer == leader.peers().end()) return;
  const Index match = peer->second.match;
  expect(match <= follower.log().persisted_index(), leader,
         "counts on entry " + std::to_string(match) + " of " + node(follower) +
             ", which is not durable there",
         broken);
  if (match < leader.log().first_index() || match < follower.log().first_index()) return;
  expect(leader.log().term(match) == follower.log().term(match), leader,
         "counts on entry " + std::to_string(match) + " of " + node(follower) + ", which differs",
         broken);
}

// Where two logs agree on a term they agree on everything below (log matching), and they agree on
// whatever both know to be committed.
void check_pair(const Core& a, const Core& b, std::size_t entries_max, Broken& broken) {
  const Index last = std::min(a.log().last_index(), b.log().last_index());
  const Index start = std::max(a.log().first_index(), b.log().first_index());
  const Index first = last > entries_max ? std::max(start, last - entries_max) : start;
  const Index committed = std::min(a.commit(), b.commit());
  bool must_match = false;
  for (Index i = last; i >= first && i > 0; --i) {
    must_match = must_match || i <= committed || a.log().term(i) == b.log().term(i);
    if (!must_match || entry_at(a, i) == entry_at(b, i)) continue;
    broken.push_back(node(a) + " and " + node(b) + " differ at entry " + std::to_string(i) +
                     (i <= committed ? ", which both committed" : " below one they share"));
    return;
  }
}

}  // namespace

std::vector<std::string> broken_in(const Core& core) {
  Broken broken;
  if (core.stopped()) return broken;
  check_indexes(core, broken);
  check_role(core, broken);
  check_progress(core, broken);
  check_terms(core, broken);
  return broken;
}

std::vector<std::string> broken_among(const std::vector<const Core*>& cores,
                                      std::size_t entries_max) {
  Broken broken;
  for (std::size_t i = 0; i < cores.size(); ++i) {
    for (std::size_t j = i + 1; j < cores.size(); ++j) {
      if (cores[i]->stopped() || cores[j]->stopped()) continue;
      check_one_leader(*cores[i], *cores[j], broken);
      check_belief(*cores[i], *cores[j], broken);
      check_belief(*cores[j], *cores[i], broken);
      check_pair(*cores[i], *cores[j], entries_max, broken);
    }
  }
  return broken;
}

std::vector<std::string> History::observe(const Core& core) {
  Broken broken;
  if (core.stopped()) return broken;
  observe_commit(core, broken);
  if (core.role() == Role::kLeader) observe_leader(core, broken);
  return broken;
}

void History::observe_leader(const Core& core, Broken& broken) {
  const auto [known, fresh] = leaders_.emplace(core.term(), core.id());
  expect(known->second == core.id(), core,
         "leads term " + std::to_string(core.term()) + ", which node " +
             std::to_string(known->second) + " has led",
         broken);
  if (!fresh && checked_leader_[core.id()] == core.term()) return;
  checked_leader_[core.id()] = core.term();
  for (const Seen& seen : committed_) {
    const Index index = seen.entry.index;
    if (seen.committed_in >= core.term() || index < core.log().first_index()) continue;
    expect(core.log().term(index) == seen.entry.term, core,
           "leads without committed entry " + std::to_string(index), broken);
  }
}

void History::observe_commit(const Core& core, Broken& broken) {
  Index& checked = checked_[core.id()];
  // A restarted core may know less than it did; compare again from there.
  checked = std::min(checked, core.commit());
  checked = std::max(checked, core.log().first_index() - 1);
  for (Index i = checked + 1; i <= core.commit(); ++i) {
    if (i > committed_.size() + 1) break;
    const Entry entry = entry_at(core, i);
    if (i == committed_.size() + 1) {
      committed_.push_back({entry, core.term()});
    } else {
      Seen& seen = committed_[i - 1];
      seen.committed_in = std::min(seen.committed_in, core.term());
      expect(entry == seen.entry, core,
             "commits another entry " + std::to_string(i) + " than was committed before", broken);
    }
    checked = i;
  }
}

std::vector<std::string> History::applied(NodeId node_id, const Entry& entry) {
  Broken broken;
  const std::string who = "node " + std::to_string(node_id);
  const std::string where = std::to_string(entry.index);
  if (entry.index == 0 || entry.index > committed_.size()) {
    broken.push_back(who + " applies entry " + where + ", which nobody was seen to commit");
  } else if (!(committed_[entry.index - 1].entry == entry)) {
    broken.push_back(who + " applies another entry " + where + " than was committed");
  }
  return broken;
}

}  // namespace sekisho::consensus
