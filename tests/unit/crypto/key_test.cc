// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/key.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "node/crypto/hash.h"

namespace sekisho::crypto {
namespace {

Bytes hex(std::string_view text) { return from_hex(text).value(); }

class KeyTest : public testing::TestWithParam<KeyAlgorithm> {
 protected:
  PrivateKey key_ = PrivateKey::generate(GetParam());
};

std::string algorithm_name(const testing::TestParamInfo<KeyAlgorithm>& param) {
  return param.param == KeyAlgorithm::kEd25519 ? "Ed25519" : "P256";
}

INSTANTIATE_TEST_SUITE_P(Algorithms, KeyTest,
                         testing::Values(KeyAlgorithm::kEcdsaP256, KeyAlgorithm::kEd25519),
                         algorithm_name);

TEST_P(KeyTest, SignaturesVerifyAndOnlyOverTheirMessage) {
  const Bytes signature = key_.sign("message");
  EXPECT_TRUE(key_.public_key().verify("message", signature));
  EXPECT_FALSE(key_.public_key().verify("massage", signature));
  EXPECT_FALSE(key_.public_key().verify("", signature));
  EXPECT_FALSE(PrivateKey::generate(GetParam()).public_key().verify("message", signature));
}

TEST_P(KeyTest, EveryAlteredSignatureBitIsRefused) {
  const Bytes signature = key_.sign("message");
  for (std::size_t i = 0; i < signature.size(); ++i) {
    Bytes altered = signature;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_FALSE(key_.public_key().verify("message", altered)) << "byte " << i;
  }
}

TEST_P(KeyTest, TruncatedExtendedAndEmptySignaturesAreRefused) {
  const Bytes signature = key_.sign("message");
  EXPECT_FALSE(key_.public_key().verify("message", signature + '\0'));
  EXPECT_FALSE(key_.public_key().verify("message", signature.substr(1)));
  EXPECT_FALSE(key_.public_key().verify("message", signature.substr(0, signature.size() - 1)));
  EXPECT_FALSE(key_.public_key().verify("message", ""));
}

TEST_P(KeyTest, SpkiRoundTripKeepsTheKeyId) {
  const PublicKey& key = key_.public_key();
  const auto again = PublicKey::from_spki_der(key.spki_der());
  ASSERT_TRUE(again.has_value()) << again.error().to_string();
  EXPECT_EQ(*again, key);
  EXPECT_EQ(again->spki_der(), key.spki_der());
  EXPECT_EQ(again->key_id(), sha256(key.spki_der()));
  EXPECT_EQ(again->algorithm(), GetParam());
  EXPECT_TRUE(again->verify("message", key_.sign("message")));
}

TEST_P(KeyTest, PublicPemRoundTrip) {
  const auto again = PublicKey::from_pem(key_.public_key().pem());
  ASSERT_TRUE(again.has_value()) << again.error().to_string();
  EXPECT_EQ(*again, key_.public_key());
}

TEST_P(KeyTest, AlteredSpkiIsRefusedOrAnotherKey) {
  const Bytes spki = key_.public_key().spki_der();
  EXPECT_FALSE(PublicKey::from_spki_der(spki + '\0').has_value());
  EXPECT_FALSE(PublicKey::from_spki_der(spki.substr(0, spki.size() - 1)).has_value());
  EXPECT_FALSE(PublicKey::from_spki_der("").has_value());
  for (std::size_t i = 0; i < spki.size(); ++i) {
    Bytes altered = spki;
    altered[i] = static_cast<char>(altered[i] ^ 4);
    const auto parsed = PublicKey::from_spki_der(altered);
    if (!parsed) continue;
    EXPECT_NE(parsed->key_id(), key_.public_key().key_id());
  }
}

TEST_P(KeyTest, PlainPemRoundTrip) {
  const Secret pem = key_.to_pem();
  const auto again = PrivateKey::from_pem(pem.view());
  ASSERT_TRUE(again.has_value()) << again.error().to_string();
  EXPECT_EQ(again->public_key(), key_.public_key());
  EXPECT_TRUE(key_.public_key().verify("message", again->sign("message")));
}

TEST_P(KeyTest, EncryptedPemOpensWithItsPassphraseOnly) {
  const auto pem = key_.to_encrypted_pem(Secret("correct horse"));
  ASSERT_TRUE(pem.has_value()) << pem.error().to_string();
  EXPECT_TRUE(pem->starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
  const auto again = PrivateKey::from_encrypted_pem(*pem, Secret("correct horse"));
  ASSERT_TRUE(again.has_value()) << again.error().to_string();
  EXPECT_EQ(again->public_key(), key_.public_key());

  const auto wrong = PrivateKey::from_encrypted_pem(*pem, Secret("correct house"));
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().code, Code::kUnauthenticated);
  EXPECT_NE(wrong.error().context.find("passphrase is wrong"), std::string::npos);
}

TEST_P(KeyTest, OneKeyServesManyThreads) {
  std::vector<std::thread> threads;
  std::vector<int> good(4, 0);
  for (std::size_t t = 0; t < good.size(); ++t) {
    threads.emplace_back([this, &good, t] {
      for (int i = 0; i < 50; ++i) {
        const Bytes message = std::to_string(t) + "/" + std::to_string(i);
        if (key_.public_key().verify(message, key_.sign(message))) ++good[t];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, (std::vector<int>{50, 50, 50, 50}));
}

TEST(KeyPemTest, KindsOfFileAreToldApart) {
  const PrivateKey key = PrivateKey::generate(KeyAlgorithm::kEd25519);
  const auto encrypted = key.to_encrypted_pem(Secret("long enough"));
  ASSERT_TRUE(encrypted.has_value());
  EXPECT_EQ(PrivateKey::from_pem(*encrypted).error().code, Code::kInvalidArgument);
  const auto plain = PrivateKey::from_encrypted_pem(key.to_pem().view(), Secret("long enough"));
  EXPECT_EQ(plain.error().code, Code::kInvalidArgument);
  EXPECT_EQ(PrivateKey::from_pem("").error().code, Code::kInvalidArgument);
  EXPECT_EQ(PrivateKey::from_pem(key.public_key().pem()).error().code, Code::kInvalidArgument);
  EXPECT_EQ(PrivateKey::from_pem(Bytes(1 << 20, 'x')).error().code, Code::kInvalidArgument);
}

TEST(KeyPemTest, ShortPassphraseIsRefused) {
  const PrivateKey key = PrivateKey::generate(KeyAlgorithm::kEd25519);
  EXPECT_EQ(key.to_encrypted_pem(Secret("short")).error().code, Code::kInvalidArgument);
  EXPECT_EQ(key.to_encrypted_pem(Secret()).error().code, Code::kInvalidArgument);
  EXPECT_EQ(key.to_encrypted_pem(Secret(Bytes(1025, 'p'))).error().code, Code::kInvalidArgument);
}

// RFC 8032, section 7.1, test 3.
TEST(KeyVectorTest, Ed25519OfRfc8032) {
  const auto key = PrivateKey::from_ed25519_seed(
      hex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"));
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(to_hex(key->public_key().raw()),
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
  EXPECT_EQ(to_hex(key->sign(hex("af82"))),
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
  EXPECT_FALSE(PrivateKey::from_ed25519_seed("short").has_value());
}

TEST(KeyVectorTest, Ed25519PointsOfSmallOrderAreRefused) {
  Bytes identity(32, '\0');
  identity[0] = '\x01';
  EXPECT_FALSE(PublicKey::from_ed25519(identity).has_value());
  identity[31] = '\x80';
  EXPECT_FALSE(PublicKey::from_ed25519(identity).has_value());
  EXPECT_FALSE(PublicKey::from_ed25519(Bytes(32, '\0')).has_value());
  EXPECT_FALSE(PublicKey::from_ed25519(
                   hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"))
                   .has_value());
}

TEST(KeyVectorTest, P256PointOffTheCurveIsRefused) {
  Bytes spki = PrivateKey::generate(KeyAlgorithm::kEcdsaP256).public_key().spki_der();
  spki.back() = static_cast<char>(spki.back() ^ 1);
  const auto parsed = PublicKey::from_spki_der(spki);
  ASSERT_FALSE(parsed.has_value());
  EXPECT_NE(parsed.error().context.find("not a point"), std::string::npos);
}

// A signature rebuilt with the same numbers, written in ways that BER allows and DER does not.
TEST(EcdsaEncodingTest, NonCanonicalFormsAreRefused) {
  const PrivateKey key = PrivateKey::generate(KeyAlgorithm::kEcdsaP256);
  const Bytes good = key.sign("message");
  ASSERT_TRUE(key.public_key().verify("message", good));
  const Bytes body = good.substr(2);
  const auto r_size = static_cast<std::size_t>(body[1]);
  const Bytes r = body.substr(2, r_size);
  const Bytes s = body.substr(4 + r_size);
  const auto integer = [](const Bytes& number) {
    return Bytes("\x02") + static_cast<char>(number.size()) + number;
  };
  const auto sequence = [](const Bytes& content) {
    return Bytes("\x30") + static_cast<char>(content.size()) + content;
  };
  ASSERT_EQ(sequence(integer(r) + integer(s)), good);

  const Bytes zero(1, '\0');
  const std::vector<Bytes> bad = {
      sequence(integer(zero + r) + integer(s)),
      sequence(integer(r) + integer(zero + s)),
      sequence(integer(r) + integer(s) + integer(zero)),
      sequence(integer(r)),
      Bytes("\x30\x81") + static_cast<char>(body.size()) + body,
      Bytes("\x30\x80") + body + Bytes(2, '\0'),
      sequence(integer(zero) + integer(s)),
      sequence(integer(r) + integer(zero)),
      sequence(integer("") + integer(s)),
      Bytes("\x31") + good.substr(1),
  };
  for (const Bytes& signature : bad)
    EXPECT_FALSE(key.public_key().verify("message", signature)) << to_hex(signature);
}

TEST(EcdhTest, BothSidesAgree) {
  const PrivateKey a = PrivateKey::generate(KeyAlgorithm::kEcdsaP256);
  const PrivateKey b = PrivateKey::generate(KeyAlgorithm::kEcdsaP256);
  const auto ab = a.ecdh(b.public_key());
  const auto ba = b.ecdh(a.public_key());
  ASSERT_TRUE(ab.has_value());
  ASSERT_TRUE(ba.has_value());
  EXPECT_EQ(ab->view(), ba->view());
  EXPECT_EQ(ab->size(), 32u);
  const PrivateKey other = PrivateKey::generate(KeyAlgorithm::kEd25519);
  EXPECT_EQ(a.ecdh(other.public_key()).error().code, Code::kInvalidArgument);
  EXPECT_EQ(other.ecdh(a.public_key()).error().code, Code::kInvalidArgument);
}

}  // namespace
}  // namespace sekisho::crypto
