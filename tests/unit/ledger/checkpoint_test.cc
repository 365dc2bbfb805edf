// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/checkpoint.h"

#include <functional>

#include <gtest/gtest.h>

#include "node/ledger/receipt.h"
#include "tests/support/test_chain.h"

namespace sekisho::ledger {
namespace {

using test::TestChain;

TEST(CheckpointTest, TheTextIsExact) {
  const Digest digest = *Digest::from_bytes(Bytes(32, '\0'));
  const Checkpoint checkpoint{"kenshin.example/ledger", 9, digest, 3, digest, digest, 1};
  const std::string zero = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  const std::string text = "kenshin.example/ledger\n9\n" + zero + "\nheight 3\nblock " + zero +
                           "\nstate " + zero + "\nepoch 1\n";
  EXPECT_EQ(format_checkpoint(checkpoint), text);
  EXPECT_EQ(*parse_checkpoint(text), checkpoint);
  for (const auto& [from, to] :
       std::initializer_list<std::pair<const char*, const char*>>{{"\n9\n", "\n09\n"},
                                                                  {"height 3", "height +3"},
                                                                  {"height 3", "Height 3"},
                                                                  {"epoch 1\n", "epoch 1"},
                                                                  {"epoch 1\n", "epoch 1\nmore\n"},
                                                                  {"block A", "block B="},
                                                                  {"kenshin.example/ledger", ""}}) {
    std::string changed = text;
    changed.replace(changed.find(from), std::string_view(from).size(), to);
    EXPECT_FALSE(parse_checkpoint(changed)) << to;
  }
}

class CertificateTest : public ::testing::Test {
 protected:
  CertificateTest() {
    for (int i = 0; i < 5; ++i) chain_.apply({note(), note(), note()});
    block_ = chain_.apply({note()});
  }
  Bytes note() {
    v1::Operation operation = chain_.operation("hoken-a");
    operation.mutable_note()->set_body("anchored");
    return chain_.sign(operation, v1::OPERATOR);
  }
  Bytes attest(std::uint64_t node) {
    return chain_.consortium.attest(block_.header, block_.hash, node);
  }
  Bytes certificate() { return *merge_notes(std::vector<Bytes>{attest(1), attest(3)}, voters_); }
  Receipt receipt(std::uint64_t block, std::size_t operation) {
    return *make_receipt(chain_.blocks.at(block).operations.at(operation), spki_, certificate(),
                         chain_.tree_reader());
  }
  Result<VerifiedReceipt> verify(const Receipt& receipt) {
    return verify_receipt(receipt, chain_.consortium.document());
  }

  TestChain chain_{test::TestConsortium::Options{.nodes = 4, .voters = 3, .policy = {}}};
  std::vector<Voter> voters_ = genesis_voters(chain_.consortium.document().genesis);
  Bytes spki_ = chain_.consortium.key("hoken-a", v1::OPERATOR).public_key().spki_der();
  ledger::AppliedBlock block_;
};

TEST_F(CertificateTest, AMajorityOfVotersMakesACertificate) {
  EXPECT_EQ(verify_certificate(attest(1), voters_).error().code, Code::kFailedPrecondition);
  const auto merged = merge_notes(std::vector<Bytes>{attest(3), attest(1), attest(3)}, voters_);
  ASSERT_TRUE(merged);
  const auto checkpoint = verify_certificate(*merged, voters_);
  ASSERT_TRUE(checkpoint);
  EXPECT_EQ(checkpoint->block_hash, block_.hash);
  EXPECT_EQ(verify_note_signers(*merged, voters_)->signers, (std::vector<std::uint64_t>{1, 3}));
}

TEST_F(CertificateTest, LearnersAndDamagedLinesDoNotCount) {
  EXPECT_FALSE(merge_notes(std::vector<Bytes>{attest(4)}, voters_));
  Bytes damaged = attest(2);
  damaged[damaged.size() - 10] = damaged[damaged.size() - 10] == 'A' ? 'B' : 'A';
  const auto merged = merge_notes(std::vector<Bytes>{attest(1), damaged, attest(4)}, voters_);
  ASSERT_TRUE(merged);
  EXPECT_FALSE(verify_certificate(*merged, voters_));
}

TEST_F(CertificateTest, NotesOfDifferentTextsDoNotMerge) {
  const auto& earlier = chain_.blocks.front();
  const Bytes other = chain_.consortium.attest(earlier.header, earlier.hash, 2);
  EXPECT_FALSE(merge_notes(std::vector<Bytes>{attest(1), other}, voters_));
  EXPECT_FALSE(merge_notes({}, voters_));
  EXPECT_FALSE(merge_notes(std::vector<Bytes>{"junk"}, voters_));
}

TEST_F(CertificateTest, TwoHeadsOfOneHeightNameWhoSignedBoth) {
  BlockHeader forked = block_.header;
  forked.term += 1;
  const auto fork = [&](std::uint64_t node) {
    return chain_.consortium.attest(forked, block_hash(forked), node);
  };
  const Bytes a = *merge_notes(std::vector<Bytes>{attest(1), attest(2)}, voters_);
  const Bytes b = *merge_notes(std::vector<Bytes>{fork(2), fork(3)}, voters_);
  EXPECT_EQ(*find_equivocation(a, b, voters_), std::vector<std::uint64_t>{2});
  EXPECT_TRUE(find_equivocation(a, a, voters_)->empty());
  const auto& earlier = chain_.blocks.front();
  EXPECT_TRUE(
      find_equivocation(a, chain_.consortium.attest(earlier.header, earlier.hash, 2), voters_)
          ->empty());
}

TEST_F(CertificateTest, AReceiptSurvivesItsTextAndVerifiesOffline) {
  const Receipt original = receipt(2, 1);
  const std::string text = *format_receipt(original);
  EXPECT_TRUE(text.starts_with("c2sp.org/tlog-proof@v1\nextra "));
  const auto parsed = parse_receipt(text);
  ASSERT_TRUE(parsed) << parsed.error().to_string();
  EXPECT_EQ(*format_receipt(*parsed), text);
  const auto verified = verify(*parsed);
  ASSERT_TRUE(verified) << verified.error().to_string();
  EXPECT_EQ(verified->record.index, 7u);
  EXPECT_EQ(verified->record.height, 3u);
  EXPECT_EQ(verified->verdict, Verdict::kAccepted);
  EXPECT_EQ(verified->operation.operation.note().body(), "anchored");
  EXPECT_EQ(verified->signers, (std::vector<std::uint64_t>{1, 3}));
}

TEST_F(CertificateTest, AReceiptThatSaysAnythingElseIsRefused) {
  const auto changed = [&](const std::function<void(Receipt&)>& change) {
    Receipt receipt_copy = receipt(2, 1);
    change(receipt_copy);
    return verify(receipt_copy).has_value();
  };
  EXPECT_TRUE(changed([](Receipt&) {}));
  EXPECT_FALSE(changed([](Receipt& r) { r.record.verdict = 103; }));
  EXPECT_FALSE(changed([](Receipt& r) { r.record.height = 4; }));
  EXPECT_FALSE(changed([](Receipt& r) { r.record.block_time_ms += 1; }));
  EXPECT_FALSE(changed([](Receipt& r) { r.record.index += 1; }));
  EXPECT_FALSE(changed([](Receipt& r) { r.path.pop_back(); }));
  EXPECT_FALSE(changed([&](Receipt& r) { r.record.signed_operation = note(); }));
  EXPECT_FALSE(changed([&](Receipt& r) { r.certificate = attest(1); }));
  EXPECT_FALSE(changed([&](Receipt& r) {
    r.signer_spki_der = chain_.consortium.key("hoken-b", v1::OPERATOR).public_key().spki_der();
  }));
}

TEST_F(CertificateTest, AReceiptOfAnotherConsortiumIsRefused) {
  test::TestConsortium::Options options;
  options.nodes = 4;
  options.policy.clock_skew_max_ms += 1;  // the same keys, another chain id
  const test::TestConsortium other(options);
  EXPECT_EQ(verify_receipt(receipt(2, 1), other.document()).error().code, Code::kPermissionDenied);
}

TEST_F(CertificateTest, ThereIsNoReceiptForJunk) {
  chain_.apply({"junk"});
  EXPECT_FALSE(make_receipt(chain_.blocks.back().operations.at(0), spki_, certificate(),
                            chain_.tree_reader()));
}

TEST_F(CertificateTest, MalformedReceiptsAreRefused) {
  const std::string good = *format_receipt(receipt(2, 1));
  for (const auto& [from, to] : std::initializer_list<std::pair<const char*, const char*>>{
           {"@v1", "@v2"},
           {"extra ", "Extra "},
           {"extra ", "extra !"},
           {"index 7", "index 07"},
           {"index 7", "index -7"},
           {"index 7\n", "index 7\nshort\n"}}) {
    std::string changed = good;
    changed.replace(changed.find(from), std::string_view(from).size(), to);
    EXPECT_FALSE(parse_receipt(changed)) << to;
  }
  EXPECT_FALSE(parse_receipt(""));
  EXPECT_FALSE(parse_receipt(Bytes(kReceiptSizeMax + 1, 'x')));
}

}  // namespace
}  // namespace sekisho::ledger
