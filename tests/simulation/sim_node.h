// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "consensus/actions.h"
#include "node/replica/replica.h"
#include "node/state/state_machine.h"
#include "storage/ledger_store.h"
#include "storage/log_store.h"
#include "storage/memory_kv.h"
#include "tests/simulation/profile.h"
#include "tests/simulation/scheduler.h"
#include "tests/simulation/world.h"

namespace sekisho::simulation {

// Counts down to a node's sudden death in the middle of an event: the n-th frame sent or write
// begun from now on does not happen any more, nor does anything after it.
class Fuse {
 public:
  void light(std::uint64_t effects) { left_ = effects; }
  void reset() { left_.reset(), burnt_ = false; }
  // True when the effect must not happen.
  bool burn() {
    if (!burnt_ && left_ && (*left_)-- == 0) burnt_ = true;
    return burnt_;
  }
  [[nodiscard]] bool burnt() const { return burnt_; }

 private:
  std::optional<std::uint64_t> left_;
  bool burnt_ = false;
};

// A disk whose writes burn the fuse.
class FusedKv final : public storage::Kv {
 public:
  FusedKv(storage::MemoryKv& kv, Fuse& fuse) : kv_(kv), fuse_(fuse) {}
  Result<std::optional<Bytes>> get(BytesView key) const override { return kv_.get(key); }
  Status scan(BytesView prefix, BytesView from, const storage::KvVisitor& visit) const override {
    return kv_.scan(prefix, from, visit);
  }
  Status scan_back(BytesView prefix, BytesView from,
                   const storage::KvVisitor& visit) const override {
    return kv_.scan_back(prefix, from, visit);
  }
  Status write(const storage::WriteBatch& batch, bool sync) override {
    if (fuse_.burn()) return fail(Code::kIo, "the node is dying");
    return kv_.write(batch, sync);
  }
  std::shared_ptr<const storage::KvView> snapshot() const override { return kv_.snapshot(); }
  Status reclaim(BytesView prefix) override { return kv_.reclaim(prefix); }

 private:
  storage::MemoryKv& kv_;
  Fuse& fuse_;
};

class NodeClock final : public Clock {
 public:
  explicit NodeClock(const Scheduler& scheduler) : scheduler_(scheduler) {}
  std::uint64_t monotonic_ms() const override { return scheduler_.now_us() / 1000; }
  std::uint64_t unix_ms() const override {
    return kGenesisMs + 1000 + monotonic_ms() + static_cast<std::uint64_t>(offset_ms);
  }
  std::int64_t offset_ms = 0;

 private:
  const Scheduler& scheduler_;
};

// What the cluster hears from its nodes.
class NodeListener {
 public:
  virtual ~NodeListener() = default;
  // The disks are open and the replica is about to start on them.
  virtual void on_opened(std::uint64_t node) = 0;
  virtual void on_send(std::uint64_t from, std::uint64_t to, Bytes frame) = 0;
  virtual void on_applied(std::uint64_t node, const ledger::AppliedBlock& block,
                          const state::Reader& state) = 0;
  virtual void on_certified(std::uint64_t node, std::uint64_t height) = 0;
  // After each event of the node.
  virtual void on_stepped(std::uint64_t node) = 0;
  virtual void on_violation(const std::string& what) = 0;
};

// One machine: two disks that outlive it, and between start and crash the real replica over the
// real stores.
class SimNode final : private replica::Transport,
                      private replica::LogWriter,
                      private replica::Verifier,
                      private replica::Observer {
 public:
  SimNode(std::uint64_t number, const World& world, const Profile& profile,
          const replica::DefectsForTests& defects, Scheduler& scheduler, Rng& rng,
          NodeListener& listener);

  [[nodiscard]] bool up() const { return replica_ != nullptr; }
  [[nodiscard]] bool doomed() const { return fuse_.burnt() || fatal_; }
  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] replica::Replica& replica() { return *replica_; }
  [[nodiscard]] const state::StateMachine& state() const { return *state_; }
  [[nodiscard]] const storage::LedgerStore& ledger() const { return *ledger_; }
  [[nodiscard]] NodeClock& clock() { return clock_; }

  // An error is a violation: this disk never lost what was synced.
  Status start();
  // The process dies; what was not synced survives in part.
  void crash();
  // Runs `event` on the replica if it is up, then lets the listener look.
  void run(const std::function<void(replica::Replica&)>& event);
  void light_fuse(std::uint64_t effects) { fuse_.light(effects); }
  void fail_disk(bool log, Code code) { (log ? log_kv_ : ledger_kv_).fail_writes(code); }

 private:
  void send(std::uint64_t to_node, Bytes frame) override;
  void persist(consensus::Persist batch) override;
  void verify(std::vector<Check> checks, Done done) override;
  void on_applied(const ledger::AppliedBlock& block) override;
  void on_certified(std::uint64_t height) override;
  void on_fatal(const Error& error) override;

  Status open_stores();
  Status open_state();
  void tick();
  void begin_write();
  void finish_write(std::size_t count);
  void lose_unwritten();
  // Runs later unless the node has crashed meanwhile.
  void later(std::uint64_t delay_us, std::function<void()> event);

  const std::uint64_t number_;
  const World& world_;
  const Profile& profile_;
  const replica::DefectsForTests& defects_;
  Scheduler& scheduler_;
  Rng& rng_;
  NodeListener& listener_;
  NodeClock clock_;
  Fuse fuse_;
  storage::MemoryKv log_kv_;
  storage::MemoryKv ledger_kv_;
  FusedKv fused_log_{log_kv_, fuse_};
  FusedKv fused_ledger_{ledger_kv_, fuse_};

  // What a crash takes.
  std::uint64_t incarnation_ = 0;
  bool fatal_ = false;
  bool writing_ = false;
  std::deque<consensus::Persist> writes_;
  std::unique_ptr<storage::DurableLog> log_;
  std::unique_ptr<storage::LedgerStore> ledger_;
  std::unique_ptr<state::StateMachine> state_;
  std::optional<consensus::HardState> hard_state_;
  std::unique_ptr<replica::Replica> replica_;
};

}  // namespace sekisho::simulation
