// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/exploration/member.h"
#include "tests/exploration/visited.h"

// Bounded breadth-first search over worlds: a few members and the messages between them. Every
// order of delivery, loss (never delivered) and delay is walked, duplicates and crashes within
// their budgets. What one event makes of one member is computed once by the real core and
// remembered, so that a step of a world costs a few look-ups.
namespace sekisho::exploration {

inline constexpr std::size_t kMembersMax = 4;
inline constexpr std::size_t kMessagesMax = 12;
inline constexpr std::size_t kTermsMax = 7;
inline constexpr std::size_t kEntriesMax = 8;

// What a search may use up, counted over the whole cluster along one path.
enum class Budget : std::uint8_t {
  kCampaigns,
  kBeats,
  kProposals,
  kChanges,
  kTransfers,
  kReads,
  kCrashes,
  kDuplicates,
};
inline constexpr std::size_t kBudgets = 8;

// How much of an election is one step: nothing; the round of pre-votes, which binds nobody, with
// chosen voters; or both rounds. Ballots of those not chosen are lost.
enum class Elections : std::uint8_t { kFine, kWholePreVotes, kWhole };

struct Bounds {
  std::string name;
  std::string about;
  Setting setting;
  Term terms = 3;
  std::size_t entries = 5;                      // of a log, no-ops included
  std::size_t messages = kMessagesMax;          // under way at once; a full network loses
  std::array<std::uint8_t, kBudgets> budget{};  // by Budget
  Elections elections = Elections::kFine;
  bool old_terms = false;  // messages of terms below the receiver's are delivered too
};

struct Found {
  std::vector<std::string> broken;  // empty: exhausted without a finding
  std::vector<std::string> path;    // the shortest way there, one event a line
  bool exhausted = false;
  std::uint64_t worlds = 0;
  std::uint64_t transitions = 0;
  std::uint64_t members = 0;    // distinct states of one member
  std::uint64_t messages = 0;   // distinct messages
  std::uint64_t overflows = 0;  // messages lost to a full network
  std::uint32_t depth = 0;
};

class Explorer {
 public:
  explicit Explorer(Bounds bounds);
  // Stops at the first violation, or unexhausted after `worlds_max`.
  Found run(std::uint64_t worlds_max);

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  struct Committed {
    std::uint8_t term = 0;  // 0: nothing committed at this index
    std::uint8_t tag = 0;
    std::uint8_t in = 0;  // lowest term of a node that knew it committed
    bool operator==(const Committed&) const = default;
  };
  // No padding: hashed as bytes.
  struct World {
    std::array<std::uint32_t, kMembersMax> members{};
    std::array<std::uint32_t, kMessagesMax> messages{};  // sorted, kNone behind the last
    std::array<std::uint8_t, kBudgets> used{};
    std::array<std::uint8_t, kTermsMax + 1> leaders{};    // ever seen, by term
    std::array<Committed, kEntriesMax> committed{};       // ever seen, by index - 1
    std::array<std::uint8_t, kMembersMax> read_floors{};  // committed when the member asked
  };
  static_assert(sizeof(World) == 16 + 48 + 8 + 8 + 24 + 4);

  struct Known {  // a member's state and what is asked of it all the time
    std::unique_ptr<Member> member;
    consensus::Role role = consensus::Role::kFollower;
    std::uint8_t term = 0;
    std::uint8_t commit = 0;
    std::uint8_t durable = 0;
    std::uint8_t writes = 0;
    std::uint8_t unapplied = 0;
    std::vector<std::pair<std::uint8_t, std::uint8_t>> log;  // term, tag
    std::array<std::uint8_t, kMembersMax + 1> match{};
    std::vector<std::string> broken;
  };
  struct Outcome {
    std::uint32_t member = kNone;  // kNone: does not apply
    std::vector<std::uint32_t> messages;
    std::vector<Index> reads;
    std::vector<std::string> broken;
  };
  struct Step {  // how a world was reached
    std::uint32_t parent;
    std::uint32_t argument;
    std::uint8_t member;
    Kind kind;
    bool with_voters;  // kExpire: `argument` names voters; kDeliver: a repeat stays under way
  };

  std::uint32_t intern(std::unique_ptr<Member> member, std::vector<std::string> broken);
  std::uint32_t intern(const Message& message);
  const Outcome& outcome(std::uint32_t member, Kind kind, std::uint32_t argument);

  // Carries the event out on `world`; false when it does not apply or leaves the bounds.
  // What it sends goes to the network, or to `sent` when given.
  bool apply(World& world, std::size_t member, Kind kind, std::uint32_t argument,
             std::vector<std::uint32_t>* sent = nullptr);
  bool within_bounds(const Known& known) const;
  void add_message(World& world, std::uint32_t message);
  static void remove_message(World& world, std::size_t position);
  bool is_idle(const World& world, std::uint32_t message);
  void drop_idle(World& world, std::size_t member);
  // The campaign of `member` and the ballots of `voters` (a bit each), in one step.
  bool elect(World& world, std::size_t member, std::uint32_t voters);
  // True when the ballot was handled, or lost, as part of an election in one step.
  bool pass_ballot(World& world, std::uint32_t message, std::uint32_t voters,
                   std::vector<std::uint32_t>& pending);

  void check(World& world, std::size_t changed);
  void check_leader(World& world, std::size_t leader);
  void check_committed(World& world, std::size_t member);
  void check_pair(const World& world, std::size_t a, std::size_t b);
  void check_reads(const World& world, std::size_t member, const Outcome& outcome);
  void broken(std::string what) { broken_.push_back(std::move(what)); }

  void expand(const World& world, std::uint32_t number);
  void attempt(const World& world, std::uint32_t number, std::size_t member, Kind kind,
               std::uint32_t argument);
  void attempt_leading(const World& world, std::uint32_t number, std::size_t member);
  void attempt_standing(const World& world, std::uint32_t number, std::size_t member);
  void attempt_elections(const World& world, std::uint32_t number, std::size_t member);
  void attempt_deliveries(const World& world, std::uint32_t number);
  // Takes one from the budget; false when nothing is left.
  bool spend(World& world, Budget budget) const;
  void visit(const World& world, const Step& step);
  [[nodiscard]] std::string describe(const Step& step) const;
  [[nodiscard]] std::vector<std::string> path_to(std::uint32_t number) const;

  Bounds bounds_;
  std::size_t members_;
  std::vector<Known> known_;
  std::unordered_map<Bytes, std::uint32_t> known_by_bytes_;
  std::vector<std::unique_ptr<Message>> messages_;
  std::unordered_map<Bytes, std::uint32_t> messages_by_bytes_;
  std::unordered_map<std::uint64_t, Outcome> outcomes_;
  Visited visited_;
  std::vector<Step> steps_;
  std::vector<std::pair<World, std::uint32_t>> next_;
  std::vector<std::string> broken_;
  std::uint32_t broken_at_ = kNone;
  std::uint64_t transitions_ = 0;
  std::uint64_t overflows_ = 0;
};

}  // namespace sekisho::exploration
