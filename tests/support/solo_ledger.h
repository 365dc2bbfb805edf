// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "consensus/memory_log_store.h"
#include "node/base/clock.h"
#include "node/base/rng.h"
#include "node/replica/replica.h"
#include "node/state/state_machine.h"
#include "storage/ledger_store.h"
#include "storage/memory_kv.h"
#include "tests/support/test_chain.h"

namespace sekisho::test {

// A clock that moves when told to and may be read by other threads meanwhile.
class SteppedClock final : public Clock {
 public:
  [[nodiscard]] std::uint64_t monotonic_ms() const override { return passed_ms_; }
  [[nodiscard]] std::uint64_t unix_ms() const override {
    return TestConsortium::kCreatedMs + passed_ms_;
  }
  void advance(std::uint64_t ms) { passed_ms_ += ms; }

 private:
  std::atomic<std::uint64_t> passed_ms_{0};
};

// A real replica that is the consortium's only voter (make the consortium with `voters = 1`), over
// memory stores. Whoever calls step() is the core thread; post() from any thread.
class SoloLedger final : private replica::Transport,
                         private replica::LogWriter,
                         private replica::Verifier,
                         private replica::Observer {
 public:
  explicit SoloLedger(const TestConsortium& consortium);
  ~SoloLedger() override;
  SoloLedger(const SoloLedger&) = delete;
  SoloLedger& operator=(const SoloLedger&) = delete;

  // Runs what was posted, then lets one tick pass.
  void step();
  // Steps until `done`; CHECKs that it comes within a minute of the replica's time.
  void step_until(const std::function<bool()>& done);
  void post(std::function<void()> task);

  // Orders one operation and waits for its certificate.
  ledger::Verdict submit(Bytes signed_operation);
  // Orders every operation of the chain that is not here yet, at the chain's times or later; CHECKs
  // that each gets the chain's verdict.
  void follow(const TestChain& chain);

  SteppedClock clock;
  storage::MemoryKv kv;
  std::unique_ptr<storage::LedgerStore> store;
  std::unique_ptr<state::StateMachine> state;
  std::unique_ptr<replica::Replica> replica;

 private:
  void send(std::uint64_t, Bytes) override {}
  void persist(consensus::Persist batch) override;
  void verify(std::vector<Check> checks, Done done) override;
  void on_applied(const ledger::AppliedBlock&) override {}
  void on_certified(std::uint64_t) override {}
  void on_fatal(const Error& error) override;

  SeededRng rng_{7};
  consensus::MemoryLogStore log_;
  const crypto::PrivateKey& attestation_key_;
  std::mutex mutex_;
  std::deque<std::function<void()>> tasks_;
  std::size_t followed_ = 0;
};

}  // namespace sekisho::test
