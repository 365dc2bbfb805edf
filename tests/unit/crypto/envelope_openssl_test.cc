// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "node/crypto/envelope.h"
#include "tests/unit/crypto/openssl_command.h"
#include "tests/unit/crypto/test_parties.h"

// Both directions against the `openssl` command, which shares no code of ours.
namespace sekisho::crypto {
namespace {

using test::Party;

class EnvelopeOpensslTest : public test::OpensslCommandTest {
 protected:
  void SetUp() override {
    OpensslCommandTest::SetUp();
    write("key.pem", receiver_.key.to_pem().view());
    write("cert.pem", receiver_.certificate.pem());
  }

  Party receiver_{"健保組合"};
};

TEST_F(EnvelopeOpensslTest, OpensslOpensWhatWeSeal) {
  const Party other("健診センター");
  const std::array<Certificate, 2> both = {other.certificate, receiver_.certificate};
  const Bytes content = Bytes(100'000, 'x') + Bytes("\r\nbinary\0tail", 13);
  write("sealed.der", seal_envelope(content, both).value());
  ASSERT_TRUE(
      openssl("cms -decrypt -binary -inform DER -in sealed.der -inkey key.pem "
              "-recip cert.pem -out plain"))
      << read("log");
  EXPECT_EQ(read("plain"), content);
}

TEST_F(EnvelopeOpensslTest, OpensslRewritesOurDerUnchanged) {
  const Bytes envelope = seal_envelope("content", std::span(&receiver_.certificate, 1)).value();
  write("sealed.der", envelope);
  ASSERT_TRUE(openssl("cms -cmsout -inform DER -in sealed.der -outform DER -out again.der"))
      << read("log");
  EXPECT_EQ(read("again.der"), envelope);
}

TEST_F(EnvelopeOpensslTest, CertificateWithoutKeyIdentifierIsNamedByIssuerAndSerial) {
  ASSERT_TRUE(openssl("req -new -key key.pem -subj /O=Plain -out plain.csr") &&
              openssl("x509 -req -in plain.csr -signkey key.pem -days 9 -out cert.pem"))
      << read("log");
  const Certificate plain = Certificate::from_pem(read("cert.pem")).value();
  ASSERT_TRUE(plain.subject_key_identifier().empty());
  const Bytes envelope = seal_envelope("content", std::span(&plain, 1)).value();
  const EnvelopeSummary summary = inspect_envelope(envelope).value();
  EXPECT_EQ(summary.recipients.at(0).serial_der, plain.serial_der());
  EXPECT_EQ(open_envelope(envelope, receiver_.key, plain)->view(), "content");
  EXPECT_EQ(open_envelope(envelope, receiver_.key, receiver_.certificate).error().code,
            Code::kPermissionDenied);
  write("sealed.der", envelope);
  ASSERT_TRUE(
      openssl("cms -decrypt -binary -inform DER -in sealed.der -inkey key.pem "
              "-recip cert.pem -out plain"))
      << read("log");
  EXPECT_EQ(read("plain"), "content");
}

class OpensslSealTest : public EnvelopeOpensslTest,
                        public testing::WithParamInterface<const char*> {};

// By key identifier or by issuer and serial, in DER or streamed BER.
INSTANTIATE_TEST_SUITE_P(Forms, OpensslSealTest, testing::Values("", "-keyid", "-stream"),
                         [](const testing::TestParamInfo<const char*>& form) {
                           return std::string(*form.param == '\0' ? "plain" : form.param + 1);
                         });

TEST_P(OpensslSealTest, WeOpenWhatOpensslSeals) {
  const Bytes content = Bytes(50'000, 'y') + "\n";
  write("plain", content);
  ASSERT_TRUE(openssl(std::string("cms -encrypt -binary -aes-256-gcm ") + GetParam() +
                      " -in plain -outform DER -out sealed.der -recip cert.pem "
                      "-keyopt ecdh_kdf_md:sha256"))
      << read("log");
  const Bytes envelope = read("sealed.der");
  const auto opened = open_envelope(envelope, receiver_.key, receiver_.certificate);
  ASSERT_TRUE(opened.has_value()) << opened.error().to_string();
  EXPECT_TRUE(opened->view() == content);
  Bytes altered = envelope;
  altered[altered.size() / 2] = static_cast<char>(altered[altered.size() / 2] ^ 1);
  EXPECT_FALSE(open_envelope(altered, receiver_.key, receiver_.certificate).has_value());
}

TEST_F(EnvelopeOpensslTest, OtherFormsOfOpensslAreRefused) {
  write("plain", "content");
  for (const char* form : {"-aes-128-gcm -keyopt ecdh_kdf_md:sha256", "-aes-256-gcm",
                           "-aes-256-cbc -keyopt ecdh_kdf_md:sha256"}) {
    ASSERT_TRUE(openssl(std::string("cms -encrypt -binary -in plain -outform DER -out sealed.der "
                                    "-recip cert.pem ") +
                        form))
        << form << read("log");
    const auto opened = open_envelope(read("sealed.der"), receiver_.key, receiver_.certificate);
    ASSERT_FALSE(opened.has_value()) << form;
    EXPECT_EQ(opened.error().code, Code::kInvalidArgument);
  }
}

TEST_F(EnvelopeOpensslTest, OpensslReadsOurEncryptedKey) {
  write("me.key", receiver_.key.to_encrypted_pem(Secret("a passphrase")).value());
  ASSERT_TRUE(openssl("pkey -in me.key -passin 'pass:a passphrase' -pubout -out public.pem"))
      << read("log");
  EXPECT_EQ(read("public.pem"), receiver_.key.public_key().pem());
}

TEST_F(EnvelopeOpensslTest, WeReadEncryptedKeysOfOpenssl) {
  ASSERT_TRUE(
      openssl("pkcs8 -topk8 -in key.pem -v2 aes-256-cbc -v2prf hmacWithSHA256 "
              "-iter 600000 -passout pass:another1 -out me.key"))
      << read("log");
  const auto key = PrivateKey::from_encrypted_pem(read("me.key"), Secret("another1"));
  ASSERT_TRUE(key.has_value()) << key.error().to_string();
  EXPECT_EQ(key->public_key(), receiver_.key.public_key());
}

}  // namespace
}  // namespace sekisho::crypto
