// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/replica/signature_gate.h"

#include <gtest/gtest.h>

#include "node/replica/signature_memory.h"
#include "tests/support/test_chain.h"

namespace sekisho::replica {
namespace {

// Checks at once, or keeps them until told.
class HeldVerifier final : public Verifier {
 public:
  void verify(std::vector<Check> checks, Done done) override {
    std::vector<bool> results;
    for (const Check& check : checks) results.push_back(check());
    waiting_.push_back([done = std::move(done), results] { done(results); });
    if (!hold) release();
  }
  void release() {
    for (const auto& one : std::exchange(waiting_, {})) one();
  }
  bool hold = false;

 private:
  std::vector<std::function<void()>> waiting_;
};

class SignatureGateTest : public ::testing::Test {
 protected:
  Code admit(std::vector<Bytes> operations) {
    Code code = Code::kInternal;
    gate_.admit(std::move(operations), [&](Result<std::vector<AdmittedOperation>> admitted) {
      code = admitted ? Code::kCancelled : admitted.error().code;
    });
    return code;
  }
  static constexpr Code kAdmitted = Code::kCancelled;

  Bytes note(bool valid) {
    auto operation = chain_.operation("hoken-a");
    operation.mutable_note()->set_body("hello");
    const auto& key = chain_.consortium.key("hoken-a", v1::OPERATOR);
    const Bytes bytes = ledger::sign_operation(operation, chain_.consortium.chain_id(), key);
    if (valid) return bytes;
    v1::SignedOperation forged;
    EXPECT_TRUE(forged.ParseFromString(bytes));
    forged.set_signature(key.sign("something else"));
    return forged.SerializeAsString();
  }

  test::TestChain chain_{{.nodes = 3, .voters = 3, .policy = {}}};
  HeldVerifier verifier_;
  SignatureMemory memory_{chain_.consortium.chain_id(), 100};
  SignatureGate gate_{chain_.consortium.chain_id(), verifier_, memory_, chain_.machine, [] {}};
};

TEST_F(SignatureGateTest, AForgeryIsRefusedTheSecondTimeToo) {
  const Bytes forged = note(false);
  EXPECT_EQ(admit({forged}), Code::kUnauthenticated);
  EXPECT_EQ(admit({forged}), Code::kUnauthenticated);
  const Bytes genuine = note(true);
  EXPECT_EQ(admit({genuine}), kAdmitted);
  EXPECT_EQ(admit({genuine}), kAdmitted);
  EXPECT_EQ(admit({genuine, forged}), Code::kUnauthenticated);
}

TEST_F(SignatureGateTest, BoundsTheChecksThatWait) {
  verifier_.hold = true;
  const Bytes genuine = note(true);
  std::size_t refused = 0;
  constexpr std::size_t kBatch = 1000;
  for (std::size_t i = 0; i < limits::kPoolOperationsMax / kBatch + 1; ++i)
    if (admit(std::vector<Bytes>(kBatch, genuine)) == Code::kResourceExhausted) ++refused;
  EXPECT_EQ(refused, 1U);
  verifier_.release();
  EXPECT_EQ(admit({genuine}), kAdmitted);
}

}  // namespace
}  // namespace sekisho::replica
