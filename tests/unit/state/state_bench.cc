// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
//
// What applying costs when signatures were verified before. Prints `id<TAB>value<TAB>unit` lines.
#include <chrono>
#include <cstdio>
#include <memory>

#include <malloc.h>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/state/sparse_tree.h"
#include "node/state/state_machine.h"
#include "tests/support/test_chain.h"

namespace sekisho {
namespace {

class Verified final : public state::SignatureVerifier {
 public:
  [[nodiscard]] bool verify_operation(const ledger::ParsedOperation&, BytesView) const override {
    return true;
  }
  [[nodiscard]] bool verify(BytesView, BytesView, BytesView) const override { return true; }
};

template <typename Work>
double microseconds(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
      .count();
}

void bench_notes(std::size_t blocks, std::size_t per_block) {
  const test::TestConsortium consortium;
  SeededRng rng(1);
  std::vector<Bytes> bodies;
  std::uint64_t now_ms = test::TestConsortium::kCreatedMs;
  for (std::size_t b = 0; b < blocks; ++b) {
    std::vector<Bytes> operations;
    for (std::size_t i = 0; i < per_block; ++i) {
      v1::Operation operation = ledger::make_operation("hoken-a", now_ms, 600'000, rng);
      operation.mutable_note()->set_body(rng.bytes(340));
      operations.push_back(ledger::sign_operation(operation, consortium.chain_id(),
                                                  consortium.key("hoken-a", v1::OPERATOR)));
    }
    bodies.push_back(test::make_body(now_ms += 20, operations));
  }
  state::StateMachine machine(consortium.document());
  const Verified verifier;
  const double total = microseconds([&] {
    for (std::size_t b = 0; b < blocks; ++b) {
      static_cast<void>(machine.apply_block(1, b + 1, bodies[b], verifier));
    }
  });
  std::printf("state.apply.note500.block%zu\t%.2f\tus/op\n", per_block,
              total / static_cast<double>(blocks * per_block));
}

void bench_tree(std::size_t leaves) {
  SeededRng rng(2);
  std::vector<state::SparseTree::Update> updates;
  for (std::size_t i = 0; i < leaves; ++i) {
    updates.push_back({*Digest::from_bytes(rng.bytes(32)), *Digest::from_bytes(rng.bytes(32))});
  }
  state::SparseTree tree;
  const double built = microseconds([&] { static_cast<void>(tree.update(updates)); });
  std::printf("state.tree.build\t%.2f\tus/leaf\n", built / static_cast<double>(leaves));
  const double grown = microseconds([&] {
    for (int block = 0; block < 100; ++block) {
      std::vector<state::SparseTree::Update> batch;
      for (int i = 0; i < 400; ++i) {
        batch.push_back({*Digest::from_bytes(rng.bytes(32)), *Digest::from_bytes(rng.bytes(32))});
      }
      static_cast<void>(tree.update(std::move(batch)));
    }
  });
  std::printf("state.tree.update400\t%.2f\tus/key\n", grown / 40'000);
}

// What closed exchanges cost a node for ever: rows and bytes of state, memory and time at start.
struct Footprint {
  std::size_t rows = 0;
  std::size_t state_bytes = 0;
  std::size_t memory_bytes = 0;
  double restore_us = 0;
};

Footprint footprint(std::size_t lives) {
  test::TestChain chain;
  static_cast<void>(chain.approved_map());
  for (std::size_t i = 0; i < lives; ++i) {
    const Id16 id = chain.offer();
    chain.convert(id, false);
    chain.fetch_output(id);
    chain.confirm_output(id);
    chain.delete_all();
  }
  chain.pass(limits::kValidityMaxMs);  // past the window of operation ids
  chain.apply({});
  Footprint found;
  chain.machine.scan({}, {}, [&found](BytesView key, BytesView value) {
    ++found.rows;
    found.state_bytes += key.size() + value.size();
    return true;
  });
  const std::size_t before = mallinfo2().uordblks;
  std::unique_ptr<state::StateMachine> restored;
  found.restore_us = microseconds([&] {
    auto result =
        state::StateMachine::restore(chain.machine, chain.machine.head(), chain.tree_reader());
    CHECK(result.has_value());
    restored = std::move(*result);
  });
  found.memory_bytes = mallinfo2().uordblks - before;
  return found;
}

void bench_closed_exchanges(std::size_t lives) {
  const Footprint none = footprint(1);
  const Footprint all = footprint(lives + 1);
  const auto each = [lives](double more) { return more / static_cast<double>(lives); };
  std::printf("state.closed_exchange.rows\t%.1f\trows\n",
              each(static_cast<double>(all.rows - none.rows)));
  std::printf("state.closed_exchange.state\t%.0f\tbytes\n",
              each(static_cast<double>(all.state_bytes - none.state_bytes)));
  std::printf("state.closed_exchange.memory\t%.0f\tbytes\n",
              each(static_cast<double>(all.memory_bytes - none.memory_bytes)));
  std::printf("state.closed_exchange.restore\t%.2f\tus\n", each(all.restore_us - none.restore_us));
}

}  // namespace
}  // namespace sekisho

int main() {
  sekisho::bench_closed_exchanges(60);
  sekisho::bench_notes(200, 100);
  sekisho::bench_notes(20, 1000);
  sekisho::bench_tree(200'000);
  return 0;
}
