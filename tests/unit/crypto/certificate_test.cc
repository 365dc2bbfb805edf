// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/certificate.h"

#include <gtest/gtest.h>

#include "node/crypto/certificate_authority.h"
#include "node/crypto/hash.h"

namespace sekisho::crypto {
namespace {

constexpr std::uint64_t kDayMs = 86'400'000;
constexpr std::uint64_t kStartMs = 1'700'000'000'000;
constexpr std::uint64_t kYearMs = 365 * kDayMs;

struct Authority {
  explicit Authority(const std::string& organisation)
      : key(PrivateKey::generate(KeyAlgorithm::kEcdsaP256)),
        certificate(make_authority(key, {organisation, "CA"}, {kStartMs, kStartMs + 10 * kYearMs})
                        .value()) {}
  PrivateKey key;
  Certificate certificate;
};

LeafRequest request(CertificateUse use) {
  LeafRequest request;
  request.subject = {"健診センター", "暗号化 2026"};
  request.use = use;
  request.validity = {kStartMs + kDayMs, kStartMs + kYearMs};
  return request;
}

class CertificateTest : public testing::Test {
 protected:
  Result<Certificate> issue(const LeafRequest& wanted) const {
    return issue_certificate(authority_.certificate, authority_.key, key_.public_key(), wanted);
  }
  Certificate leaf(CertificateUse use = CertificateUse::kEncryption) const {
    return issue(request(use)).value();
  }
  Status verify_at(std::uint64_t unix_ms) const {
    const std::vector<Certificate> anchors = {other_.certificate, authority_.certificate};
    return verify_certificate(leaf(), anchors, unix_ms);
  }

  Authority authority_{"健診センター"};
  Authority other_{"別の機関"};
  PrivateKey key_ = PrivateKey::generate(KeyAlgorithm::kEcdsaP256);
};

TEST_F(CertificateTest, AuthorityIsOne) {
  const Certificate& ca = authority_.certificate;
  EXPECT_TRUE(ca.is_ca());
  EXPECT_EQ(ca.subject().organisation, "健診センター");
  EXPECT_EQ(ca.human_name(), "CA (健診センター)");
  EXPECT_EQ(ca.log_name(), "健診センター, fingerprint " + ca.fingerprint().hex().substr(0, 16));
  EXPECT_EQ(ca.public_key().value(), authority_.key.public_key());
  EXPECT_TRUE(check_key_matches(ca, authority_.key).has_value());
  EXPECT_EQ(check_key_matches(ca, other_.key).error().code, Code::kInvalidArgument);
  EXPECT_TRUE(verify_certificate(ca, {&ca, 1}, kStartMs + kDayMs).has_value());
}

TEST_F(CertificateTest, LeafCarriesWhatWasAsked) {
  const Certificate encryption = leaf(CertificateUse::kEncryption);
  EXPECT_FALSE(encryption.is_ca());
  EXPECT_TRUE(encryption.may_agree_keys());
  EXPECT_FALSE(encryption.may_sign());
  EXPECT_EQ(encryption.validity().not_before_ms, kStartMs + kDayMs);
  EXPECT_EQ(encryption.validity().not_after_ms, kStartMs + kYearMs);
  EXPECT_EQ(encryption.issuer().organisation, "健診センター");
  EXPECT_EQ(encryption.subject_key_identifier().size(), 20u);

  LeafRequest tls = request(CertificateUse::kTls);
  tls.dns_names = {"node1.example", "localhost"};
  tls.ip_addresses = {"127.0.0.1", "::1"};
  const auto server = issue(tls);
  ASSERT_TRUE(server.has_value()) << server.error().to_string();
  EXPECT_EQ(server->dns_names(), tls.dns_names);
  EXPECT_TRUE(server->may_sign());
  EXPECT_FALSE(server->may_agree_keys());
}

TEST_F(CertificateTest, PemAndDerRoundTrip) {
  const Certificate original = leaf();
  const auto from_pem = Certificate::from_pem(original.pem());
  ASSERT_TRUE(from_pem.has_value()) << from_pem.error().to_string();
  EXPECT_EQ(*from_pem, original);
  const auto from_der = Certificate::from_der(original.der());
  ASSERT_TRUE(from_der.has_value());
  EXPECT_EQ(from_der->fingerprint(), sha256(original.der()));
  EXPECT_EQ(Certificate::from_der(original.der() + "x").error().code, Code::kInvalidArgument);
  EXPECT_EQ(Certificate::from_der(original.der().substr(1)).error().code, Code::kInvalidArgument);
  EXPECT_EQ(Certificate::from_pem("nothing").error().code, Code::kInvalidArgument);
}

TEST_F(CertificateTest, BundlesAreBoundedAndWhole) {
  const std::string two = authority_.certificate.pem() + other_.certificate.pem();
  const auto both = parse_certificates(two, 2);
  ASSERT_TRUE(both.has_value());
  EXPECT_EQ(both->at(0), authority_.certificate);
  EXPECT_EQ(both->at(1), other_.certificate);
  EXPECT_FALSE(parse_certificates(two, 1).has_value());
  std::string damaged = two;
  damaged[damaged.find('\n') + 30] = '!';
  EXPECT_FALSE(parse_certificates(damaged, 2).has_value());
  damaged = authority_.certificate.pem() + other_.certificate.pem().substr(0, 200);
  EXPECT_FALSE(parse_certificates(damaged, 2).has_value());
}

TEST_F(CertificateTest, ValidityIsJudgedAtTheTimeGiven) {
  EXPECT_TRUE(verify_at(kStartMs + kDayMs).has_value());
  EXPECT_TRUE(verify_at(kStartMs + kYearMs - 1).has_value());
  const Status early = verify_at(kStartMs + kDayMs - 1);
  ASSERT_FALSE(early.has_value());
  EXPECT_EQ(early.error().code, Code::kFailedPrecondition);
  EXPECT_NE(early.error().context.find("not valid yet"), std::string::npos);
  const Status late = verify_at(kStartMs + kYearMs);
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code, Code::kFailedPrecondition);
  EXPECT_NE(late.error().context.find("expired"), std::string::npos);
}

TEST_F(CertificateTest, ForeignAuthorityIsNamedAsSuch) {
  const std::vector<Certificate> foreign = {other_.certificate};
  const Status status = verify_certificate(leaf(), foreign, kStartMs + 2 * kDayMs);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, Code::kPermissionDenied);
  EXPECT_EQ(status.error().context.find("暗号化 2026"), std::string::npos) << "a name of a person";
  EXPECT_EQ(verify_certificate(leaf(), {}, kStartMs + 2 * kDayMs).error().code,
            Code::kPermissionDenied);
}

TEST_F(CertificateTest, AuthorityOfTheSameNameAndAnotherKeyIsForeign) {
  const Authority impostor("健診センター");
  const Status status =
      verify_certificate(leaf(), {&impostor.certificate, 1}, kStartMs + 2 * kDayMs);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, Code::kPermissionDenied);
}

TEST_F(CertificateTest, LeafCannotIssue) {
  const Certificate not_ca = leaf(CertificateUse::kSigning);
  const auto issued =
      issue_certificate(not_ca, key_, key_.public_key(), request(CertificateUse::kSigning));
  EXPECT_EQ(issued.error().code, Code::kInvalidArgument);
}

TEST_F(CertificateTest, RequestsAreChecked) {
  LeafRequest wrong = request(CertificateUse::kTls);
  wrong.dns_names = {"a.example,IP:10.0.0.1"};
  EXPECT_FALSE(issue(wrong).has_value());
  wrong = request(CertificateUse::kTls);
  wrong.ip_addresses = {"300.1.1.1"};
  EXPECT_FALSE(issue(wrong).has_value());
  wrong.ip_addresses = {"10.0.0.1,DNS:evil"};
  EXPECT_FALSE(issue(wrong).has_value());
  wrong = request(CertificateUse::kTls);
  wrong.validity.not_after_ms = kStartMs + 11 * kYearMs;
  EXPECT_NE(issue(wrong).error().context.find("outlive"), std::string::npos);
  wrong = request(CertificateUse::kTls);
  wrong.subject = {};
  EXPECT_FALSE(issue(wrong).has_value());
  wrong.subject = {std::string(65, 'x'), "n"};
  EXPECT_FALSE(issue(wrong).has_value());
  wrong.subject = {"bad \xff utf-8", "n"};
  EXPECT_FALSE(issue(wrong).has_value());
}

TEST_F(CertificateTest, EncryptionNeedsP256) {
  const PrivateKey edwards = PrivateKey::generate(KeyAlgorithm::kEd25519);
  const auto issued = issue_certificate(authority_.certificate, authority_.key,
                                        edwards.public_key(), request(CertificateUse::kEncryption));
  EXPECT_EQ(issued.error().code, Code::kInvalidArgument);
  const auto signing = issue_certificate(authority_.certificate, authority_.key,
                                         edwards.public_key(), request(CertificateUse::kSigning));
  ASSERT_TRUE(signing.has_value());
  EXPECT_EQ(signing->public_key().value(), edwards.public_key());
}

TEST_F(CertificateTest, EveryAlteredByteParsesAsAnotherOrNot) {
  const Certificate original = leaf();
  for (std::size_t i = 0; i < original.der().size(); ++i) {
    Bytes altered = original.der();
    altered[i] = static_cast<char>(altered[i] ^ 1);
    const auto parsed = Certificate::from_der(altered);
    if (!parsed) continue;
    EXPECT_FALSE(verify_certificate(*parsed, {&authority_.certificate, 1}, kStartMs + 2 * kDayMs)
                     .has_value())
        << "byte " << i;
  }
}

}  // namespace
}  // namespace sekisho::crypto
