// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/scenario/consensus_cluster.h"

namespace sekisho::consensus::test {

using Words = std::vector<std::string>;

// One scenario's cluster and the words that steer it.
class Scenario {
 public:
  // Carries out one line; what it says is appended to `out`.
  void run(const std::string& line, std::string& out);

 private:
  using Handler = void (Scenario::*)(const Words&);
  struct Command {
    const char* name;
    Handler handler;
  };
  static const Command kCommands[];

  void say(const std::string& text) {
    if (!muted_) *out_ += text + "\n";
  }
  void say_status(const Status& status) {
    if (!status) say("error " + status.error().to_string());
  }
  void report_broken();
  void put_back(const std::string& defect);

  void on_cluster(const Words& words);
  void on_tick(const Words& words);
  void on_timeout(const Words& words);
  void on_win(const Words& words);
  void on_leader(const Words& words);
  void on_propose(const Words& words);
  void on_change(const Words& words);
  void on_read(const Words& words);
  void on_transfer(const Words& words);
  void on_deliver(const Words& words);
  void on_lose(const Words& words);
  void on_repeat(const Words& words);
  void on_network(const Words& words);
  void on_settle(const Words& words);
  void on_inject(const Words& words);
  void on_disk(const Words& words);
  void on_apply(const Words& words);
  void on_write(const Words& words);
  void on_crash(const Words& words);
  void on_restart(const Words& words);
  void on_cut(const Words& words);
  void on_isolate(const Words& words);
  void on_heal(const Words& words);
  void on_show(const Words& words);
  void on_peers(const Words& words);
  void on_compact(const Words& words);
  void on_install(const Words& words);
  void on_node(const Words& words);
  void on_configure(const Words& words);

  // Positions in the network of messages that match "1>2" (or *) and words of their text.
  std::vector<std::size_t> matching(const Words& words) const;

  std::unique_ptr<Cluster> cluster_;
  std::string* out_ = nullptr;
  std::size_t reported_ = 0;
  bool muted_ = false;
};

}  // namespace sekisho::consensus::test
