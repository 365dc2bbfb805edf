// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/consensus_commands.h"

#include <algorithm>
#include <sstream>
#include <tuple>
#include <utility>

#include "tests/support/consensus_defects.h"

namespace sekisho::consensus::test {
namespace {

Words split(const std::string& line, char separator = ' ') {
  Words words;
  std::istringstream in(line);
  for (std::string word; std::getline(in, word, separator);) {
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

std::uint64_t number(const std::string& text) { return std::stoull(text); }

std::vector<NodeId> ids_of(const std::string& text) {
  std::vector<NodeId> ids;
  for (const std::string& part : split(text, ',')) ids.push_back(number(part));
  return ids;
}

// "key=value" among the words, or `otherwise`.
std::string option(const Words& words, const std::string& key, const std::string& otherwise) {
  for (const std::string& word : words) {
    if (word.rfind(key + "=", 0) == 0) return word.substr(key.size() + 1);
  }
  return otherwise;
}

std::size_t size_option(const Words& words, const std::string& key, std::size_t otherwise) {
  return number(option(words, key, std::to_string(otherwise)));
}

}  // namespace

const Scenario::Command Scenario::kCommands[] = {
    {"cluster", &Scenario::on_cluster}, {"tick", &Scenario::on_tick},
    {"win", &Scenario::on_win},         {"leader", &Scenario::on_leader},
    {"timeout", &Scenario::on_timeout}, {"propose", &Scenario::on_propose},
    {"read", &Scenario::on_read},       {"transfer", &Scenario::on_transfer},
    {"deliver", &Scenario::on_deliver}, {"lose", &Scenario::on_lose},
    {"repeat", &Scenario::on_repeat},   {"network", &Scenario::on_network},
    {"settle", &Scenario::on_settle},   {"inject", &Scenario::on_inject},
    {"disk", &Scenario::on_disk},       {"apply", &Scenario::on_apply},
    {"write", &Scenario::on_write},     {"crash", &Scenario::on_crash},
    {"restart", &Scenario::on_restart}, {"cut", &Scenario::on_cut},
    {"isolate", &Scenario::on_isolate}, {"heal", &Scenario::on_heal},
    {"show", &Scenario::on_show},       {"peers", &Scenario::on_peers},
    {"compact", &Scenario::on_compact}, {"install", &Scenario::on_install},
    {"node", &Scenario::on_node},       {"configure", &Scenario::on_configure},
    {"change", &Scenario::on_change},
};

void Scenario::run(const std::string& line, std::string& out) {
  out_ = &out;
  const Words words = split(line);
  for (const Command& command : kCommands) {
    if (words.front() != command.name) continue;
    if (words.front() != "cluster" && !cluster_) return say("error: begin with cluster");
    (this->*command.handler)(words);
    report_broken();
    return;
  }
  say("error: unknown command " + words.front());
}

void Scenario::report_broken() {
  cluster_->check_all();
  const auto& broken = cluster_->broken();
  std::string last;
  for (; reported_ < broken.size(); ++reported_) {
    if (broken[reported_] != last) say("BROKEN " + broken[reported_]);
    last = broken[reported_];
  }
}

// defect=S1: the first defect of that row (tests/support/consensus_defects.h), or one by its name.
void Scenario::put_back(const std::string& name) {
  defects = {};
  if (name.empty()) return;
  std::string prefix = name + "-";
  prefix.front() = 's';
  for (const sekisho::test::NamedDefect& known : sekisho::test::kConsensusDefects) {
    if (name != known.name && std::string(known.name).rfind(prefix, 0) != 0) continue;
    defects.*known.field = true;
    return;
  }
  say("error: unknown defect " + name);
}

// cluster 1,2,3 [learners=4] [election=10] [append-entries=] [append-bytes=] [inflight=]
// [inflight-bytes=] [uncommitted-bytes=] [defect=S1]
void Scenario::on_cluster(const Words& words) {
  Options options;
  options.id = 1;
  options.election_ticks = static_cast<std::uint32_t>(size_option(words, "election", 10));
  options.max_append_entries = size_option(words, "append-entries", options.max_append_entries);
  options.max_append_bytes = size_option(words, "append-bytes", options.max_append_bytes);
  options.max_inflight = size_option(words, "inflight", options.max_inflight);
  options.max_inflight_bytes = size_option(words, "inflight-bytes", options.max_inflight_bytes);
  options.max_uncommitted_bytes =
      size_option(words, "uncommitted-bytes", options.max_uncommitted_bytes);
  put_back(option(words, "defect", ""));
  Configuration configuration{ids_of(words.at(1)), {}, ids_of(option(words, "learners", ""))};
  reported_ = 0;
  cluster_ = std::make_unique<Cluster>(options, std::move(configuration), 0);
  cluster_->set_note([this](const std::string& text) { say(text); });
}

// tick 1,2 [count]
void Scenario::on_tick(const Words& words) {
  const std::uint64_t count = words.size() > 2 ? number(words[2]) : 1;
  for (std::uint64_t i = 0; i < count; ++i) {
    for (const NodeId id : ids_of(words.at(1))) say_status(cluster_->tick(id));
  }
}

// timeout 1: ticks until the node's election timer has run out, for certain.
void Scenario::on_timeout(const Words& words) {
  const NodeId id = number(words.at(1));
  const std::uint32_t election_ticks = cluster_->core(id).options().election_ticks;
  const std::size_t messages = cluster_->network().size();
  const Term term = cluster_->core(id).term();
  for (std::uint32_t i = 0; i < 2 * election_ticks; ++i) {
    say_status(cluster_->tick(id));
    const bool campaigns = cluster_->core(id).role() != Role::kFollower;
    if (campaigns && (cluster_->network().size() > messages || cluster_->core(id).term() > term)) {
      return;
    }
  }
}

// win 1: the others stop hearing a leader, and the node is elected by whom it reaches. Only votes
// move; what the new leader sends first is under way.
void Scenario::on_win(const Words& words) {
  const NodeId id = number(words.at(1));
  muted_ = true;
  const std::size_t before = cluster_->network().size();
  for (const NodeId other : cluster_->ids()) {
    for (int i = 0; other != id && cluster_->is_up(other) && i < 10; ++i) {
      static_cast<void>(cluster_->tick(other));
    }
  }
  while (cluster_->network().size() > before) cluster_->lose(cluster_->network().size() - 1);
  on_timeout({"timeout", words.at(1)});
  const auto is_vote = [](const Message& message) {
    return std::holds_alternative<VoteRequest>(message.body) ||
           std::holds_alternative<VoteReply>(message.body);
  };
  for (std::size_t i = before; i < cluster_->network().size();) {
    if (is_vote(cluster_->network()[i])) {
      cluster_->deliver(i);
    } else {
      ++i;
    }
  }
  muted_ = false;
  const Core& core = cluster_->core(id);
  say(std::to_string(id) + (core.role() == Role::kLeader ? " leads" : " does not lead") + " term " +
      std::to_string(core.term()));
}

// leader 1: wins, and everything settles
void Scenario::on_leader(const Words& words) {
  on_win(words);
  muted_ = true;
  cluster_->run_until_quiet();
  muted_ = false;
}

// propose 1 a b c: three entries
void Scenario::on_propose(const Words& words) {
  std::vector<Bytes> payloads(words.begin() + 2, words.end());
  for (Bytes& payload : payloads) std::replace(payload.begin(), payload.end(), '_', ' ');
  auto proposed = cluster_->propose(number(words.at(1)), std::move(payloads));
  if (!proposed) return say("error " + proposed.error().to_string());
  say("entries " + std::to_string(proposed->first) + " to " + std::to_string(proposed->last));
}

// change 1 members_1,2: proposed if the core says that a change may be begun
void Scenario::on_change(const Words& words) {
  if (!cluster_->core(number(words.at(1))).may_change_membership()) {
    return say("a change must wait");
  }
  on_propose(words);
}

void Scenario::on_read(const Words& words) {
  say_status(cluster_->read(number(words.at(1)), number(words.at(2))));
}

void Scenario::on_transfer(const Words& words) {
  say_status(cluster_->transfer(number(words.at(1)), number(words.at(2))));
}

std::vector<std::size_t> Scenario::matching(const Words& words) const {
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < cluster_->network().size(); ++i) {
    const std::string text = to_string(cluster_->network()[i]);
    const bool matches = std::all_of(words.begin() + 1, words.end(), [&](const std::string& word) {
      if (word.back() == '*') return text.rfind(word.substr(0, word.size() - 1), 0) == 0;
      if (word.front() == '*') return text.find(word.substr(1) + " ") != std::string::npos;
      return (" " + text + " ").find(" " + word + " ") != std::string::npos;
    });
    if (matches) positions.push_back(i);
  }
  return positions;
}

// deliver [1>2] [words]: the messages under way now that match, and not what they cause
void Scenario::on_deliver(const Words& words) {
  const auto positions = matching(words);
  for (std::size_t i = 0; i < positions.size(); ++i) {
    say(to_string(cluster_->network()[positions[i] - i]));
    cluster_->deliver(positions[i] - i);
  }
  if (positions.empty()) say("nothing to deliver");
}

void Scenario::on_lose(const Words& words) {
  const auto positions = matching(words);
  for (std::size_t i = positions.size(); i-- > 0;) cluster_->lose(positions[i]);
  say("lost " + std::to_string(positions.size()));
}

void Scenario::on_repeat(const Words& words) {
  for (const std::size_t position : matching(words)) cluster_->repeat(position);
}

void Scenario::on_network(const Words& words) {
  for (const std::size_t position : matching(words)) {
    say(to_string(cluster_->network()[position]));
  }
}

void Scenario::on_settle(const Words&) { cluster_->run_until_quiet(); }

// inject 2>1 t3 vote last=4/2 [transfer] | pre-vote last=… | append prev=4/2 commit=3 [5/3]… |
// heartbeat commit=3 | accepted match=4 | timeout-now
void Scenario::on_inject(const Words& words) {
  const auto place = [](const std::string& text) {
    const Words parts = split(text, '/');
    return std::pair<Index, Term>{number(parts.at(0)), number(parts.at(1))};
  };
  Message message;
  message.from = number(split(words.at(1), '>').at(0));
  message.to = number(split(words.at(1), '>').at(1));
  message.term = number(words.at(2).substr(1));
  const std::string& kind = words.at(3);
  const bool transfer = words.back() == "transfer";
  if (kind == "vote" || kind == "pre-vote") {
    const auto [index, term] = place(option(words, "last", "0/0"));
    message.body = VoteRequest{kind == "pre-vote", transfer, index, term};
  } else if (kind == "append") {
    Append append;
    std::tie(append.prev_index, append.prev_term) = place(option(words, "prev", "0/0"));
    append.commit = size_option(words, "commit", 0);
    for (const std::string& word : words) {
      if (word.find('/') == std::string::npos || word.find('=') != std::string::npos) continue;
      const auto [index, term] = place(word);
      append.entries.push_back({term, index, EntryKind::kNormal, make_payload("injected")});
    }
    message.body = std::move(append);
  } else if (kind == "heartbeat") {
    message.body = Heartbeat{size_option(words, "commit", 0), 0};
  } else if (kind == "accepted") {
    AppendReply reply;
    reply.match = size_option(words, "match", 0);
    message.body = reply;
  } else if (kind == "timeout-now") {
    message.body = TimeoutNow{};
  } else {
    return say("error: cannot inject " + kind);
  }
  cluster_->inject(message);
}

// disk 1 hold | flow | fail
void Scenario::on_disk(const Words& words) {
  const NodeId id = number(words.at(1));
  if (words.at(2) == "fail") return cluster_->fail_write(id);
  cluster_->node(id).disk_holds = words.at(2) == "hold";
  if (words.at(2) == "flow") cluster_->complete_writes(id, ~std::size_t{0});
}

// apply 1 hold | flow
void Scenario::on_apply(const Words& words) {
  const NodeId id = number(words.at(1));
  cluster_->node(id).apply_holds = words.at(2) == "hold";
  if (words.at(2) == "flow") cluster_->apply_all(id);
}

// write 1 [count]: the oldest held writes become durable
void Scenario::on_write(const Words& words) {
  const std::size_t count = words.size() > 2 ? number(words[2]) : ~std::size_t{0};
  cluster_->complete_writes(number(words.at(1)), count);
}

// crash 1 [writes that had reached the disk]
void Scenario::on_crash(const Words& words) {
  cluster_->crash(number(words.at(1)), words.size() > 2 ? number(words[2]) : 0);
}

void Scenario::on_restart(const Words& words) {
  say_status(cluster_->restart(number(words.at(1))));
}

// cut 1>2 | cut 1-2
void Scenario::on_cut(const Words& words) {
  const bool both = words.at(1).find('-') != std::string::npos;
  const Words ends = split(words.at(1), both ? '-' : '>');
  cluster_->cut(number(ends.at(0)), number(ends.at(1)));
  if (both) cluster_->cut(number(ends.at(1)), number(ends.at(0)));
}

// isolate 1,2: from everybody else
void Scenario::on_isolate(const Words& words) {
  const auto inside = ids_of(words.at(1));
  for (const NodeId id : inside) {
    for (const NodeId other : cluster_->ids()) {
      if (std::find(inside.begin(), inside.end(), other) != inside.end()) continue;
      cluster_->cut(id, other);
      cluster_->cut(other, id);
    }
  }
}

void Scenario::on_heal(const Words&) { cluster_->heal(); }

void Scenario::on_show(const Words& words) {
  const auto shown = words.size() > 1 ? ids_of(words[1]) : cluster_->ids();
  for (const NodeId id : shown) say(cluster_->describe(id));
}

// peers 1: what a leader knows of the others
void Scenario::on_peers(const Words& words) {
  const Core& core = cluster_->core(number(words.at(1)));
  for (const auto& [id, progress] : core.peers()) {
    if (id == core.id()) continue;
    say(std::to_string(id) + " " + state_name(progress.state) +
        " match=" + std::to_string(progress.match) + " next=" + std::to_string(progress.next) +
        (progress.paused ? " paused" : "") +
        " inflight=" + std::to_string(progress.inflights.count()));
  }
}

void Scenario::on_compact(const Words& words) { cluster_->compact(number(words.at(1))); }

void Scenario::on_install(const Words& words) { cluster_->install(number(words.at(1))); }

// node 4: a node with an empty disk joins the network
void Scenario::on_node(const Words& words) { cluster_->add_node(number(words.at(1))); }

// configure 1 members 1,2,3 ...: the membership changes on that node alone
void Scenario::on_configure(const Words& words) {
  std::string text;
  for (std::size_t i = 2; i < words.size(); ++i) text += words[i] + " ";
  auto configuration = parse_members(text);
  if (!configuration) return say("error: not a membership");
  say_status(cluster_->configure(number(words.at(1)), std::move(*configuration)));
}

}  // namespace sekisho::consensus::test
