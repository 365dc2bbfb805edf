// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/replica/certifier.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "node/crypto/hash.h"

namespace sekisho::replica {
namespace {

class CertifierTest : public ::testing::Test {
 protected:
  CertifierTest() {
    auto voters = std::make_shared<std::vector<ledger::Voter>>();
    for (std::uint64_t node = 1; node <= 3; ++node) {
      const std::string name = "node-" + std::to_string(node);
      keys_.push_back(*crypto::PrivateKey::from_ed25519_seed(crypto::sha256(name).view()));
      voters->push_back({node, {name, keys_.back().public_key()}});
    }
    voters_ = std::move(voters);
  }

  static ledger::Checkpoint checkpoint(std::uint64_t height, std::string_view variant = "") {
    ledger::Checkpoint made;
    made.origin = "test.example";
    made.tree_size = height * 2;
    made.height = height;
    made.block_hash = crypto::sha256("block " + std::to_string(height) + std::string(variant));
    return made;
  }
  Bytes note(std::uint64_t node, std::uint64_t height, std::string_view variant = "") const {
    return *ledger::sign_checkpoint(checkpoint(height, variant), "node-" + std::to_string(node),
                                    keys_[node - 1]);
  }
  void block(std::uint64_t height) {
    certifier_.on_block(height, ledger::format_checkpoint(checkpoint(height)), voters_);
  }

  std::vector<crypto::PrivateKey> keys_;
  Certifier::Voters voters_;
  Certifier certifier_;
};

TEST_F(CertifierTest, MajorityMakesACertificate) {
  block(1);
  certifier_.on_own_note(1, 1, note(1, 1));
  EXPECT_FALSE(certifier_.take_certificate());
  ASSERT_TRUE(certifier_.on_note(2, note(2, 1)));
  const auto certificate = certifier_.take_certificate();
  ASSERT_TRUE(certificate.has_value());
  EXPECT_EQ(certificate->height, 1U);
  EXPECT_TRUE(ledger::verify_certificate(certificate->note, *voters_).has_value());
  EXPECT_EQ(certifier_.certified_height(), 1U);
  EXPECT_EQ(certifier_.attested_height(2), 1U);
}

TEST_F(CertifierTest, OneVoterTwiceIsNoMajority) {
  block(1);
  ASSERT_TRUE(certifier_.on_note(2, note(2, 1)));
  ASSERT_TRUE(certifier_.on_note(3, note(2, 1)));
  EXPECT_FALSE(certifier_.take_certificate());
}

TEST_F(CertifierTest, StrangersAndBadLinesDoNotCount) {
  block(1);
  certifier_.on_own_note(1, 1, note(1, 1));
  const auto stranger = crypto::PrivateKey::from_ed25519_seed(crypto::sha256("stranger").view());
  ASSERT_TRUE(certifier_.on_note(2, *ledger::sign_checkpoint(checkpoint(1), "node-2", *stranger)));
  EXPECT_FALSE(certifier_.take_certificate());
  EXPECT_FALSE(certifier_.on_note(2, "no note at all"));
}

TEST_F(CertifierTest, NotesBeforeTheBlockWait) {
  ASSERT_TRUE(certifier_.on_note(2, note(2, 1)));
  ASSERT_TRUE(certifier_.on_note(3, note(3, 1)));
  EXPECT_FALSE(certifier_.take_certificate());
  block(1);
  EXPECT_TRUE(certifier_.take_certificate().has_value());
}

TEST_F(CertifierTest, WholeCertificateCountsAtOnce) {
  const std::vector<Bytes> notes{note(2, 1), note(3, 1)};
  block(1);
  ASSERT_TRUE(certifier_.on_note(2, *ledger::merge_notes(notes, *voters_)));
  EXPECT_TRUE(certifier_.take_certificate().has_value());
}

TEST_F(CertifierTest, LaterHeightVouchesForEarlierOnes) {
  block(1);
  block(2);
  ASSERT_TRUE(certifier_.on_note(2, note(2, 2)));
  ASSERT_TRUE(certifier_.on_note(3, note(3, 2)));
  EXPECT_EQ(certifier_.take_certificate()->height, 2U);
  ASSERT_TRUE(certifier_.on_note(2, note(2, 1)));
  ASSERT_TRUE(certifier_.on_note(3, note(3, 1)));
  EXPECT_FALSE(certifier_.take_certificate());
}

TEST_F(CertifierTest, ContradictionIsEvidenceAndMajorityIsFatal) {
  block(1);
  certifier_.on_own_note(1, 1, note(1, 1));
  ASSERT_TRUE(certifier_.on_note(2, note(2, 1, "other")));
  auto evidence = certifier_.take_evidence();
  ASSERT_EQ(evidence.size(), 1U);
  EXPECT_FALSE(evidence.front().majority_against_us);
  // The same word again is no news.
  ASSERT_TRUE(certifier_.on_note(2, note(2, 1, "other")));
  EXPECT_TRUE(certifier_.take_evidence().empty());
  ASSERT_TRUE(certifier_.on_note(3, note(3, 1, "other")));
  evidence = certifier_.take_evidence();
  ASSERT_EQ(evidence.size(), 1U);
  EXPECT_TRUE(evidence.front().majority_against_us);
  EXPECT_TRUE(ledger::verify_certificate(evidence.front().theirs, *voters_).has_value());
  EXPECT_FALSE(certifier_.take_certificate());
}

TEST_F(CertifierTest, ContradictionAfterTheCertificateIsStillEvidence) {
  block(1);
  ASSERT_TRUE(certifier_.on_note(2, note(2, 1)));
  ASSERT_TRUE(certifier_.on_note(3, note(3, 1)));
  ASSERT_TRUE(certifier_.take_certificate().has_value());
  ASSERT_TRUE(certifier_.on_note(3, note(3, 1, "other")));
  const auto evidence = certifier_.take_evidence();
  ASSERT_EQ(evidence.size(), 1U);
  const auto guilty =
      ledger::find_equivocation(evidence.front().ours, evidence.front().theirs, *voters_);
  ASSERT_TRUE(guilty.has_value());
  EXPECT_EQ(*guilty, std::vector<std::uint64_t>{3});
}

}  // namespace
}  // namespace sekisho::replica
