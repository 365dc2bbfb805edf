// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/solo_ledger.h"

#include <cstdio>
#include <optional>
#include <utility>

#include "node/base/check.h"
#include "node/ledger/operation.h"

namespace sekisho::test {
namespace {

constexpr std::uint64_t kNode = 1;
constexpr std::uint64_t kTickMs = 20;
constexpr int kStepsMax = 3000;

replica::AdmittedOperation admitted(Bytes signed_operation) {
  const auto parsed = ledger::parse_operation(signed_operation);
  CHECK(parsed.has_value());
  replica::AdmittedOperation operation;
  operation.digest = parsed->digest;
  operation.operation_id = parsed->operation_id;
  operation.valid_until_ms = parsed->operation.valid_until_ms();
  operation.signed_operation = std::move(signed_operation);
  return operation;
}

}  // namespace

SoloLedger::SoloLedger(const TestConsortium& consortium)
    : attestation_key_(consortium.attestation_key(kNode)) {
  auto opened = storage::LedgerStore::open(kv, consortium.chain_id(), kNode,
                                           state::genesis_state(consortium.document()));
  CHECK(opened.has_value());
  store = std::move(*opened);
  state = std::make_unique<state::StateMachine>(consortium.document());
  replica::Config config;
  config.node_number = kNode;
  config.name = "node-1";
  config.chain_id = consortium.chain_id();
  config.options.tick_ms = kTickMs;
  config.options.idle_block_ms = 0;
  auto started =
      replica::Replica::start(config, {log_, log_.hard_state(), *store, *state, attestation_key_,
                                       *this, *this, *this, clock, rng_, *this});
  CHECK(started.has_value());
  replica = std::move(*started);
  step_until([this] { return replica->status().role == replica::ReplicaRole::kLeader; });
}

SoloLedger::~SoloLedger() = default;

void SoloLedger::step() {
  std::deque<std::function<void()>> tasks;
  {
    const std::lock_guard lock(mutex_);
    tasks.swap(tasks_);
  }
  for (const auto& task : tasks) task();
  clock.advance(kTickMs);
  replica->tick();
}

void SoloLedger::step_until(const std::function<bool()>& done) {
  int steps = 0;
  while (!done()) {
    CHECK(++steps < kStepsMax);
    step();
  }
}

void SoloLedger::post(std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  tasks_.push_back(std::move(task));
}

ledger::Verdict SoloLedger::submit(Bytes signed_operation) {
  auto operation = admitted(std::move(signed_operation));
  const Id16 id = operation.operation_id;
  std::optional<replica::OperationStatus> outcome;
  std::vector<replica::AdmittedOperation> batch;
  batch.push_back(std::move(operation));
  replica->submit(std::move(batch), [](const Status& taken) { CHECK(taken.has_value()); });
  replica->wait(id, 0, 60'000, [&](replica::OperationStatus status) { outcome = status; });
  step_until([&] { return outcome.has_value(); });
  CHECK(outcome->stage == replica::OperationStage::kAttested);
  return static_cast<ledger::Verdict>(outcome->verdict);
}

void SoloLedger::follow(const TestChain& chain) {
  for (; followed_ < chain.blocks.size(); ++followed_) {
    const auto& block = chain.blocks[followed_];
    const std::uint64_t now_ms = clock.unix_ms();
    if (block.header.block_time_ms > now_ms) clock.advance(block.header.block_time_ms - now_ms);
    for (const auto& record : block.operations) {
      CHECK(submit(record.signed_operation) == static_cast<ledger::Verdict>(record.verdict));
    }
  }
}

void SoloLedger::persist(consensus::Persist batch) {
  post([this, batch = std::move(batch)] {
    log_.write(batch);
    replica->on_persisted(batch.token, {});
  });
}

void SoloLedger::verify(std::vector<Check> checks, Done done) {
  post([checks = std::move(checks), done = std::move(done)] {
    std::vector<bool> results;
    for (const auto& check : checks) results.push_back(check());
    done(std::move(results));
  });
}

void SoloLedger::on_fatal(const Error& error) {
  std::fputs((error.to_string() + "\n").c_str(), stderr);
  CHECK(error.context.empty());
}

}  // namespace sekisho::test
