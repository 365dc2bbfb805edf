// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "node/state/queries.h"
#include "tests/support/test_chain.h"
#include "tests/unit/crypto/test_parties.h"

namespace sekisho::state {
namespace {

using ledger::Verdict;
using test::TestChain;

Bytes id_bytes(const Id16& id) { return Bytes(id.view()); }

void suspend(TestChain& chain, const std::string& member_id) {
  v1::Action action;
  action.mutable_suspend_member()->set_member_id(member_id);
  action.mutable_suspend_member()->set_reason("test");
  const v1::Operation propose = chain.propose_operation("jimukyoku", {action});
  ASSERT_EQ(chain.submit(propose, v1::ADMIN), Verdict::kAccepted);
  const Id16 id = *Id16::from_bytes(propose.propose().proposal_id());
  for (const char* voter : {"kenshin-a", "kenshin-b", "hoken-a", "hoken-b", "iryo-a"}) {
    if (proposal(chain.machine, id)->status != ProposalStatus::kOpen) break;
    chain.submit(chain.vote_operation(voter, id, true), v1::ADMIN);
  }
  ASSERT_FALSE(member(chain.machine, member_id)->active());
}

v1::Operation withdraw_operation(TestChain& chain, std::string_view author, const Id16& id) {
  v1::Operation operation = chain.operation(author);
  operation.mutable_withdraw()->set_exchange_id(id_bytes(id));
  operation.mutable_withdraw()->set_reason("宛先誤り");
  return operation;
}

v1::Operation reject_operation(TestChain& chain, std::string_view author, const Id16& id) {
  v1::Operation operation = chain.operation(author);
  operation.mutable_reject_delivery()->set_exchange_id(id_bytes(id));
  operation.mutable_reject_delivery()->set_reason("対象外");
  return operation;
}

// A sealed file dressed up anew has another blob id, but the same commitment.
TEST(ExchangeRulesTest, ACommitmentIsOfferedOnce) {
  TestChain chain;
  const Id16 id = chain.offer();
  v1::Operation again = chain.offer_operation(chain.fresh_id());
  again.mutable_offer()->mutable_input()->set_commitment(
      Bytes(chain.exchange(id).input.commitment.view()));
  EXPECT_EQ(chain.submit(again, v1::OPERATOR), Verdict::kRejectedCommitmentReused);
  EXPECT_EQ(chain.submit(withdraw_operation(chain, "kenshin-a", id), v1::OPERATOR),
            Verdict::kAccepted);
  chain.delete_all();
  EXPECT_EQ(chain.submit(chain.sign(again, v1::OPERATOR)), Verdict::kRejectedDuplicate);
  v1::Operation later = chain.offer_operation(chain.fresh_id());
  *later.mutable_offer()->mutable_input()->mutable_commitment() =
      again.offer().input().commitment();
  EXPECT_EQ(chain.submit(later, v1::OPERATOR), Verdict::kRejectedCommitmentReused)
      << "nor after the first is gone";
}

TEST(ExchangeRulesTest, AFileGoesFromOfferToClosed) {
  TestChain chain;
  const Id16 id = chain.offer();
  EXPECT_EQ(chain.exchange(id).state, ExchangeState::kOffered);
  EXPECT_EQ(conversion_work(chain.machine, 1, 10).size(), 1u);
  chain.convert(id, false);
  EXPECT_EQ(chain.exchange(id).state, ExchangeState::kConverted);
  EXPECT_TRUE(conversion_work(chain.machine, 1, 10).empty());
  EXPECT_EQ(purge_work(chain.machine, 2, 10).size(), 1u);  // the input
  chain.fetch_output(id);
  EXPECT_EQ(chain.exchange(id).state, ExchangeState::kFetched);
  chain.confirm_output(id);
  EXPECT_EQ(chain.exchange(id).state, ExchangeState::kReceived);
  EXPECT_EQ(purge_work(chain.machine, 2, 10).size(), 2u);
  chain.delete_all();
  EXPECT_EQ(chain.exchange(id).state, ExchangeState::kClosed);
  EXPECT_EQ(chain.exchange(id).outcome, ExchangeState::kReceived);
  EXPECT_TRUE(holders_of(chain.machine, chain.exchange(id).output->blob_id).empty());
  EXPECT_EQ(custody_of(chain.machine, chain.exchange(id).output->blob_id).size(), 2u);
}

TEST(ExchangeRulesTest, TheSendersReportIsKeptUntilTheSenderConfirmsIt) {
  TestChain chain;
  const Id16 id = chain.offer();
  chain.convert(id, true);
  chain.fetch_output(id);
  chain.confirm_output(id);
  chain.delete_all();
  EXPECT_EQ(chain.exchange(id).state, ExchangeState::kReceived);
  const Blob report = *chain.exchange(id).report;
  EXPECT_EQ(chain.submit(chain.confirm_operation("kenshin-a", id, report), v1::OPERATOR),
            Verdict::kRejectedNotFetched);
  EXPECT_FALSE(may_fetch(chain.machine, "kenshin-a", report.blob_id));
  EXPECT_EQ(chain.submit(chain.fetch_operation("kenshin-a", id, report.blob_id), v1::OPERATOR),
            Verdict::kAccepted);
  EXPECT_TRUE(may_fetch(chain.machine, "kenshin-a", report.blob_id));
  EXPECT_EQ(chain.submit(chain.confirm_operation("kenshin-a", id, report), v1::OPERATOR),
            Verdict::kAccepted);
  EXPECT_EQ(chain.submit(chain.fetch_operation("kenshin-a", id, report.blob_id), v1::OPERATOR),
            Verdict::kRejectedReportConfirmed);
  chain.delete_all();
  EXPECT_EQ(chain.exchange(id).state, ExchangeState::kClosed);
}

TEST(ExchangeRulesTest, AFailedConversionClosesAfterTheSenderHasTheErrorList) {
  TestChain chain;
  const Id16 id = chain.offer();
  chain.fail_conversion(id);
  EXPECT_EQ(chain.exchange(id).state, ExchangeState::kFailed);
  EXPECT_EQ(chain.exchange(id).failure_code, "F-HEADER-HASH");
  const Blob report = *chain.exchange(id).report;
  EXPECT_EQ(chain.submit(chain.fetch_operation("kenshin-a", id, report.blob_id), v1::OPERATOR),
            Verdict::kAccepted);
  EXPECT_EQ(chain.submit(chain.confirm_operation("kenshin-a", id, report), v1::OPERATOR),
            Verdict::kAccepted);
  chain.delete_all();
  EXPECT_EQ(chain.exchange(id).outcome, ExchangeState::kFailed);
  EXPECT_EQ(chain.exchange(id).state, ExchangeState::kClosed);
}

TEST(ExchangeRulesTest, AnOfferNeedsEverythingItNames) {
  TestChain chain;
  chain.approved_map();
  const auto verdict = [&](const std::function<void(v1::Offer&)>& change) {
    v1::Operation operation = chain.offer_operation(chain.fresh_id());
    change(*operation.mutable_offer());
    return chain.submit(operation, v1::OPERATOR);
  };
  EXPECT_EQ(verdict([](v1::Offer& o) { o.set_receiver_member("nobody"); }),
            Verdict::kRejectedUnknownReceiver);
  EXPECT_EQ(verdict([](v1::Offer& o) { o.set_receiver_member("kansa"); }),
            Verdict::kRejectedReceiverNotReady);
  EXPECT_EQ(verdict([](v1::Offer& o) { o.set_map_digest(Bytes(32, 'm')); }),
            Verdict::kRejectedUnknownMap);
  EXPECT_EQ(verdict([](v1::Offer& o) { o.set_converter_node(2); }),
            Verdict::kRejectedConverterNotEntitled);
  EXPECT_EQ(verdict([](v1::Offer& o) { o.set_converter_node(9); }),
            Verdict::kRejectedConverterNotEntitled);
  EXPECT_EQ(verdict([](v1::Offer& o) { o.clear_receipts(); }), Verdict::kRejectedTooFewReceipts);
  EXPECT_EQ(verdict([](v1::Offer& o) { *o.add_receipts() = o.receipts(0); }),
            Verdict::kRejectedBadReceipt);
  EXPECT_EQ(verdict([](v1::Offer& o) { o.mutable_receipts(0)->set_size_bytes(1); }),
            Verdict::kRejectedBadReceipt);
  EXPECT_EQ(verdict([](v1::Offer& o) { o.mutable_receipts(0)->set_node_number(77); }),
            Verdict::kRejectedBadReceipt);
  EXPECT_EQ(verdict([](v1::Offer& o) { o.mutable_receipts(0)->mutable_blob_id()->back() ^= 1; }),
            Verdict::kRejectedBadReceipt);
  EXPECT_EQ(verdict([](v1::Offer&) {}), Verdict::kAccepted);
}

// Whoever learned of a blob and its receipts under way could register it as his own map.
TEST(ExchangeRulesTest, AStorageReceiptIsNoBearerPaper) {
  TestChain chain;
  chain.approved_map();
  v1::Operation stolen = chain.offer_operation(chain.fresh_id());
  v1::Operation theft = chain.operation("kenshin-b");
  v1::RegisterMap& map = *theft.mutable_register_map();
  map.set_map_id("mine");
  map.set_version(1);
  map.set_catalog_id("standard-1");
  map.set_title("map");
  *map.mutable_map() = stolen.offer().input();
  map.mutable_map()->clear_commitment();
  *map.mutable_receipts() = stolen.offer().receipts();
  EXPECT_EQ(chain.submit(theft, v1::OPERATOR), Verdict::kRejectedBadReceipt);
  for (v1::StorageReceipt& receipt : *map.mutable_receipts()) receipt.set_member_id("kenshin-b");
  theft.set_operation_id(Bytes(16, 't'));
  EXPECT_EQ(chain.submit(theft, v1::OPERATOR), Verdict::kRejectedBadReceipt) << "nor when altered";
  EXPECT_EQ(chain.submit(stolen, v1::OPERATOR), Verdict::kAccepted);
}

TEST(ExchangeRulesTest, AStorageReceiptIsGoodForADayOfBlockTime) {
  TestChain chain;
  chain.approved_map();
  const auto verdict_after = [&chain](std::uint64_t age_ms) {
    v1::Operation operation = chain.offer_operation(chain.fresh_id());
    v1::Offer& offer = *operation.mutable_offer();
    offer.clear_receipts();
    *offer.add_receipts() = chain.consortium.storage_receipt(offer.input(), 2, "kenshin-a",
                                                             chain.now_ms() + 1000 - age_ms);
    return chain.submit(operation, v1::OPERATOR);
  };
  chain.pass(2 * limits::kValidityMaxMs);
  EXPECT_EQ(verdict_after(limits::kValidityMaxMs), Verdict::kAccepted);
  EXPECT_EQ(verdict_after(limits::kValidityMaxMs + 1), Verdict::kRejectedBadReceipt);
  EXPECT_EQ(verdict_after(0), Verdict::kAccepted);
}

TEST(ExchangeRulesTest, ANodesHoldingsAreWhatItMustKeep) {
  TestChain chain;
  const Id16 id = chain.offer();
  const Digest input = chain.exchange(id).input.blob_id;
  const auto keeps = [&](const Digest& blob_id) {
    const auto kept = holdings(chain.machine, 2);
    return std::find(kept.begin(), kept.end(), blob_id) != kept.end();
  };
  EXPECT_TRUE(keeps(input));
  EXPECT_TRUE(keeps(chain.approved_map()));
  chain.convert(id, false);
  EXPECT_FALSE(keeps(input));
  EXPECT_TRUE(keeps(chain.exchange(id).output->blob_id));
  EXPECT_EQ(holdings(chain.machine, 3), std::vector<Digest>());
}

TEST(ExchangeRulesTest, IdsOfExchangesAndBlobsAreUsedOnce) {
  TestChain chain;
  const Id16 id = chain.offer();
  EXPECT_EQ(chain.submit(chain.offer_operation(id), v1::OPERATOR),
            Verdict::kRejectedExchangeExists);
  v1::Operation again = chain.offer_operation(chain.fresh_id());
  v1::Offer& offer = *again.mutable_offer();
  offer.mutable_input()->set_blob_id(Bytes(chain.exchange(id).input.blob_id.view()));
  offer.mutable_input()->set_size_bytes(chain.exchange(id).input.size_bytes);
  offer.clear_receipts();
  chain.add_receipts(offer.input(), *offer.mutable_receipts());
  EXPECT_EQ(chain.submit(again, v1::OPERATOR), Verdict::kRejectedBlobReused);
}

TEST(ExchangeRulesTest, OnlyInstitutionsOfferWithTheirOwnOrTheirParentsMap) {
  TestChain chain;
  v1::Operation child = chain.offer_operation(chain.fresh_id());
  child.set_author_member("kenshin-a-branch");
  child.mutable_offer()->clear_receipts();
  chain.add_receipts(child.offer().input(), *child.mutable_offer()->mutable_receipts(),
                     "kenshin-a-branch");
  EXPECT_EQ(chain.submit(child, v1::OPERATOR), Verdict::kAccepted);
  v1::Operation other = chain.offer_operation(chain.fresh_id());
  other.set_author_member("kenshin-b");
  EXPECT_EQ(chain.submit(other, v1::OPERATOR), Verdict::kRejectedMapNotUsable);
  v1::Operation insurer = chain.offer_operation(chain.fresh_id());
  insurer.set_author_member("hoken-a");
  EXPECT_EQ(chain.submit(insurer, v1::OPERATOR), Verdict::kRejectedKindNotEntitled);
}

TEST(ExchangeRulesTest, SenderAndReceiverMayBeOne) {
  TestChain chain;
  v1::Operation own = chain.offer_operation(chain.fresh_id());
  own.mutable_offer()->set_receiver_member("kenshin-a");
  EXPECT_EQ(chain.submit(own, v1::OPERATOR), Verdict::kAccepted);
  EXPECT_EQ(chain.blocks.back().audit_terms.at(0).members, std::vector<std::string>{"kenshin-a"});
}

TEST(ExchangeRulesTest, OnlyTheNamedConverterConvertsAndOnlyOnce) {
  TestChain chain;
  const Id16 id = chain.offer();
  v1::Operation foreign = chain.result_operation(id, false);
  foreign.set_author_member("kenshin-a");
  EXPECT_EQ(chain.submit_by_node(foreign, 2), Verdict::kRejectedConverterNotEntitled);
  EXPECT_EQ(chain.submit(chain.result_operation(id, false), v1::OPERATOR),
            Verdict::kRejectedRoleNotEntitled);
  EXPECT_EQ(chain.submit_by_node(chain.failure_operation(id), 1), Verdict::kAccepted);
  EXPECT_EQ(chain.submit_by_node(chain.result_operation(id, false), 1),
            Verdict::kRejectedWrongExchangeState);
  v1::Operation unknown = chain.result_operation(id, false);
  unknown.mutable_conversion_result()->set_exchange_id(Bytes(16, 'u'));
  EXPECT_EQ(chain.submit_by_node(unknown, 1), Verdict::kRejectedUnknownExchange);
}

TEST(ExchangeRulesTest, TheEvidenceIsAboutThisExchange) {
  TestChain chain;
  const Id16 id = chain.offer();
  v1::Operation wrong_map = chain.result_operation(id, false);
  wrong_map.mutable_conversion_result()->mutable_evidence()->set_map_digest(Bytes(32, 'x'));
  EXPECT_EQ(chain.submit_by_node(wrong_map, 1), Verdict::kRejectedEvidenceMismatch);
  v1::Operation wrong_input = chain.result_operation(id, false);
  wrong_input.mutable_conversion_result()->mutable_evidence()->set_input_commitment(Bytes(32, 'x'));
  EXPECT_EQ(chain.submit_by_node(wrong_input, 1), Verdict::kRejectedEvidenceMismatch);
  v1::Operation partial = chain.result_operation(id, true);
  partial.mutable_conversion_result()->mutable_evidence()->set_persons_held(1);
  EXPECT_EQ(chain.submit_by_node(partial, 1), Verdict::kRejectedEvidenceMismatch);
  v1::Operation few = chain.result_operation(id, true);
  auto& receipts = *few.mutable_conversion_result()->mutable_receipts();
  receipts.DeleteSubrange(2, 2);  // nobody vouches for the report
  EXPECT_EQ(chain.submit_by_node(few, 1), Verdict::kRejectedTooFewReceipts);
}

TEST(ExchangeRulesTest, APartialResultNeedsTheSendersConsent) {
  TestChain chain;
  const Id16 id = chain.fresh_id();
  v1::Operation offer = chain.offer_operation(id);
  offer.mutable_offer()->set_allow_partial(true);
  ASSERT_EQ(chain.submit(offer, v1::OPERATOR), Verdict::kAccepted);
  v1::Operation partial = chain.result_operation(id, true);
  partial.mutable_conversion_result()->mutable_evidence()->set_persons_held(1);
  EXPECT_EQ(chain.submit_by_node(partial, 1), Verdict::kAccepted);
}

TEST(ExchangeRulesTest, FetchesAreForThePartyAndItsPart) {
  TestChain chain;
  const Id16 id = chain.offer();
  const Digest input = chain.exchange(id).input.blob_id;
  EXPECT_EQ(chain.submit(chain.fetch_operation("hoken-a", id, input), v1::OPERATOR),
            Verdict::kRejectedWrongBlob);
  chain.convert(id, true);
  const Digest output = chain.exchange(id).output->blob_id;
  const Digest report = chain.exchange(id).report->blob_id;
  EXPECT_EQ(chain.submit(chain.fetch_operation("hoken-b", id, output), v1::OPERATOR),
            Verdict::kRejectedNotParty);
  EXPECT_EQ(chain.submit(chain.fetch_operation("kenshin-a", id, output), v1::OPERATOR),
            Verdict::kRejectedWrongBlob);
  EXPECT_EQ(chain.submit(chain.fetch_operation("hoken-a", id, report), v1::OPERATOR),
            Verdict::kRejectedWrongBlob);
  EXPECT_FALSE(may_fetch(chain.machine, "hoken-a", output));
  chain.fetch_output(id);
  EXPECT_TRUE(may_fetch(chain.machine, "hoken-a", output));
  EXPECT_FALSE(may_fetch(chain.machine, "hoken-b", output));
  chain.fetch_output(id);
  EXPECT_EQ(chain.exchange(id).output_fetches, 2u);
}

TEST(ExchangeRulesTest, ConfirmationNeedsAFetchAndTheRightFile) {
  TestChain chain;
  const Id16 id = chain.offer();
  chain.convert(id, false);
  Blob output = *chain.exchange(id).output;
  EXPECT_EQ(chain.submit(chain.confirm_operation("hoken-a", id, output), v1::OPERATOR),
            Verdict::kRejectedNotFetched);
  chain.fetch_output(id);
  const Blob right = output;
  output.commitment.bytes[0] ^= 1;
  EXPECT_EQ(chain.submit(chain.confirm_operation("hoken-a", id, output), v1::OPERATOR),
            Verdict::kRejectedCommitmentMismatch);
  EXPECT_EQ(chain.submit(chain.confirm_operation("hoken-b", id, right), v1::OPERATOR),
            Verdict::kRejectedNotParty);
  EXPECT_EQ(chain.submit(chain.confirm_operation("hoken-a", id, right), v1::READER),
            Verdict::kRejectedRoleNotEntitled);
  EXPECT_EQ(chain.submit(chain.confirm_operation("hoken-a", id, right), v1::OPERATOR),
            Verdict::kAccepted);
  EXPECT_EQ(chain.submit(chain.confirm_operation("hoken-a", id, right), v1::OPERATOR),
            Verdict::kRejectedWrongExchangeState);
}

TEST(ExchangeRulesTest, TheReceiverSendsAFileBackWithAReason) {
  TestChain chain;
  const Id16 id = chain.offer();
  EXPECT_EQ(chain.submit(reject_operation(chain, "hoken-a", id), v1::OPERATOR),
            Verdict::kRejectedWrongExchangeState);
  chain.convert(id, false);
  EXPECT_EQ(chain.submit(reject_operation(chain, "kenshin-a", id), v1::OPERATOR),
            Verdict::kRejectedNotParty);
  EXPECT_EQ(chain.submit(reject_operation(chain, "hoken-a", id), v1::OPERATOR), Verdict::kAccepted);
  EXPECT_EQ(chain.exchange(id).reason, "対象外");
  chain.delete_all();
  EXPECT_EQ(chain.exchange(id).outcome, ExchangeState::kRejected);
  EXPECT_EQ(chain.exchange(id).state, ExchangeState::kClosed);
}

TEST(ExchangeRulesTest, TheSenderWithdrawsBeforeTheFirstFetch) {
  TestChain chain;
  const Id16 offered = chain.offer();
  const Id16 converted = chain.offer();
  const Id16 fetched = chain.offer();
  chain.convert(converted, true);
  chain.convert(fetched, false);
  chain.fetch_output(fetched);
  EXPECT_EQ(chain.submit(withdraw_operation(chain, "hoken-a", offered), v1::OPERATOR),
            Verdict::kRejectedNotParty);
  EXPECT_EQ(chain.submit(withdraw_operation(chain, "kenshin-a", offered), v1::OPERATOR),
            Verdict::kAccepted);
  EXPECT_EQ(chain.submit(withdraw_operation(chain, "kenshin-a", converted), v1::OPERATOR),
            Verdict::kAccepted);
  EXPECT_EQ(chain.submit(withdraw_operation(chain, "kenshin-a", fetched), v1::OPERATOR),
            Verdict::kRejectedWrongExchangeState);
  EXPECT_EQ(chain.submit_by_node(chain.result_operation(offered, false), 1),
            Verdict::kRejectedWrongExchangeState);
  chain.delete_all();
  EXPECT_EQ(chain.exchange(offered).state, ExchangeState::kClosed);
  EXPECT_EQ(chain.exchange(converted).state, ExchangeState::kClosed);
}

TEST(ExchangeRulesTest, OnlyTheHolderRecordsADeletionThatIsDue) {
  TestChain chain;
  const Id16 id = chain.offer();
  const Digest input = chain.exchange(id).input.blob_id;
  EXPECT_EQ(chain.submit_by_node(chain.deletion_operation(input, 1), 1),
            Verdict::kRejectedNotToBePurged);
  chain.convert(id, false);
  EXPECT_EQ(chain.submit_by_node(chain.deletion_operation(input, 3), 3),
            Verdict::kRejectedNotHolder);
  v1::Operation forged = chain.deletion_operation(input, 2);
  forged.set_author_member("jimukyoku");
  EXPECT_EQ(chain.submit_by_node(forged, 1), Verdict::kRejectedNotHolder);
  EXPECT_EQ(chain.submit_by_node(chain.deletion_operation(input, 2), 2), Verdict::kAccepted);
  EXPECT_EQ(chain.submit_by_node(chain.deletion_operation(input, 2), 2),
            Verdict::kRejectedAlreadyDeleted);
  EXPECT_EQ(holders_of(chain.machine, input), std::vector<std::uint64_t>{1});
  const Digest map_digest = chain.approved_map();
  EXPECT_EQ(chain.submit_by_node(chain.deletion_operation(map_digest, 2), 2),
            Verdict::kRejectedNotToBePurged);
}

TEST(ExchangeRulesTest, ASuspendedMemberDoesNothingButItsNodesStillDelete) {
  TestChain chain;
  const Id16 id = chain.offer();
  chain.convert(id, false);
  chain.fetch_output(id);
  suspend(chain, "kenshin-a");
  EXPECT_EQ(chain.submit(chain.offer_operation(chain.fresh_id()), v1::OPERATOR),
            Verdict::kRejectedSuspendedMember);
  chain.confirm_output(id);  // what is under way goes on
  const Digest output = chain.exchange(id).output->blob_id;
  EXPECT_EQ(chain.submit_by_node(chain.deletion_operation(output, 2), 2), Verdict::kAccepted);
  v1::Operation offer = chain.offer_operation(chain.fresh_id());
  offer.mutable_offer()->set_receiver_member("kenshin-a");
  offer.set_author_member("kenshin-a-branch");
  EXPECT_EQ(chain.submit(offer, v1::OPERATOR), Verdict::kRejectedReceiverNotReady);
}

TEST(ExchangeRulesTest, AnOverdueExchangeNamesWhoseTurnItIs) {
  test::TestConsortium::Options options;
  options.policy.dwell_offered_ms = 10'000;
  options.policy.dwell_converted_ms = 20'000;
  options.policy.dwell_fetched_ms = 30'000;
  TestChain chain(options);
  const Id16 id = chain.offer();
  EXPECT_TRUE(overdue_exchanges(chain.machine, chain.now_ms() + 10'000, 10).empty());
  ASSERT_EQ(overdue_exchanges(chain.machine, chain.now_ms() + 10'001, 10).size(), 1u);
  EXPECT_EQ(overdue_exchanges(chain.machine, chain.now_ms() + 10'001, 10).at(0).member_id,
            "jimukyoku");
  chain.convert(id, false);
  EXPECT_TRUE(overdue_exchanges(chain.machine, chain.now_ms() + 20'000, 10).empty());
  EXPECT_EQ(overdue_exchanges(chain.machine, chain.now_ms() + 20'001, 10).at(0).member_id,
            "hoken-a");
  chain.fetch_output(id);
  EXPECT_EQ(overdue_exchanges(chain.machine, chain.now_ms() + 30'001, 10).at(0).member_id,
            "hoken-a");
  chain.confirm_output(id);
  EXPECT_TRUE(overdue_exchanges(chain.machine, ~0ull, 10).empty());
}

test::TestConsortium::Options short_policy() {
  test::TestConsortium::Options options;
  options.policy.dwell_offered_ms = 10'000;
  options.policy.dwell_converted_ms = 20'000;
  options.policy.dwell_fetched_ms = 30'000;
  options.policy.expire_overdue_ms = 5'000;
  return options;
}

v1::Operation expire_operation(TestChain& chain, std::string_view author, const Id16& id) {
  v1::Operation operation = chain.operation(author);
  operation.mutable_expire_exchange()->set_exchange_id(id_bytes(id));
  return operation;
}

// What node 2 of kenshin-a gets as an answer.
Verdict expire(TestChain& chain, const Id16& id) {
  return chain.submit_by_node(expire_operation(chain, "kenshin-a", id), 2);
}

TEST(ExchangeRulesTest, AnOfferExpiresAfterItsTimeByBlockTimeAlone) {
  TestChain chain(short_policy());
  const Id16 id = chain.offer();
  EXPECT_EQ(expire(chain, id), Verdict::kRejectedNotOverdue);
  const std::uint64_t due_ms = chain.exchange(id).deadline_ms + 5'000;
  chain.pass(due_ms - chain.now_ms() - 2'000);
  EXPECT_EQ(expire(chain, id), Verdict::kRejectedNotOverdue) << "overdue, but not for long enough";
  EXPECT_EQ(expire(chain, id), Verdict::kAccepted);
  EXPECT_EQ(chain.exchange(id).state, ExchangeState::kExpired);
  EXPECT_TRUE(conversion_work(chain.machine, 1, 10).empty());
  EXPECT_EQ(chain.submit_by_node(chain.result_operation(id, false), 1),
            Verdict::kRejectedWrongExchangeState);
  EXPECT_EQ(expire(chain, id), Verdict::kRejectedWrongExchangeState);
  chain.delete_all();
  EXPECT_EQ(chain.exchange(id).state, ExchangeState::kClosed);
  EXPECT_EQ(chain.exchange(id).outcome, ExchangeState::kExpired);
}

TEST(ExchangeRulesTest, WhatNobodyFetchesOrConfirmsExpiresAndTheReportLater) {
  for (const bool fetched : {false, true}) {
    TestChain chain(short_policy());
    const Id16 id = chain.offer();
    chain.convert(id, true);
    if (fetched) chain.fetch_output(id);
    chain.pass(40'000);
    ASSERT_EQ(expire(chain, id), Verdict::kAccepted);
    chain.delete_all();
    EXPECT_EQ(chain.exchange(id).state, ExchangeState::kExpired) << "the sender's list is kept";
    EXPECT_FALSE(may_fetch(chain.machine, "hoken-a", chain.exchange(id).output->blob_id));
    EXPECT_EQ(overdue_exchanges(chain.machine, ~0ull, 10).at(0).member_id, "kenshin-a");
    EXPECT_EQ(expire(chain, id), Verdict::kRejectedNotOverdue);
    chain.pass(30'000);
    EXPECT_EQ(expire(chain, id), Verdict::kAccepted);
    EXPECT_GT(chain.exchange(id).report_expired_ms, 0u);
    const Digest report = chain.exchange(id).report->blob_id;
    EXPECT_EQ(chain.submit(chain.fetch_operation("kenshin-a", id, report), v1::OPERATOR),
              Verdict::kRejectedReportConfirmed);
    chain.delete_all();
    EXPECT_EQ(chain.exchange(id).state, ExchangeState::kClosed);
    EXPECT_EQ(chain.exchange(id).outcome, ExchangeState::kExpired);
  }
}

TEST(ExchangeRulesTest, AnExpiredReportUndoesNoReceipt) {
  TestChain chain(short_policy());
  const Id16 id = chain.offer();
  chain.convert(id, true);
  chain.fetch_output(id);
  chain.confirm_output(id);
  chain.pass(60'000);
  EXPECT_EQ(expire(chain, id), Verdict::kAccepted);
  EXPECT_EQ(chain.exchange(id).state, ExchangeState::kReceived);
  chain.delete_all();
  EXPECT_EQ(chain.exchange(id).outcome, ExchangeState::kReceived);
  EXPECT_EQ(chain.exchange(id).state, ExchangeState::kClosed);
}

TEST(ExchangeRulesTest, OnlyNodesExpireAndOnlyWhereThePolicySaysSo) {
  TestChain chain(short_policy());
  const Id16 id = chain.offer();
  chain.pass(100'000);
  EXPECT_EQ(chain.submit(expire_operation(chain, "kenshin-a", id), v1::ADMIN),
            Verdict::kRejectedRoleNotEntitled);
  EXPECT_EQ(expire(chain, chain.fresh_id()), Verdict::kRejectedUnknownExchange);
  TestChain without;
  const Id16 kept = without.offer();
  without.pass(400ull * 24 * 3600 * 1000);
  EXPECT_EQ(expire(without, kept), Verdict::kRejectedNotOverdue);
}

TEST(ExchangeRulesTest, NothingIsOfferedToAnExpiredCertificate) {
  TestChain chain;
  chain.approved_map();
  const crypto::test::Party party("hoken");
  v1::Operation renew = chain.operation("hoken-a");
  crypto::LeafRequest request;
  request.subject = {"hoken", "encryption"};
  request.use = crypto::CertificateUse::kEncryption;
  request.validity = {crypto::test::kStartMs, chain.now_ms() + 60'000};
  const auto brief = crypto::issue_certificate(party.authority, party.authority_key,
                                               party.key.public_key(), request);
  renew.mutable_renew_encryption_certificate()->set_certificate_der(brief->der());
  ASSERT_EQ(chain.submit(renew, v1::ADMIN), Verdict::kAccepted);
  EXPECT_EQ(chain.submit(chain.offer_operation(chain.fresh_id()), v1::OPERATOR),
            Verdict::kAccepted);
  chain.pass(60'000);
  EXPECT_EQ(chain.submit(chain.offer_operation(chain.fresh_id()), v1::OPERATOR),
            Verdict::kRejectedReceiverCertificate);
}

TEST(ExchangeRulesTest, MembersFindTheirExchangesPageByPage) {
  TestChain chain;
  const Id16 a = chain.offer();
  const Id16 b = chain.offer();
  const auto page = exchanges_of_member(chain.machine, "hoken-a", Side::kReceiver, 0, 1);
  ASSERT_EQ(page.size(), 1u);
  EXPECT_EQ(page.at(0).exchange_id, a);
  const auto rest = exchanges_of_member(chain.machine, "hoken-a", Side::kReceiver,
                                        page.at(0).offered_index + 1, 10);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest.at(0).exchange_id, b);
  EXPECT_EQ(exchanges_of_member(chain.machine, "kenshin-a", Side::kSender, 0, 10).size(), 2u);
  EXPECT_TRUE(exchanges_of_member(chain.machine, "kenshin-a", Side::kReceiver, 0, 10).empty());
  EXPECT_TRUE(exchanges_of_member(chain.machine, "kenshin", Side::kSender, 0, 10).empty());
}

TEST(ExchangeRulesTest, AuditTermsNameBothParties) {
  TestChain chain;
  const Id16 id = chain.offer();
  const auto& offer_terms = chain.blocks.back().audit_terms.at(0);
  EXPECT_EQ(offer_terms.exchange_id, id);
  EXPECT_EQ(offer_terms.members, (std::vector<std::string>{"kenshin-a", "hoken-a"}));
  chain.convert(id, false);
  EXPECT_EQ(chain.blocks.back().audit_terms.at(0).members,
            (std::vector<std::string>{"jimukyoku", "kenshin-a", "hoken-a"}));
  chain.submit(chain.fetch_operation("hoken-b", id, chain.exchange(id).output->blob_id),
               v1::OPERATOR);
  EXPECT_TRUE(chain.blocks.back().audit_terms.at(0).exchange_id.is_zero());
}

}  // namespace
}  // namespace sekisho::state
