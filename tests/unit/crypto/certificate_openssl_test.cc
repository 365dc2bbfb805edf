// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "node/crypto/certificate.h"
#include "tests/unit/crypto/openssl_command.h"
#include "tests/unit/crypto/test_parties.h"

// Certificates made by, and shown to, the `openssl` command.
namespace sekisho::crypto {
namespace {

using test::kDayMs;

class CertificateOpensslTest : public test::OpensslCommandTest {
 protected:
  Certificate certificate(const std::string& name) const {
    return Certificate::from_pem(read(name)).value();
  }
  // A chain of an authority, one below it, and a leaf, with a hash for all their signatures.
  [[nodiscard]] bool make_chain(const std::string& key_kind, const std::string& hash) const {
    const std::string fresh = "-newkey " + key_kind + " -nodes ";
    const std::string issue = "x509 -req -CAcreateserial " + hash;
    write("ca.ext", "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n");
    return openssl("req -x509 " + fresh + hash +
                   " -days 30 -subj /O=Root -keyout root.key -out root.pem") &&
           openssl("req " + fresh + "-subj /O=Middle -keyout middle.key -out middle.csr") &&
           openssl(issue +
                   " -in middle.csr -CA root.pem -CAkey root.key -extfile ca.ext "
                   "-days 20 -out middle.pem") &&
           openssl(
               "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /O=Leaf "
               "-keyout leaf.key -out leaf.csr") &&
           openssl(issue + " -in leaf.csr -CA middle.pem -CAkey middle.key -days 10 -out leaf.pem");
  }
  Status verify(std::uint64_t after_start_ms) const {
    const Certificate leaf = certificate("leaf.pem");
    const Certificate root = certificate("root.pem");
    const Certificate middle = certificate("middle.pem");
    return verify_certificate(leaf, {&root, 1}, leaf.validity().not_before_ms + after_start_ms,
                              {&middle, 1});
  }
};

TEST_F(CertificateOpensslTest, ChainOfAnRsaAuthorityVerifies) {
  ASSERT_TRUE(make_chain("rsa:2048", "-sha256")) << read("log");
  const Certificate root = certificate("root.pem");
  EXPECT_TRUE(root.is_ca());
  EXPECT_EQ(root.public_key().error().code, Code::kInvalidArgument);
  EXPECT_TRUE(certificate("leaf.pem").public_key().has_value());
  EXPECT_TRUE(verify(kDayMs).has_value()) << verify(kDayMs).error().to_string();
  EXPECT_EQ(verify(11 * kDayMs).error().code, Code::kFailedPrecondition);
}

TEST_F(CertificateOpensslTest, MiddleIsNeededAndIsNotTrustedAlone) {
  ASSERT_TRUE(make_chain("ec -pkeyopt ec_paramgen_curve:P-256", "-sha256")) << read("log");
  const Certificate leaf = certificate("leaf.pem");
  const Certificate root = certificate("root.pem");
  const Certificate middle = certificate("middle.pem");
  const std::uint64_t now_ms = leaf.validity().not_before_ms + kDayMs;
  EXPECT_TRUE(verify_certificate(leaf, {&root, 1}, now_ms, {&middle, 1}).has_value());
  EXPECT_EQ(verify_certificate(leaf, {&root, 1}, now_ms).error().code, Code::kPermissionDenied);
  EXPECT_EQ(verify_certificate(leaf, {}, now_ms, {&middle, 1}).error().code,
            Code::kPermissionDenied);
}

TEST_F(CertificateOpensslTest, WeakSignaturesAndKeysAreRefused) {
  ASSERT_TRUE(make_chain("rsa:2048", "-sha1")) << read("log");
  EXPECT_EQ(verify(kDayMs).error().code, Code::kInvalidArgument);
  ASSERT_TRUE(make_chain("rsa:1024", "-sha256")) << read("log");
  EXPECT_EQ(verify(kDayMs).error().code, Code::kInvalidArgument);
}

TEST_F(CertificateOpensslTest, OpensslVerifiesWhatWeIssue) {
  const test::Party party("健保組合");
  write("authority.pem", party.authority.pem());
  write("leaf.pem", party.certificate.pem());
  write("tls.pem", party.issue(CertificateUse::kTls).pem());
  const std::string strictly = "verify -x509_strict -attime 1750000000 -CAfile authority.pem ";
  EXPECT_TRUE(openssl(strictly + "leaf.pem")) << read("log");
  EXPECT_TRUE(openssl(strictly + "-purpose sslserver tls.pem")) << read("log");
}

}  // namespace
}  // namespace sekisho::crypto
