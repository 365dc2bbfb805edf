// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/consensus_cluster.h"

#include <algorithm>
#include <sstream>

#include "node/base/check.h"

namespace sekisho::consensus::test {
namespace {

std::vector<NodeId> parse_ids(const std::string& text) {
  std::vector<NodeId> ids;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');) ids.push_back(std::stoull(part));
  return ids;
}

}  // namespace

std::optional<Configuration> parse_members(BytesView payload) {
  std::istringstream in{std::string(payload)};
  Configuration configuration;
  std::string word;
  std::string list;
  if (!(in >> word) || word != "members") return std::nullopt;
  if (in >> list) configuration.voters = parse_ids(list);
  while (in >> word >> list) {
    if (word == "outgoing") configuration.outgoing = parse_ids(list);
    if (word == "learners") configuration.learners = parse_ids(list);
  }
  return configuration;
}

Cluster::Cluster(const Options& options, Configuration configuration, std::uint64_t seed)
    : options_(options), first_configuration_(std::move(configuration)), seed_(seed) {
  configurations_[0] = first_configuration_;
  for (const auto* list : {&first_configuration_.voters, &first_configuration_.outgoing,
                           &first_configuration_.learners}) {
    for (const NodeId id : *list) add_node(id);
  }
}

void Cluster::add_node(NodeId id) {
  if (nodes_.contains(id)) return;
  std::unique_ptr<Rng> chance = std::make_unique<LongestTimeoutRng>();
  if (seed_ != 0) chance = std::make_unique<SeededRng>(seed_ * 1000 + id);
  auto& added = nodes_[id] = std::make_unique<Node>(std::move(chance));
  added->configuration = first_configuration_;
  CHECK(restart(id).has_value());
}

std::vector<NodeId> Cluster::ids() const {
  std::vector<NodeId> ids;
  for (const auto& [id, unused] : nodes_) ids.push_back(id);
  return ids;
}

Status Cluster::restart(NodeId id) {
  Node& n = node(id);
  Options options = options_;
  options.id = id;
  Restored restored{n.disk.hard_state(), n.applied, n.configuration};
  TRY(Core core, Core::restore(options, std::move(restored), n.disk, *n.rng));
  n.core.emplace(std::move(core));
  if (n.snapshot) TRY_STATUS(n.core->offer_snapshot(*n.snapshot));
  route(id);
  return {};
}

void Cluster::crash(NodeId id, std::size_t survivors) {
  Node& n = node(id);
  for (std::size_t i = 0; i < std::min(survivors, n.writes.size()); ++i) n.disk.write(n.writes[i]);
  n.core.reset();
  n.writes.clear();
  n.to_apply.clear();
  n.installing.reset();
}

Status Cluster::tick(NodeId id) {
  const Status done = core(id).tick();
  route(id);
  return done;
}

Result<Proposed> Cluster::propose(NodeId id, std::vector<Bytes> payloads) {
  auto proposed = core(id).propose(std::move(payloads));
  route(id);
  return proposed;
}

Status Cluster::read(NodeId id, std::uint64_t context) {
  read_floors_[{id, context}] = history_.committed_index();
  const Status done = core(id).read_index(context);
  route(id);
  return done;
}

Status Cluster::transfer(NodeId id, NodeId to) {
  const Status done = core(id).transfer_leadership(to);
  route(id);
  return done;
}

Status Cluster::configure(NodeId id, Configuration configuration) {
  node(id).configuration = configuration;
  const Status done = core(id).set_configuration(std::move(configuration));
  route(id);
  return done;
}

void Cluster::lose(std::size_t position) {
  network_.erase(network_.begin() + static_cast<std::ptrdiff_t>(position));
}

void Cluster::repeat(std::size_t position) { network_.push_back(network_[position]); }

void Cluster::deliver(std::size_t position) {
  const Message message = network_[position];
  lose(position);
  if (cuts_.contains({message.from, message.to})) return;
  const auto to = nodes_.find(message.to);
  if (to == nodes_.end() || !to->second->core) return;
  const Status done = to->second->core->step(message);
  if (!done) note(message.to, "refuses: " + done.error().context);
  if (!done && done.error().code == Code::kCorrupt && check_invariants_) {
    broken_.push_back("node " + std::to_string(message.to) + ": " + done.error().context);
  }
  route(message.to);
}

void Cluster::run_until_quiet() {
  for (int steps = 0; !network_.empty(); ++steps) {
    CHECK(steps < 100'000);
    deliver(0);
  }
}

void Cluster::complete_writes(NodeId id, std::size_t count) {
  Node& n = node(id);
  PersistToken newest = 0;
  for (; count > 0 && !n.writes.empty(); --count) {
    n.disk.write(n.writes.front());
    newest = n.writes.front().token;
    n.writes.pop_front();
  }
  if (newest == 0) return;
  static_cast<void>(n.core->persisted(newest));
  route(id);
}

void Cluster::fail_write(NodeId id) {
  Node& n = node(id);
  n.writes.clear();
  n.core->storage_failed(Error{Code::kIo, "the disk refused a write"});
  route(id);
}

void Cluster::apply_all(NodeId id) {
  Node& n = node(id);
  while (!n.to_apply.empty()) {
    const Entry entry = n.to_apply.front();
    n.to_apply.pop_front();
    apply(id, entry);
  }
  route(id);
}

void Cluster::apply(NodeId id, const Entry& entry) {
  Node& n = node(id);
  for (std::string& what : history_.applied(id, entry)) broken_.push_back(std::move(what));
  if (entry.index != n.applied + 1) {
    broken_.push_back("node " + std::to_string(id) + " applies out of order");
  }
  n.applied = entry.index;
  if (auto configuration = parse_members(entry.view())) {
    configurations_[entry.index] = *configuration;
    n.configuration = *configuration;
    const Status set = n.core->set_configuration(std::move(*configuration));
    if (!set) note(id, set.error().context);
  }
  static_cast<void>(n.core->applied(entry.index));
}

void Cluster::compact(NodeId id) {
  Node& n = node(id);
  if (n.applied == 0 || n.applied < n.disk.first_index()) return;
  SnapshotRef snapshot;
  snapshot.index = n.applied;
  snapshot.term = n.core->log().term(n.applied);
  snapshot.height = n.applied;
  n.snapshot = snapshot;
  static_cast<void>(n.core->offer_snapshot(snapshot));
  static_cast<void>(n.core->compact(n.applied));
  n.disk.compact(n.applied);
  route(id);
}

void Cluster::install(NodeId id) {
  Node& n = node(id);
  if (!n.installing) return;
  complete_writes(id, n.writes.size());
  const SnapshotRef snapshot = *n.installing;
  n.installing.reset();
  n.to_apply.clear();
  n.disk.restart_after(snapshot.index, snapshot.term);
  n.applied = snapshot.index;
  n.snapshot = snapshot;
  n.configuration = std::prev(configurations_.upper_bound(snapshot.index))->second;
  static_cast<void>(n.core->snapshot_installed(snapshot));
  static_cast<void>(n.core->offer_snapshot(snapshot));
  static_cast<void>(n.core->set_configuration(n.configuration));
  route(id);
}

void Cluster::route(NodeId id) {
  Node& n = node(id);
  observe(id);
  for (Actions actions = n.core->take_actions(); !actions.empty();
       actions = n.core->take_actions()) {
    take(id, actions);
    observe(id);
  }
}

void Cluster::take(NodeId id, Actions& actions) {
  Node& n = node(id);
  if (actions.role) {
    note(id, std::string("is ") + role_name(actions.role->role) + " in term " +
                 std::to_string(actions.role->term) +
                 (actions.role->leader == kNobody || actions.role->role == Role::kLeader
                      ? ""
                      : ", following " + std::to_string(actions.role->leader)));
  }
  for (Message& message : actions.messages) network_.push_back(std::move(message));
  check_reads(id, actions);
  note_reads(id, actions);
  if (actions.install) n.installing = actions.install;
  for (Entry& entry : actions.committed) n.to_apply.push_back(std::move(entry));
  if (actions.persist) n.writes.push_back(std::move(*actions.persist));
  observe(id);
  if (!n.disk_holds) complete_writes(id, n.writes.size());
  if (!n.apply_holds && !n.to_apply.empty()) apply_all(id);
}

void Cluster::note(NodeId id, const std::string& text) {
  if (note_) note_(std::to_string(id) + " " + text);
}

void Cluster::note_reads(NodeId id, const Actions& actions) {
  for (const ReadReady& read : actions.reads) {
    note(id, "may read " + std::to_string(read.context) + " at " + std::to_string(read.index));
  }
  for (const std::uint64_t context : actions.reads_aborted) {
    note(id, "gives up read " + std::to_string(context));
  }
  if (actions.install) note(id, "wants snapshot " + std::to_string(actions.install->index));
}

// Whatever was committed anywhere when a read was asked for must be seen by it.
void Cluster::check_reads(NodeId id, const Actions& actions) {
  for (const ReadReady& read : actions.reads) {
    const auto floor = read_floors_.find({id, read.context});
    if (floor == read_floors_.end() || read.index >= floor->second) continue;
    broken_.push_back("node " + std::to_string(id) + " reads at " + std::to_string(read.index) +
                      " although " + std::to_string(floor->second) + " was committed before");
  }
}

void Cluster::observe(NodeId id) {
  if (!check_invariants_) return;
  const Core& c = core(id);
  for (std::string& what : broken_in(c)) broken_.push_back(std::move(what));
  for (std::string& what : history_.observe(c)) broken_.push_back(std::move(what));
}

void Cluster::check_all() {
  std::vector<const Core*> cores;
  for (const auto& [id, n] : nodes_) {
    if (n->core) cores.push_back(&*n->core);
  }
  for (std::string& what : broken_among(cores)) broken_.push_back(std::move(what));
}

std::string Cluster::describe(NodeId id) {
  Node& n = node(id);
  std::ostringstream out;
  out << id << ' ';
  if (!n.core) {
    out << "down, disk ends at " << n.disk.last_index();
    return out.str();
  }
  const Core& c = *n.core;
  if (c.stopped()) {
    out << "stopped: " << c.stopped()->to_string();
    return out.str();
  }
  out << role_name(c.role()) << " t" << c.term() << " vote=" << c.voted_for()
      << " commit=" << c.commit() << " applied=" << c.applied_index() << " log=[";
  for (Index i = c.log().first_index(); i <= c.log().last_index(); ++i) {
    if (i > c.log().first_index()) out << ' ';
    if (i == c.log().persisted_index() + 1) out << "| ";
    out << i << '/' << c.log().term(i);
  }
  out << ']';
  return out.str();
}

}  // namespace sekisho::consensus::test
