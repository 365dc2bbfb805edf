// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "node/base/rng.h"
#include "tests/scenario/consensus_cluster.h"

// Random schedules in memory: loss, repetition, reordering, cuts, slow disks, crashes that lose
// what was not durable, reads, transfers, compaction. A quick net; the deterministic simulator with
// the real driver and store is finer and lives in tests/simulation.
namespace sekisho::consensus::test {
namespace {

struct Profile {
  std::size_t nodes = 3;
  int steps = 4000;
  bool membership = false;
  bool storm = false;      // the network splits anew all the time, appends carry one entry
  bool transfers = false;  // leadership is handed over all the time
};

class Schedule {
 public:
  Schedule(std::uint64_t seed, const Profile& profile)
      : rng_(seed), profile_(profile), cluster_(options(profile), voters(profile), seed) {
    for (const NodeId id : cluster_.ids()) {
      cluster_.node(id).disk_holds = true;
      cluster_.node(id).apply_holds = rng_.chance(1, 2);
    }
    harshness_ = rng_.between(1, 8);
    disk_speed_ = rng_.between(1, 12);
    tick_rate_ = rng_.between(10, 120);
    if (!profile.storm) return;
    disk_speed_ = 12;
    tick_rate_ = 120;
    harshness_ = 1;
    for (const NodeId id : cluster_.ids()) cluster_.node(id).apply_holds = false;
  }

  // Chaos until something is found broken or the steps are used up.
  void run() {
    for (int i = 0; i < profile_.steps && cluster_.broken().empty(); ++i) {
      event();
      if (i % 16 == 0) cluster_.check_all();
    }
  }

  // A healed cluster elects a leader and commits; true when it does within reason.
  bool recovers() {
    cluster_.heal();
    for (const NodeId id : cluster_.ids()) {
      if (!cluster_.is_up(id) && !cluster_.restart(id)) return false;
      cluster_.node(id).disk_holds = false;
      cluster_.node(id).apply_holds = false;
      cluster_.complete_writes(id, 1'000'000);
      cluster_.apply_all(id);
    }
    const Index before = cluster_.history().committed_index();
    for (int round = 0; round < 200; ++round) {
      for (const NodeId id : cluster_.ids()) {
        static_cast<void>(cluster_.tick(id));
        cluster_.install(id);
        if (cluster_.core(id).role() == Role::kLeader) {
          static_cast<void>(cluster_.propose(id, {"again"}));
        }
      }
      cluster_.run_until_quiet();
      if (all_past(before)) return cluster_.broken().empty();
    }
    return false;
  }

  [[nodiscard]] Cluster& cluster() { return cluster_; }

  [[nodiscard]] std::string describe() {
    std::string text;
    for (const std::string& what : cluster_.broken()) text += "\n" + what;
    for (const NodeId id : cluster_.ids()) text += "\n" + cluster_.describe(id);
    return text;
  }

 private:
  static Options options(const Profile& profile) {
    Options options;
    options.id = 1;
    options.election_ticks = 5;
    options.max_append_bytes = 150;
    options.max_append_entries = 4;
    options.max_inflight = 4;
    if (profile.storm) {
      options.max_append_entries = 1;
      options.max_inflight = 1;
    }
    options.log_cache_bytes = 200;
    options.max_applying_bytes = 400;
    options.max_uncommitted_bytes = 2000;
    return options;
  }

  static Configuration voters(const Profile& profile) {
    Configuration configuration;
    for (NodeId id = 1; id <= profile.nodes; ++id) configuration.voters.push_back(id);
    return configuration;
  }

  // Every member that the newest configuration names has applied something new.
  bool all_past(Index index) {
    for (const NodeId leader : cluster_.ids()) {
      if (cluster_.core(leader).role() != Role::kLeader) continue;
      for (const auto& [id, progress] : cluster_.core(leader).peers()) {
        if (cluster_.core(id).applied_index() <= index) return false;
      }
      return true;
    }
    return false;
  }

  NodeId any() {
    const auto ids = cluster_.ids();
    return ids[rng_.below(ids.size())];
  }

  void event() {
    const std::uint64_t dice = rng_.below(1000);
    const NodeId id = any();
    if (profile_.storm && rng_.chance(1, 150)) split();
    if (profile_.transfers && cluster_.is_up(id) && rng_.chance(1, 40)) {
      static_cast<void>(cluster_.transfer(id, any()));
    }
    if (dice < 560) {
      network_event();
    } else if (!cluster_.is_up(id)) {
      if (!rng_.chance(1, 4)) return;
      EXPECT_TRUE(cluster_.restart(id).has_value());
    } else if (dice < 560 + tick_rate_) {
      static_cast<void>(cluster_.tick(id));
    } else if (dice < 800) {
      if (rng_.chance(disk_speed_, 12)) cluster_.complete_writes(id, rng_.between(1, 3));
    } else if (dice < 890) {
      propose(id);
    } else if (dice < 930) {
      cluster_.apply_all(id);
    } else if (dice < 950) {
      static_cast<void>(cluster_.read(id, ++contexts_));
    } else {
      rare_event(id);
    }
  }

  // Two groups by lot; nobody is heard across.
  void split() {
    cluster_.heal();
    std::vector<NodeId> left;
    std::vector<NodeId> right;
    for (const NodeId id : cluster_.ids()) (rng_.chance(1, 2) ? left : right).push_back(id);
    for (const NodeId a : left) {
      for (const NodeId b : right) {
        cluster_.cut(a, b);
        cluster_.cut(b, a);
      }
    }
  }

  void network_event() {
    if (cluster_.network().empty()) return;
    // Mostly in order, sometimes from anywhere.
    const std::size_t count = cluster_.network().size();
    const std::size_t at = rng_.chance(harshness_, 16) ? rng_.below(count) : 0;
    const std::uint64_t dice = rng_.below(100);
    if (dice < harshness_) {
      cluster_.lose(at);
    } else if (dice < 2 * harshness_ && count < 200) {
      cluster_.repeat(at);
    } else {
      cluster_.deliver(at);
    }
  }

  void propose(NodeId id) {
    if (cluster_.core(id).role() != Role::kLeader) return;
    std::vector<Bytes> payloads;
    for (std::uint64_t i = rng_.between(1, 3); i > 0; --i) {
      payloads.push_back("value " + std::to_string(++values_));
    }
    if (profile_.membership && rng_.chance(1, 4) && may_change(id)) payloads = {next_members(id)};
    static_cast<void>(cluster_.propose(id, std::move(payloads)));
  }

  // The rule the driver keeps: one change at a time, the one before applied by its leader.
  bool may_change(NodeId id) {
    const Core& core = cluster_.core(id);
    return core.may_change_membership() && core.applied_index() == core.log().last_index();
  }

  Bytes next_members(NodeId id) {
    const Configuration& now = cluster_.core(id).configuration();
    const auto list = [](const std::vector<NodeId>& ids) {
      std::string text;
      for (const NodeId member : ids) text += (text.empty() ? "" : ",") + std::to_string(member);
      return text;
    };
    if (now.is_joint()) return "members " + list(now.voters);
    std::vector<NodeId> next;
    for (NodeId member = 1; member <= profile_.nodes; ++member) {
      if (rng_.chance(2, 3)) next.push_back(member);
    }
    if (next.empty()) next.push_back(id);
    return "members " + list(next) + " outgoing " + list(now.voters);
  }

  void rare_event(NodeId id) {
    const std::uint64_t dice = rng_.below(100);
    if (dice < 5 * harshness_) {
      cluster_.crash(id, rng_.below(cluster_.node(id).writes.size() + 1));
    } else if (dice < 55) {
      const NodeId other = any();
      if (other != id) cluster_.cut(id, other);
    } else if (dice < 70) {
      cluster_.heal();
    } else if (dice < 80) {
      static_cast<void>(cluster_.transfer(id, any()));
    } else if (dice < 88) {
      cluster_.compact(id);
    } else {
      cluster_.install(id);
    }
  }

  SeededRng rng_;
  Profile profile_;
  Cluster cluster_;
  std::uint64_t harshness_ = 1;
  std::uint64_t disk_speed_ = 1;
  std::uint64_t tick_rate_ = 1;
  std::uint64_t values_ = 0;
  std::uint64_t contexts_ = 0;
};

// Builds without optimisation or with sanitizers walk fewer schedules.
#ifdef NDEBUG
constexpr std::uint64_t kSeedsDivisor = 1;
#else
constexpr std::uint64_t kSeedsDivisor = 10;
#endif

void expect_clean(const Profile& profile, std::uint64_t first_seed, std::uint64_t seeds) {
  std::uint64_t committed = 0;
  seeds /= kSeedsDivisor;
  for (std::uint64_t seed = first_seed; seed < first_seed + seeds; ++seed) {
    Schedule schedule(seed, profile);
    schedule.run();
    ASSERT_TRUE(schedule.cluster().broken().empty())
        << "seed " << seed << ": " << schedule.cluster().broken().front();
    ASSERT_TRUE(schedule.recovers())
        << "seed " << seed << " does not recover:" << schedule.describe();
    committed += schedule.cluster().history().committed_index();
  }
  // Schedules that commit nothing prove nothing.
  EXPECT_GT(committed, seeds * 20);
}

TEST(RandomScheduleTest, ThreeNodesKeepTheirPromises) { expect_clean({.nodes = 3}, 1, 500); }

TEST(RandomScheduleTest, FiveNodesKeepTheirPromises) { expect_clean({.nodes = 5}, 1001, 250); }

TEST(RandomScheduleTest, ChangingMembershipKeepsThePromises) {
  expect_clean({.nodes = 5, .membership = true}, 2001, 250);
}

TEST(RandomScheduleTest, SplittingNetworksKeepThePromises) {
  expect_clean({.nodes = 5, .storm = true}, 4001, 100);
}

TEST(RandomScheduleTest, HandingLeadershipOverKeepsThePromises) {
  expect_clean({.nodes = 3, .transfers = true}, 5001, 150);
}

TEST(RandomScheduleTest, SingleNodeKeepsItsPromises) { expect_clean({.nodes = 1}, 3001, 30); }

}  // namespace
}  // namespace sekisho::consensus::test
