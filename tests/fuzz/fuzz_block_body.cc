// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/check.h"
#include "node/state/invariants.h"
#include "node/state/state_machine.h"
#include "proto/v1/block.pb.h"
#include "tests/support/test_consortium.h"

using namespace sekisho;

namespace {

const test::TestConsortium& consortium() {
  static const test::TestConsortium instance;
  return instance;
}

// Believes every signature, so that the rules behind it are reached.
class Credulous final : public state::SignatureVerifier {
 public:
  [[nodiscard]] bool verify_operation(const ledger::ParsedOperation&, BytesView) const override {
    return true;
  }
  [[nodiscard]] bool verify(BytesView, BytesView, BytesView) const override { return true; }
};

}  // namespace

// Any bytes make a block, and a state without broken invariants. Applied twice: as they are, and as
// the second of two blocks.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView bytes(reinterpret_cast<const char*>(data), size);
  state::StateMachine machine(consortium().document());
  const Credulous verifier;
  for (std::uint64_t index = 1; index <= 2; ++index) {
    const ledger::AppliedBlock block = machine.apply_block(1, index, bytes, verifier);
    CHECK(block.header.height == index);
    CHECK(block.header.operation_count == block.operations.size());
    CHECK(state::broken_invariants(machine).empty());
  }
  return 0;
}
