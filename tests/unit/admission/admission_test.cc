// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/admission/admission.h"

#include <set>

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/crypto/hash.h"
#include "tests/support/solo_ledger.h"

namespace sekisho::admission {
namespace {

constexpr std::uint64_t kHourMs = 3600 * 1000;
constexpr std::uint64_t kNodeOfHokenA = 3;

class AdmissionTest : public ::testing::Test {
 protected:
  AdmissionTest() { solo_.follow(chain_); }

  Result<Admitted> check(Bytes bytes) {
    return admission_.check(std::move(bytes), solo_.store->view());
  }
  Error refusal(Bytes bytes) {
    auto checked = check(std::move(bytes));
    EXPECT_FALSE(checked);
    return checked ? Error{} : checked.error();
  }
  // A note by hoken-a's operator, with changes made before it is signed.
  Bytes note(const std::function<void(v1::Operation&)>& change = {}) {
    auto operation = chain_.operation("hoken-a");
    operation.mutable_note()->set_body("hello");
    if (change) change(operation);
    return ledger::sign_operation(operation, chain_.consortium.chain_id(),
                                  chain_.consortium.key("hoken-a", v1::OPERATOR));
  }
  // Accepted by the chain and on the ledger here.
  void order(const Bytes& bytes) {
    ASSERT_EQ(chain_.submit(bytes), ledger::Verdict::kAccepted);
    solo_.follow(chain_);
  }

  test::TestChain chain_{{.nodes = 3, .voters = 1, .policy = {}}};
  test::SoloLedger solo_{chain_.consortium};
  std::set<Digest> held_;
  Admission admission_{chain_.consortium.chain_id(), 1, solo_.clock,
                       [this](const Digest& id) { return held_.contains(id); }};
};

TEST_F(AdmissionTest, TellsWhatItFoundOut) {
  const Bytes bytes = note();
  const auto admitted = check(bytes);
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->author_member, "hoken-a");
  EXPECT_FALSE(admitted->already_ordered);
  EXPECT_EQ(admitted->operation.signed_operation, bytes);
  EXPECT_EQ(admitted->operation.digest, ledger::operation_digest(bytes));
  EXPECT_GT(admitted->operation.valid_until_ms, solo_.clock.unix_ms());
}

TEST_F(AdmissionTest, RefusesBytesThatAreNoOperation) {
  EXPECT_EQ(refusal("junk").code, Code::kInvalidArgument);
  EXPECT_EQ(refusal("").code, Code::kInvalidArgument);
  EXPECT_EQ(refusal(Bytes(limits::kOperationSizeMax + 1, 'x')).code, Code::kInvalidArgument);
}

TEST_F(AdmissionTest, RefusesWhatIsOver) {
  order(note());
  const auto head = solo_.store->view().head();
  const auto error =
      refusal(note([&](v1::Operation& op) { op.set_valid_until_ms(head->header.block_time_ms); }));
  EXPECT_EQ(error.code, Code::kFailedPrecondition);
  EXPECT_NE(error.context.find("valid_until"), std::string::npos);
  EXPECT_TRUE(check(
      note([&](v1::Operation& op) { op.set_valid_until_ms(head->header.block_time_ms + 1); })));
}

TEST_F(AdmissionTest, RefusesMoreThanADayAhead) {
  const std::uint64_t last_ms = solo_.clock.unix_ms() + limits::kValidityMaxMs;
  EXPECT_TRUE(check(note([&](v1::Operation& op) { op.set_valid_until_ms(last_ms); })));
  const auto error = refusal(note([&](v1::Operation& op) { op.set_valid_until_ms(last_ms + 1); }));
  EXPECT_EQ(error.code, Code::kFailedPrecondition);
  EXPECT_NE(error.context.find("24 hours"), std::string::npos);
}

TEST_F(AdmissionTest, RefusesAnUnknownKey) {
  const auto stranger = crypto::PrivateKey::generate(crypto::KeyAlgorithm::kEd25519);
  auto operation = chain_.operation("hoken-a");
  operation.mutable_note()->set_body("hello");
  const auto error =
      refusal(ledger::sign_operation(operation, chain_.consortium.chain_id(), stranger));
  EXPECT_EQ(error.code, Code::kUnauthenticated);
  EXPECT_NE(error.context.find("not on the ledger"), std::string::npos);
}

TEST_F(AdmissionTest, RefusesARevokedKey) {
  auto revoke = chain_.operation("hoken-a");
  const auto& key = chain_.consortium.key("hoken-a", v1::OPERATOR);
  revoke.mutable_revoke_key()->set_key_id(Bytes(key.public_key().key_id().view()));
  revoke.mutable_revoke_key()->set_reason("紛失");
  order(chain_.sign(revoke, v1::ADMIN));
  const auto error = refusal(note());
  EXPECT_EQ(error.code, Code::kUnauthenticated);
  EXPECT_NE(error.context.find("revoked"), std::string::npos);
}

TEST_F(AdmissionTest, RefusesAnotherMembersKey) {
  const auto error = refusal(note([](v1::Operation& op) { op.set_author_member("kenshin-a"); }));
  EXPECT_EQ(error.code, Code::kPermissionDenied);
  EXPECT_NE(error.context.find("another member"), std::string::npos);
}

TEST_F(AdmissionTest, RefusesASuspendedMember) {
  v1::Action action;
  action.mutable_suspend_member()->set_member_id("hoken-a");
  action.mutable_suspend_member()->set_reason("調査");
  const auto propose = chain_.propose_operation("jimukyoku", {action});
  const auto id = Id16::from_bytes(propose.propose().proposal_id());
  order(chain_.sign(propose, v1::ADMIN));
  for (const char* member : {"kenshin-a", "kenshin-b", "kenshin-a-branch", "iryo-a", "hoken-b"}) {
    if (!check(note())) break;
    order(chain_.sign(chain_.vote_operation(member, *id, true), v1::ADMIN));
  }
  const auto error = refusal(note());
  EXPECT_EQ(error.code, Code::kPermissionDenied);
  EXPECT_NE(error.context.find("suspended"), std::string::npos);
  // What it still holds has to be deleted, and the deletion recorded.
  const auto deletion = chain_.deletion_operation(crypto::sha256("blob"), kNodeOfHokenA);
  EXPECT_TRUE(check(ledger::sign_operation(deletion, chain_.consortium.chain_id(),
                                           chain_.consortium.operation_key(kNodeOfHokenA))));
}

TEST_F(AdmissionTest, RefusesAnAlteredOperation) {
  v1::SignedOperation altered;
  ASSERT_TRUE(altered.ParseFromString(note()));
  v1::Operation inner;
  ASSERT_TRUE(inner.ParseFromString(altered.operation()));
  inner.mutable_note()->set_body("hullo");
  altered.set_operation(inner.SerializeAsString());
  const auto error = refusal(altered.SerializeAsString());
  EXPECT_EQ(error.code, Code::kUnauthenticated);
  EXPECT_NE(error.context.find("signature"), std::string::npos);
}

TEST_F(AdmissionTest, RefusesAnOperationForAnotherConsortium) {
  auto operation = chain_.operation("hoken-a");
  operation.mutable_note()->set_body("hello");
  const auto error = refusal(ledger::sign_operation(
      operation, crypto::sha256("other"), chain_.consortium.key("hoken-a", v1::OPERATOR)));
  EXPECT_EQ(error.code, Code::kUnauthenticated);
}

TEST_F(AdmissionTest, KnowsWhatIsOrderedAlready) {
  const Bytes bytes = note();
  order(bytes);
  const auto again = check(bytes);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->already_ordered);
  EXPECT_EQ(again->operation.digest, ledger::operation_digest(bytes));
}

TEST_F(AdmissionTest, KnowsWhatIsOrderedAfterItsTimeIsOver) {
  const Bytes bytes = note();
  order(bytes);
  chain_.pass(2 * kHourMs);
  order(note());
  const auto again = check(bytes);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->already_ordered);
}

TEST_F(AdmissionTest, RefusesAnotherOperationUnderASpentId) {
  const Bytes first = note();
  order(first);
  const auto id = ledger::parse_operation(first)->operation_id;
  const auto error = refusal(note([&](v1::Operation& op) {
    op.set_operation_id(Bytes(id.view()));
    op.mutable_note()->set_body("other");
  }));
  EXPECT_EQ(error.code, Code::kAlreadyExists);
  EXPECT_NE(error.context.find("another operation"), std::string::npos);
}

TEST_F(AdmissionTest, AnOfferNeedsWhatThisNodeVouchesFor) {
  const Bytes offer = chain_.sign(chain_.offer_operation(chain_.fresh_id()), v1::OPERATOR);
  solo_.follow(chain_);
  const auto error = refusal(offer);
  EXPECT_EQ(error.code, Code::kFailedPrecondition);
  EXPECT_NE(error.context.find("does not hold blob"), std::string::npos);
  const auto parsed = ledger::parse_operation(offer);
  held_.insert(*Digest::from_bytes(parsed->operation.offer().input().blob_id()));
  EXPECT_TRUE(check(offer)) << "node 2's receipt is node 2's business";
}

TEST_F(AdmissionTest, ChecksTheReceiptsOfEveryPayloadThatHasThem) {
  const Id16 id = chain_.offer();
  solo_.follow(chain_);
  auto map = chain_.operation("kenshin-a");
  map.mutable_register_map()->set_map_id("second");
  map.mutable_register_map()->set_version(1);
  map.mutable_register_map()->set_catalog_id("standard-1");
  map.mutable_register_map()->set_title("二つ目");
  *map.mutable_register_map()->mutable_map() = chain_.blob(false);
  chain_.add_receipts(map.register_map().map(), *map.mutable_register_map()->mutable_receipts());
  const auto by_node = [&](const v1::Operation& operation) {
    return ledger::sign_operation(operation, chain_.consortium.chain_id(),
                                  chain_.consortium.operation_key(1));
  };
  for (const Bytes& bytes :
       {by_node(chain_.result_operation(id, true)), by_node(chain_.failure_operation(id)),
        chain_.sign(map, v1::OPERATOR)}) {
    EXPECT_EQ(refusal(bytes).code, Code::kFailedPrecondition);
  }
}

// A stranger must not make this node look for blobs.
TEST_F(AdmissionTest, StandingComesBeforeTheDisk) {
  int asked = 0;
  const Admission admission(chain_.consortium.chain_id(), 1, solo_.clock, [&](const Digest&) {
    ++asked;
    return false;
  });
  auto offer = chain_.offer_operation(chain_.fresh_id());
  solo_.follow(chain_);
  const auto stranger = crypto::PrivateKey::generate(crypto::KeyAlgorithm::kEd25519);
  EXPECT_FALSE(admission.check(
      ledger::sign_operation(offer, chain_.consortium.chain_id(), stranger), solo_.store->view()));
  EXPECT_EQ(asked, 0);
}

}  // namespace
}  // namespace sekisho::admission
