// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
// core_schedule [--seed N] [--seeds COUNT] [--defect NAME]
// Draws schedules, carries them out on our core, and prints commands and states for etcd_oracle.
// README.md says which schedules are drawn, and why no others.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "node/base/rng.h"
#include "tests/scenario/consensus_cluster.h"
#include "tests/support/consensus_defects.h"

namespace sekisho::consensus::test {
namespace {

constexpr std::uint32_t kElectionTicks = 10;
constexpr int kCommands = 60;

class Schedule {
 public:
  Schedule(std::uint64_t seed, std::size_t size)
      : rng_(seed), size_(size), cluster_(options(), voters(size), 0) {
    std::printf("> cluster %zu\n", size);
  }

  void run() {
    for (int i = 0; i < kCommands; ++i) command();
    for (const std::string& what : cluster_.broken()) std::printf("= BROKEN %s\n", what.c_str());
  }

 private:
  static Options options() {
    Options options;
    options.id = 1;
    options.election_ticks = kElectionTicks;
    return options;
  }
  static Configuration voters(std::size_t size) {
    Configuration configuration;
    for (NodeId id = 1; id <= size; ++id) configuration.voters.push_back(id);
    return configuration;
  }

  bool leads(NodeId id) { return cluster_.core(id).role() == Role::kLeader; }
  bool reaches(NodeId a, NodeId b) { return !cluster_.is_cut(a, b) && !cluster_.is_cut(b, a); }
  bool is_newest(Term term) {
    for (NodeId id = 1; id <= size_; ++id) {
      if (cluster_.core(id).term() > term) return false;
    }
    return true;
  }
  NodeId any() { return 1 + rng_.below(size_); }

  void command() {
    const NodeId id = any();
    const std::uint64_t dice = rng_.below(100);
    if (dice < 12) {
      split();
    } else if (dice < 20) {
      std::puts("> heal");
      cluster_.heal();
    } else if (dice < 40) {
      campaign(id);
    } else if (dice < 60) {
      beat(id);
    } else if (dice < 85) {
      propose(id);
    } else if (dice < 92) {
      transfer(id);
    } else {
      restart(id);
    }
  }

  // Two groups by lot. Links are cut both ways.
  void split() {
    std::puts("> heal");
    cluster_.heal();
    const std::uint64_t side = rng_.next_u64();
    for (NodeId a = 1; a <= size_; ++a) {
      for (NodeId b = 1; b <= size_; ++b) {
        if ((side >> a & 1) == (side >> b & 1)) continue;
        std::printf("> cut %llu %llu\n", static_cast<unsigned long long>(a),
                    static_cast<unsigned long long>(b));
        cluster_.cut(a, b);
      }
    }
  }

  // Where a leader is heard nobody stands: our followers and leaders would not answer, etcd's do so
  // only with CheckQuorum. The others' timers are made to lapse first.
  void campaign(NodeId id) {
    for (NodeId other = 1; other <= size_; ++other) {
      if (leads(other) && (other == id || reaches(id, other))) return;
      if (reaches(id, other) && would_differ(id, other)) return;
    }
    for (NodeId other = 1; other <= size_; ++other) {
      if (other == id || leads(other) || cluster_.core(other).leader() == kNobody) continue;
      for (std::uint32_t i = 0; i < kElectionTicks; ++i) static_cast<void>(cluster_.tick(other));
    }
    drop_messages();
    for (std::uint32_t i = 0; i < 2 * kElectionTicks; ++i) {
      static_cast<void>(cluster_.tick(id));
      if (!cluster_.network().empty()) break;
    }
    finish("campaign", id, 0);
  }

  // etcd's grant a pre-vote for a term they are in already when they have not voted in it; ours
  // refuse, which teaches the candidate the term. And a refusal of ours tells what is committed;
  // who learns from it applies that first and stands again later.
  bool would_differ(NodeId candidate, NodeId voter) {
    const Core& asks = cluster_.core(candidate);
    const Core& core = cluster_.core(voter);
    const bool granted_early = core.term() == asks.term() + 1 && core.voted_for() == kNobody;
    return granted_early || core.commit() > asks.commit();
  }

  // Fewer ticks than CheckQuorum takes, in which etcd's and ours count differently who was heard.
  bool beat(NodeId id) {
    if (!leads(id)) return false;
    if (beats_of_ != std::pair(id, cluster_.core(id).term())) beats_ = 0;
    beats_of_ = {id, cluster_.core(id).term()};
    if (++beats_ >= static_cast<int>(kElectionTicks)) return false;
    static_cast<void>(cluster_.tick(id));
    finish("beat", id, 0);
    return true;
  }

  void propose(NodeId id) {
    if (!leads(id)) return;
    const std::uint64_t value = ++values_;
    static_cast<void>(cluster_.propose(id, {std::to_string(value)}));
    finish("propose", id, value);
  }

  // To somebody reachable, so that it is over at once, and by a leader that was not replaced: ours
  // sends an append along, by which it would hear of that; etcd's does not.
  void transfer(NodeId id) {
    const NodeId to = any();
    if (!leads(id) || to == id || !reaches(id, to) || !is_newest(cluster_.core(id).term())) return;
    // Who asks for pre-votes hears its leader first: etcd's would not heed the request otherwise.
    if (!beat(id) || !leads(id)) return;
    static_cast<void>(cluster_.transfer(id, to));
    finish("transfer", id, to);
  }

  void restart(NodeId id) {
    cluster_.crash(id);
    static_cast<void>(cluster_.restart(id));
    finish("restart", id, 0);
  }

  void drop_messages() {
    while (!cluster_.network().empty()) cluster_.lose(0);
  }

  void finish(const char* command, NodeId id, std::uint64_t argument) {
    cluster_.run_until_quiet();
    std::printf("> %s %llu %llu\n=", command, static_cast<unsigned long long>(id),
                static_cast<unsigned long long>(argument));
    for (NodeId node = 1; node <= size_; ++node) {
      std::printf("%s %s", node == 1 ? "" : " |", state_of(node).c_str());
    }
    std::puts("");
  }

  std::string state_of(NodeId id) {
    const Core& core = cluster_.core(id);
    const char* role = "follower";
    if (core.role() == Role::kLeader) role = "leader";
    if (core.role() == Role::kCandidate) role = "candidate";
    std::string text = std::to_string(id) + " " + role + " " + std::to_string(core.term()) + " " +
                       std::to_string(core.voted_for()) + " [";
    for (Index i = 1; i <= core.log().last_index(); ++i) {
      text += (i > 1 ? "," : "") + std::to_string(core.log().term(i));
    }
    return text + "] commit=" + std::to_string(core.commit());
  }

  SeededRng rng_;
  std::size_t size_;
  Cluster cluster_;
  std::uint64_t values_ = 0;
  int beats_ = 0;
  std::pair<NodeId, Term> beats_of_{};
};

}  // namespace
}  // namespace sekisho::consensus::test

int main(int argc, char** argv) {
  std::uint64_t seed = 1;
  std::uint64_t seeds = 1;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--seed") seed = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--seeds") seeds = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--defect" && !sekisho::test::switch_on_defect(argv[i + 1])) return 2;
  }
  for (std::uint64_t i = 0; i < seeds; ++i) {
    sekisho::consensus::test::Schedule(seed + i, (seed + i) % 3 == 0 ? 5 : 3).run();
  }
  return 0;
}
