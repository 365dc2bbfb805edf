// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "consensus/core.h"
#include "consensus/types.h"

// What must be true of cores, as lists of what is broken (thesis figure 3.2). For the simulator and
// tests: they read whole logs. Empty lists are good news; each sentence names nodes and indexes.
namespace sekisho::consensus {

// One core by itself: order of the indexes, roles, terms of the log, what a leader knows of peers.
[[nodiscard]] std::vector<std::string> broken_in(const Core& core);

// Several cores at one moment: one leader a term, log matching, agreement on the committed prefix,
// and that what a leader counts as acknowledged is durable at the follower.
// Reads each log from its start, at most `entries_max` entries back.
[[nodiscard]] std::vector<std::string> broken_among(const std::vector<const Core*>& cores,
                                                    std::size_t entries_max = 1000);

// A cluster over time, crashes included: what was once committed or won stays so. Observe every
// core after every step; remembers each committed entry's term and payload. One thread.
class History {
 public:
  // What this core's state breaks of what was seen before: two leaders of one term, another entry
  // where one was committed, a leader without a committed entry of an earlier term.
  [[nodiscard]] std::vector<std::string> observe(const Core& core);
  // What was handed out to apply on some node; the same index must always bring the same entry.
  [[nodiscard]] std::vector<std::string> applied(NodeId node, const Entry& entry);

  [[nodiscard]] Index committed_index() const { return committed_.size(); }

 private:
  void observe_leader(const Core& core, std::vector<std::string>& broken);
  void observe_commit(const Core& core, std::vector<std::string>& broken);

  struct Seen {
    Entry entry;
    Term committed_in;  // lowest term of a core that knew it committed
  };
  std::map<Term, NodeId> leaders_;
  std::vector<Seen> committed_;            // index - 1
  std::map<NodeId, Index> checked_;        // up to where a core's commits were compared
  std::map<NodeId, Term> checked_leader_;  // last term whose leader completeness was checked
};

}  // namespace sekisho::consensus
