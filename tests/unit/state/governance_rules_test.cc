// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "node/state/proposal_effect.h"
#include "node/state/queries.h"
#include "tests/support/test_chain.h"
#include "tests/unit/crypto/test_parties.h"

namespace sekisho::state {
namespace {

using ledger::Verdict;
using test::TestChain;

v1::Action suspend_action(const std::string& member_id) {
  v1::Action action;
  action.mutable_suspend_member()->set_member_id(member_id);
  action.mutable_suspend_member()->set_reason("契約終了");
  return action;
}

v1::Action reinstate_action(const std::string& member_id) {
  v1::Action action;
  action.mutable_reinstate_member()->set_member_id(member_id);
  return action;
}

v1::Action add_action(const v1::MemberDescription& member) {
  v1::Action action;
  *action.mutable_add_member()->mutable_member() = member;
  return action;
}

v1::Action policy_action(const ledger::Policy& policy) {
  v1::Action action;
  *action.mutable_set_policy()->mutable_policy() = ledger::policy_to_proto(policy);
  return action;
}

// Proposes as the secretariat; the verdict must be kAccepted.
Id16 propose(TestChain& chain, const std::vector<v1::Action>& actions) {
  const v1::Operation operation = chain.propose_operation("jimukyoku", actions);
  EXPECT_EQ(chain.submit(operation, v1::ADMIN), Verdict::kAccepted);
  return *Id16::from_bytes(operation.propose().proposal_id());
}

Verdict vote(TestChain& chain, std::string_view author, const Id16& id, bool approve) {
  return chain.submit(chain.vote_operation(author, id, approve), v1::ADMIN);
}

ProposalStatus status(TestChain& chain, const Id16& id) {
  return proposal(chain.machine, id)->status;
}

TEST(GovernanceRulesTest, ASensitiveProposalNeedsMoreThanHalfOfTheVotingMembers) {
  TestChain chain;  // seven voting members: four approvals, the author's among them
  const Id16 id = propose(chain, {suspend_action("hoken-b")});
  EXPECT_EQ(vote(chain, "kenshin-a", id, true), Verdict::kAccepted);
  EXPECT_EQ(vote(chain, "hoken-a", id, true), Verdict::kAccepted);
  EXPECT_EQ(status(chain, id), ProposalStatus::kOpen);
  EXPECT_EQ(open_proposals(chain.machine).size(), 1u);
  EXPECT_EQ(vote(chain, "kenshin-b", id, true), Verdict::kAccepted);
  EXPECT_EQ(status(chain, id), ProposalStatus::kExecuted);
  EXPECT_FALSE(member(chain.machine, "hoken-b")->active());
  EXPECT_TRUE(open_proposals(chain.machine).empty());
  EXPECT_EQ(vote(chain, "iryo-a", id, true), Verdict::kRejectedProposalClosed);
}

TEST(GovernanceRulesTest, EachMemberVotesOnceAndAuditorsNever) {
  TestChain chain;
  const Id16 id = propose(chain, {suspend_action("hoken-b")});
  EXPECT_EQ(vote(chain, "jimukyoku", id, true), Verdict::kRejectedAlreadyVoted);
  EXPECT_EQ(vote(chain, "kenshin-a", id, false), Verdict::kAccepted);
  EXPECT_EQ(vote(chain, "kenshin-a", id, true), Verdict::kRejectedAlreadyVoted);
  EXPECT_EQ(vote(chain, "kansa", id, true), Verdict::kRejectedKindNotEntitled);
  EXPECT_EQ(chain.submit(chain.vote_operation("hoken-a", id, true), v1::OPERATOR),
            Verdict::kRejectedRoleNotEntitled);
  EXPECT_EQ(vote(chain, "hoken-a", chain.fresh_id(), true), Verdict::kRejectedUnknownProposal);
}

TEST(GovernanceRulesTest, AProposalThatCannotBeReachedAnyMoreIsRefused) {
  TestChain chain;
  const Id16 id = propose(chain, {suspend_action("hoken-b")});
  for (const char* voter : {"kenshin-a", "kenshin-b", "hoken-a"}) vote(chain, voter, id, false);
  EXPECT_EQ(status(chain, id), ProposalStatus::kOpen);
  vote(chain, "hoken-b", id, false);
  EXPECT_EQ(status(chain, id), ProposalStatus::kRefused);
}

TEST(GovernanceRulesTest, AProposalExpiresByBlockTime) {
  TestChain chain;
  const Id16 id = propose(chain, {suspend_action("hoken-b")});
  chain.pass(25ull * 3600 * 1000);
  EXPECT_EQ(vote(chain, "kenshin-a", id, true), Verdict::kRejectedProposalClosed);
  EXPECT_EQ(status(chain, id), ProposalStatus::kExpired);
}

TEST(GovernanceRulesTest, TheLifetimeOfAProposalIsBounded) {
  TestChain chain;
  v1::Operation past = chain.propose_operation("jimukyoku", {suspend_action("hoken-b")});
  past.mutable_propose()->set_expires_ms(chain.now_ms());
  EXPECT_EQ(chain.submit(past, v1::ADMIN), Verdict::kRejectedProposalLifetime);
  v1::Operation far = chain.propose_operation("jimukyoku", {suspend_action("hoken-b")});
  far.mutable_propose()->set_expires_ms(chain.now_ms() + 2000 +
                                        ledger::Policy{}.proposal_lifetime_ms);
  EXPECT_EQ(chain.submit(far, v1::ADMIN), Verdict::kRejectedProposalLifetime);
  v1::Operation good = chain.propose_operation("jimukyoku", {suspend_action("hoken-b")});
  EXPECT_EQ(chain.submit(good, v1::ADMIN), Verdict::kAccepted);
  good.set_operation_id(Bytes(16, 'o'));
  EXPECT_EQ(chain.submit(good, v1::ADMIN), Verdict::kRejectedProposalExists);
}

TEST(GovernanceRulesTest, TheSecretariatApprovesAndRetiresMapsAlone) {
  TestChain chain;
  const Digest digest = chain.approved_map();
  EXPECT_EQ(map(chain.machine, digest)->status, MapStatus::kApproved);
  v1::Action approve;
  approve.mutable_approve_map()->set_map_digest(Bytes(digest.view()));
  EXPECT_EQ(chain.submit(chain.propose_operation("jimukyoku", {approve}), v1::ADMIN),
            Verdict::kRejectedMapNotPending);
  v1::Action retire;
  retire.mutable_retire_map()->set_map_digest(Bytes(digest.view()));
  retire.mutable_retire_map()->set_reason("新版あり");
  // Another member may propose it; the secretariat's vote decides.
  const v1::Operation operation = chain.propose_operation("kenshin-a", {retire});
  EXPECT_EQ(chain.submit(operation, v1::ADMIN), Verdict::kAccepted);
  const Id16 id = *Id16::from_bytes(operation.propose().proposal_id());
  EXPECT_EQ(vote(chain, "hoken-a", id, true), Verdict::kAccepted);
  EXPECT_EQ(status(chain, id), ProposalStatus::kOpen);
  EXPECT_EQ(vote(chain, "jimukyoku", id, true), Verdict::kAccepted);
  EXPECT_EQ(map(chain.machine, digest)->status, MapStatus::kRetired);
  EXPECT_EQ(chain.submit(chain.offer_operation(chain.fresh_id()), v1::OPERATOR),
            Verdict::kRejectedMapNotUsable);
  EXPECT_EQ(chain.submit(chain.propose_operation("jimukyoku", {retire}), v1::ADMIN),
            Verdict::kRejectedMapNotApproved);
}

TEST(GovernanceRulesTest, MapsAreRegisteredOncePerFileAndVersion) {
  TestChain chain;
  chain.approved_map();
  const v1::RegisterMap first = [&] {
    v1::SignedOperation wrapped;
    v1::Operation operation;
    wrapped.ParseFromString(chain.blocks.at(0).operations.at(0).signed_operation);
    operation.ParseFromString(wrapped.operation());
    return operation.register_map();
  }();
  v1::Operation same = chain.operation("kenshin-b");
  *same.mutable_register_map() = first;
  EXPECT_EQ(chain.submit(same, v1::OPERATOR), Verdict::kRejectedMapExists);
  v1::Operation version = chain.operation("kenshin-a");
  *version.mutable_register_map() = first;
  *version.mutable_register_map()->mutable_map() = chain.blob(false);
  EXPECT_EQ(chain.submit(version, v1::OPERATOR), Verdict::kRejectedMapVersionExists);
  EXPECT_EQ(maps_of_member(chain.machine, "kenshin-a").size(), 1u);
}

TEST(GovernanceRulesTest, SeveralActionsAreOneAndTheWorstClassDecides) {
  TestChain chain;
  ledger::Policy policy;
  policy.proposal_lifetime_ms = 12'345'000;
  const v1::MemberDescription fresh = chain.consortium.describe_member("hoken-c", v1::INSURER, "");
  const Id16 id = propose(chain, {add_action(fresh), policy_action(policy)});
  EXPECT_EQ(proposal(chain.machine, id)->proposal_class, ProposalClass::kConstitutional);
  for (const char* voter : {"kenshin-a", "kenshin-b", "hoken-a"}) vote(chain, voter, id, true);
  EXPECT_EQ(status(chain, id),
            ProposalStatus::kOpen);  // four of seven; more than two thirds is five
  EXPECT_FALSE(member(chain.machine, "hoken-c"));
  vote(chain, "hoken-b", id, true);
  EXPECT_EQ(status(chain, id), ProposalStatus::kExecuted);
  EXPECT_EQ(state::policy(chain.machine).proposal_lifetime_ms, 12'345'000u);
  v1::Operation note = chain.operation("hoken-c");
  note.mutable_note()->set_body("from the new member");
  EXPECT_EQ(chain.submit(note, v1::OPERATOR), Verdict::kAccepted);
}

// It would have stopped every delivery: nobody can give a second receipt.
TEST(GovernanceRulesTest, NoVoteAsksForMoreReceiptsThanThereAre) {
  TestChain chain;
  ledger::Policy policy;
  policy.receipts_required = 2;
  const auto operation = chain.propose_operation("jimukyoku", {policy_action(policy)});
  EXPECT_EQ(chain.submit(operation, v1::ADMIN), Verdict::kRejectedMalformed);
}

TEST(GovernanceRulesTest, ADecidedProposalThatNoLongerAppliesChangesNothing) {
  TestChain chain;
  const v1::MemberDescription fresh = chain.consortium.describe_member("hoken-c", v1::INSURER, "");
  const Id16 first = propose(chain, {add_action(fresh)});
  const Id16 second = propose(chain, {suspend_action("iryo-a"), add_action(fresh)});
  for (const char* voter : {"kenshin-a", "kenshin-b", "hoken-a"}) vote(chain, voter, first, true);
  ASSERT_EQ(status(chain, first), ProposalStatus::kExecuted);
  // Eight voting members by now; five approvals decide.
  for (const char* voter : {"kenshin-a", "kenshin-b", "hoken-a", "hoken-b"})
    vote(chain, voter, second, true);
  EXPECT_EQ(status(chain, second), ProposalStatus::kFailed);
  EXPECT_EQ(proposal(chain.machine, second)->failure,
            static_cast<std::uint16_t>(Verdict::kRejectedMemberExists));
  EXPECT_TRUE(member(chain.machine, "iryo-a")->active());
}

TEST(GovernanceRulesTest, VotesCountForTheStateThatWasProposedAgainst) {
  TestChain chain;
  ledger::Policy one;
  one.dwell_fetched_ms += 1000;
  ledger::Policy other;
  other.dwell_converted_ms += 1000;
  const Id16 first = propose(chain, {policy_action(one)});
  const Id16 second = propose(chain, {policy_action(other)});
  const Id16 unrelated = propose(chain, {suspend_action("iryo-a")});
  EXPECT_FALSE(is_stale(chain.machine, *proposal(chain.machine, second)));
  for (const char* voter : {"kenshin-a", "kenshin-b", "hoken-a", "hoken-b"})
    vote(chain, voter, first, true);
  ASSERT_EQ(status(chain, first), ProposalStatus::kExecuted);
  EXPECT_TRUE(is_stale(chain.machine, *proposal(chain.machine, second)));
  EXPECT_EQ(vote(chain, "kenshin-a", second, true), Verdict::kRejectedProposalStale);
  EXPECT_EQ(policy(chain.machine), one) << "the second would have undone the first unseen";
  EXPECT_EQ(vote(chain, "kenshin-a", unrelated, true), Verdict::kAccepted);
}

// Suspended, reinstated: the old proposal to suspend is about a past that is over.
TEST(GovernanceRulesTest, AnOldProposalDoesNotReachThroughAChange) {
  TestChain chain;
  const Id16 old = propose(chain, {suspend_action("hoken-b")});
  const Id16 quick = propose(chain, {suspend_action("hoken-b")});
  for (const char* voter : {"kenshin-a", "kenshin-b", "hoken-a"}) vote(chain, voter, quick, true);
  ASSERT_EQ(status(chain, quick), ProposalStatus::kExecuted);
  const Id16 back = propose(chain, {reinstate_action("hoken-b")});
  for (const char* voter : {"kenshin-a", "kenshin-b", "hoken-a"}) vote(chain, voter, back, true);
  ASSERT_EQ(status(chain, back), ProposalStatus::kExecuted);
  EXPECT_EQ(vote(chain, "kenshin-a", old, true), Verdict::kRejectedProposalStale);
}

TEST(GovernanceRulesTest, ASuspendedMembersVoteNoLongerCounts) {
  TestChain chain;
  const Id16 slow = propose(chain, {suspend_action("iryo-a")});
  vote(chain, "hoken-b", slow, true);
  const Id16 fast = propose(chain, {suspend_action("hoken-b")});
  for (const char* voter : {"kenshin-a", "kenshin-b", "hoken-a"}) vote(chain, voter, fast, true);
  const Tally count = tally(chain.machine, *proposal(chain.machine, slow));
  EXPECT_EQ(count.voting_members, 6u);
  EXPECT_EQ(count.approvals, 1u);
  EXPECT_EQ(count.needed, 4u);
}

TEST(GovernanceRulesTest, WhatCannotBeDoneIsNotProposed) {
  TestChain chain;
  const auto verdict = [&](const v1::Action& action) {
    return chain.submit(chain.propose_operation("hoken-a", {action}), v1::ADMIN);
  };
  EXPECT_EQ(verdict(suspend_action("nobody")), Verdict::kRejectedUnknownMember);
  EXPECT_EQ(verdict(suspend_action("jimukyoku")), Verdict::kRejectedLastSecretariat);
  EXPECT_EQ(verdict(reinstate_action("hoken-b")), Verdict::kRejectedMemberNotSuspended);
  EXPECT_EQ(verdict(reinstate_action("nobody")), Verdict::kRejectedUnknownMember);
  v1::Action unknown_map;
  unknown_map.mutable_approve_map()->set_map_digest(Bytes(32, 'u'));
  EXPECT_EQ(verdict(unknown_map), Verdict::kRejectedUnknownMap);
}

TEST(GovernanceRulesTest, NewMembersBringGoodKeysAndCertificates) {
  TestChain chain;
  const v1::MemberDescription good = chain.consortium.describe_member("shin", v1::EMPLOYER, "");
  const auto verdict = [&](const std::function<void(v1::MemberDescription&)>& change) {
    v1::MemberDescription member = good;
    change(member);
    return chain.submit(chain.propose_operation("hoken-a", {add_action(member)}), v1::ADMIN);
  };
  EXPECT_EQ(verdict([](auto& m) { m.set_member_id("hoken-b"); }), Verdict::kRejectedBadPossession);
  EXPECT_EQ(verdict([](auto& m) { m.set_parent("nobody"); }), Verdict::kRejectedUnknownParent);
  EXPECT_EQ(verdict([](auto& m) { m.set_parent("kenshin-a-branch"); }),
            Verdict::kRejectedUnknownParent);
  EXPECT_EQ(verdict([](auto& m) { m.mutable_keys(0)->set_spki_der("no key"); }),
            Verdict::kRejectedBadKey);
  EXPECT_EQ(verdict([](auto& m) { *m.add_keys() = m.keys(0); }), Verdict::kRejectedKeyExists);
  EXPECT_EQ(verdict([](auto& m) { m.mutable_keys(0)->set_role(v1::READER); }),
            Verdict::kRejectedLastAdminKey);
  EXPECT_EQ(verdict([](auto& m) { m.set_encryption_certificate_der("no"); }),
            Verdict::kRejectedBadCertificate);
  v1::MemberDescription twin = chain.consortium.describe_member("hoken-b", v1::INSURER, "");
  EXPECT_EQ(chain.submit(chain.propose_operation("hoken-a", {add_action(twin)}), v1::ADMIN),
            Verdict::kRejectedMemberExists);
  EXPECT_EQ(verdict([](auto&) {}), Verdict::kAccepted);
}

TEST(GovernanceRulesTest, TheEffectIsToldInBothLanguagesAndTriedInOrder) {
  TestChain chain;
  Action suspend;
  suspend.type = ActionType::kSuspendMember;
  suspend.member_id = "hoken-b";
  Action policy_change;
  policy_change.type = ActionType::kSetPolicy;
  policy_change.policy.clock_skew_max_ms = 5000;
  const auto lines = effect_of(chain.machine, {suspend, suspend, policy_change}, chain.now_ms());
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].verdict, Verdict::kAccepted);
  EXPECT_EQ(lines[1].verdict, Verdict::kRejectedMemberNotActive);
  EXPECT_EQ(lines[2].en, "Changes the policy: clock_skew_max_ms: 30000 -> 5000");
  EXPECT_NE(lines[0].ja.find("hoken-b"), std::string::npos);
  EXPECT_TRUE(member(chain.machine, "hoken-b")->active());
}

v1::Operation add_key_operation(TestChain& chain, const v1::KeyDescription& key) {
  v1::Operation operation = chain.operation("hoken-a");
  *operation.mutable_add_key()->mutable_key() = key;
  return operation;
}

v1::Operation revoke_operation(TestChain& chain, std::string_view author, const Digest& key_id) {
  v1::Operation operation = chain.operation(author);
  operation.mutable_revoke_key()->set_key_id(Bytes(key_id.view()));
  operation.mutable_revoke_key()->set_reason("紛失");
  return operation;
}

TEST(GovernanceRulesTest, AnAdministratorKeepsTheKeysOfTheOwnOrganisation) {
  TestChain chain;
  const auto fresh = crypto::PrivateKey::generate(crypto::KeyAlgorithm::kEcdsaP256);
  const v1::KeyDescription key_description =
      ledger::make_key_description("hoken-a", fresh, v1::OPERATOR, "operator-2");
  v1::KeyDescription stolen = ledger::make_key_description("hoken-b", fresh, v1::OPERATOR, "x");
  EXPECT_EQ(chain.submit(add_key_operation(chain, stolen), v1::ADMIN),
            Verdict::kRejectedBadPossession);
  v1::KeyDescription bad = key_description;
  bad.set_spki_der("bad");
  EXPECT_EQ(chain.submit(add_key_operation(chain, bad), v1::ADMIN), Verdict::kRejectedBadKey);
  EXPECT_EQ(chain.submit(add_key_operation(chain, key_description), v1::OPERATOR),
            Verdict::kRejectedRoleNotEntitled);
  EXPECT_EQ(chain.submit(add_key_operation(chain, key_description), v1::ADMIN), Verdict::kAccepted);
  EXPECT_EQ(chain.submit(add_key_operation(chain, key_description), v1::ADMIN),
            Verdict::kRejectedKeyExists);
  v1::Operation note = chain.operation("hoken-a");
  note.mutable_note()->set_body("x");
  const auto sign = [&] {
    note.set_operation_id(Bytes(chain.fresh_id().view()));
    return ledger::sign_operation(note, chain.consortium.chain_id(), fresh);
  };
  EXPECT_EQ(chain.submit(sign()), Verdict::kAccepted);
  const Digest key_id = fresh.public_key().key_id();
  EXPECT_EQ(chain.submit(revoke_operation(chain, "hoken-b", key_id), v1::ADMIN),
            Verdict::kRejectedKeyNotOwn);
  EXPECT_EQ(chain.submit(revoke_operation(chain, "hoken-a", key_id), v1::ADMIN),
            Verdict::kAccepted);
  EXPECT_EQ(chain.submit(revoke_operation(chain, "hoken-a", key_id), v1::ADMIN),
            Verdict::kRejectedKeyRevoked);
  EXPECT_EQ(chain.submit(sign()), Verdict::kRejectedRevokedKey);
  EXPECT_EQ(chain.submit(add_key_operation(chain, key_description), v1::ADMIN),
            Verdict::kRejectedKeyExists);
}

TEST(GovernanceRulesTest, TheLastAdministratorsKeyStays) {
  TestChain chain;
  const Digest admin = chain.consortium.key("hoken-a", v1::ADMIN).public_key().key_id();
  EXPECT_EQ(chain.submit(revoke_operation(chain, "hoken-a", admin), v1::ADMIN),
            Verdict::kRejectedLastAdminKey);
}

TEST(GovernanceRulesTest, ARevokedNodeKeyNoLongerVouches) {
  TestChain chain;
  chain.approved_map();
  const Digest key_id = chain.consortium.operation_key(2).public_key().key_id();
  EXPECT_EQ(chain.submit(revoke_operation(chain, "kenshin-a", key_id), v1::ADMIN),
            Verdict::kAccepted);
  EXPECT_EQ(chain.submit(chain.offer_operation(chain.fresh_id()), v1::OPERATOR),
            Verdict::kRejectedBadReceipt);
}

TEST(GovernanceRulesTest, ANodesOperationKeyIsExchangedWithoutAVote) {
  TestChain chain;
  chain.approved_map();
  const auto fresh = crypto::PrivateKey::generate(crypto::KeyAlgorithm::kEcdsaP256);
  const auto add = [&](std::string_view author, std::uint64_t node_number) {
    v1::Operation operation = chain.operation(author);
    auto& payload = *operation.mutable_add_key();
    *payload.mutable_key() = ledger::make_key_description(author, fresh, v1::NODE, "node-2b");
    payload.set_node_number(node_number);
    return chain.submit(operation, v1::ADMIN);
  };
  EXPECT_EQ(add("hoken-b", 2), Verdict::kRejectedNodeNotOwn);
  EXPECT_EQ(add("kenshin-a", 99), Verdict::kRejectedNodeNotOwn);
  EXPECT_EQ(add("kenshin-a", 2), Verdict::kAccepted);
  EXPECT_EQ(node(chain.machine, 2)->operation_key_spki, fresh.public_key().spki_der());
  EXPECT_EQ(chain.submit(chain.offer_operation(chain.fresh_id()), v1::OPERATOR),
            Verdict::kRejectedBadReceipt)
      << "vouched for with the old key";
}

TEST(GovernanceRulesTest, AnEncryptionCertificateIsItsOwnOrganisationsAndInItsDates) {
  TestChain chain;
  const crypto::test::Party own("shin");
  const crypto::test::Party foreign("yoso");
  v1::MemberDescription member = chain.consortium.describe_member("shin", v1::EMPLOYER, "");
  member.set_ca_certificate_der(own.authority.der());
  const auto verdict = [&](const crypto::Certificate& certificate) {
    member.set_encryption_certificate_der(certificate.der());
    return chain.submit(chain.propose_operation("hoken-a", {add_action(member)}), v1::ADMIN);
  };
  EXPECT_EQ(verdict(foreign.certificate), Verdict::kRejectedCertificateNotValid);
  EXPECT_EQ(verdict(own.certificate), Verdict::kAccepted);
  chain.pass(3651 * crypto::test::kDayMs);
  EXPECT_EQ(verdict(own.certificate), Verdict::kRejectedCertificateNotValid);
}

TEST(GovernanceRulesTest, AnEncryptionCertificateIsRenewedWithoutAVote) {
  TestChain chain;
  v1::Operation bad = chain.operation("hoken-a");
  bad.mutable_renew_encryption_certificate()->set_certificate_der("no certificate");
  EXPECT_EQ(chain.submit(bad, v1::ADMIN), Verdict::kRejectedBadCertificate);
  v1::Operation good = chain.operation("hoken-a");
  good.mutable_renew_encryption_certificate()->set_certificate_der(
      test::encryption_certificate_der());
  EXPECT_EQ(chain.submit(good, v1::OPERATOR), Verdict::kRejectedRoleNotEntitled);
  good.set_operation_id(Bytes(16, 'g'));
  EXPECT_EQ(chain.submit(good, v1::ADMIN), Verdict::kAccepted);
}

}  // namespace
}  // namespace sekisho::state
