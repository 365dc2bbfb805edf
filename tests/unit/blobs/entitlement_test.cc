// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/blobs/entitlement.h"

#include <gtest/gtest.h>

#include "tests/support/test_chain.h"

namespace sekisho::blobs {
namespace {

using state::ExchangeState;
constexpr std::uint64_t kConverter = 1;

// Exchanges go from kenshin-a to hoken-a; node 1 converts, nodes 1 and 2 hold, node 3 is hoken-a's.
class EntitlementTest : public ::testing::Test {
 protected:
  bool may(std::uint64_t node, const Digest& blob_id) const {
    return may_node_fetch(chain_.machine, node, blob_id).has_value();
  }
  Code refusal(std::uint64_t node, const Digest& blob_id) const {
    return may_node_fetch(chain_.machine, node, blob_id).error().code;
  }
  // Who may have the blob, as the numbers of the nodes 1, 2 and 3.
  std::vector<std::uint64_t> entitled(const Digest& blob_id) const {
    std::vector<std::uint64_t> nodes;
    for (const std::uint64_t node : {1u, 2u, 3u}) {
      if (may(node, blob_id)) nodes.push_back(node);
    }
    return nodes;
  }
  using Nodes = std::vector<std::uint64_t>;
  const Nodes nobody_;
  const Nodes everybody_{1, 2, 3};
  test::TestChain chain_;
};

TEST_F(EntitlementTest, AMapIsForEveryNode) {
  EXPECT_EQ(entitled(chain_.approved_map()), everybody_);
}

TEST_F(EntitlementTest, AnInputIsForItsConverterWhileItIsOffered) {
  const Id16 id = chain_.offer();
  const Digest input = chain_.exchange(id).input.blob_id;
  EXPECT_EQ(entitled(input), Nodes{kConverter});
  EXPECT_EQ(refusal(2, input), Code::kPermissionDenied);
  chain_.convert(id, true);
  EXPECT_EQ(entitled(input), nobody_);
  chain_.fetch_output(id);
  EXPECT_EQ(entitled(input), nobody_);
}

TEST_F(EntitlementTest, AnInputOfAFailedConversionIsForNobody) {
  const Id16 id = chain_.offer();
  const Digest input = chain_.exchange(id).input.blob_id;
  chain_.fail_conversion(id);
  EXPECT_EQ(entitled(input), nobody_);
}

TEST_F(EntitlementTest, AnOutputIsHandedOutBetweenFetchAndConfirmation) {
  const Id16 id = chain_.offer();
  chain_.convert(id, false);
  const Digest output = chain_.exchange(id).output->blob_id;
  EXPECT_EQ(entitled(output), nobody_);
  EXPECT_EQ(refusal(3, output), Code::kPermissionDenied);
  chain_.fetch_output(id);
  EXPECT_EQ(entitled(output), Nodes{3});
  EXPECT_EQ(refusal(2, output), Code::kPermissionDenied) << "no node that the fetch does not name";
  ASSERT_EQ(chain_.submit(chain_.fetch_operation("hoken-a", id, output, 2), v1::OPERATOR),
            ledger::Verdict::kAccepted);
  EXPECT_EQ(entitled(output), Nodes{2}) << "the newest fetch counts";
  chain_.confirm_output(id);
  ASSERT_EQ(chain_.exchange(id).state, ExchangeState::kReceived);
  EXPECT_EQ(entitled(output), nobody_);
  chain_.delete_all();
  EXPECT_EQ(entitled(output), nobody_);
}

TEST_F(EntitlementTest, AReportIsHandedOutBetweenItsFetchAndItsConfirmation) {
  const Id16 id = chain_.offer();
  chain_.convert(id, true);
  const auto report = *chain_.exchange(id).report;
  EXPECT_EQ(entitled(report.blob_id), nobody_);
  chain_.fetch_output(id);
  EXPECT_EQ(entitled(report.blob_id), nobody_) << "the receiver's fetch is not the sender's";
  ASSERT_EQ(chain_.submit(chain_.fetch_operation("kenshin-a", id, report.blob_id, 2), v1::OPERATOR),
            ledger::Verdict::kAccepted);
  EXPECT_EQ(entitled(report.blob_id), Nodes{2});
  ASSERT_EQ(chain_.submit(chain_.confirm_operation("kenshin-a", id, report), v1::OPERATOR),
            ledger::Verdict::kAccepted);
  EXPECT_EQ(entitled(report.blob_id), nobody_);
}

TEST_F(EntitlementTest, AWithdrawnOfferIsForNobody) {
  const Id16 id = chain_.offer();
  const Digest input = chain_.exchange(id).input.blob_id;
  auto withdraw = chain_.operation("kenshin-a");
  withdraw.mutable_withdraw()->set_exchange_id(Bytes(id.view()));
  withdraw.mutable_withdraw()->set_reason("誤送信");
  ASSERT_EQ(chain_.submit(withdraw, v1::OPERATOR), ledger::Verdict::kAccepted);
  EXPECT_EQ(entitled(input), nobody_);
}

TEST_F(EntitlementTest, StrangersAndUnknownBlobsAreRefused) {
  EXPECT_EQ(refusal(99, chain_.approved_map()), Code::kPermissionDenied);
  EXPECT_EQ(refusal(1, Digest{}), Code::kNotFound);
}

}  // namespace
}  // namespace sekisho::blobs
