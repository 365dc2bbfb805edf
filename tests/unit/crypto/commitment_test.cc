// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/commitment.h"

#include <gtest/gtest.h>

#include "node/crypto/hash.h"
#include "node/crypto/signed_context.h"

namespace sekisho::crypto {
namespace {

TEST(SignedContextTest, LabelIsSetApartByOneNul) {
  EXPECT_EQ(domain_separated("label", {"a", "b"}), Bytes("label\0ab", 8));
  EXPECT_EQ(domain_separated("label", {}), Bytes("label\0", 6));
}

TEST(SignedContextTest, OperationInputIsExact) {
  const Digest chain = sha256("genesis");
  EXPECT_EQ(operation_signature_input(chain, "operation"),
            Bytes("sekisho/operation/v1\0", 21) + Bytes(chain.view()) + "operation");
}

TEST(SignedContextTest, PossessionInputIsExact) {
  EXPECT_EQ(possession_signature_input("member", "spki"),
            Bytes("sekisho/possession/v1\0member\0spki", 33));
}

TEST(CommitmentTest, IsTheHashOfItsParts) {
  const Salt salt = sha256("salt");
  EXPECT_EQ(commitment(salt, "file"),
            sha256(Bytes("sekisho/commitment/v1\0", 22) + Bytes(salt.view()) + "file"));
  EXPECT_NE(commitment(salt, "file"), commitment(sha256("other"), "file"));
  EXPECT_NE(commitment(salt, "file"), commitment(salt, "File"));
}

TEST(CommitmentTest, OutputSaltFollowsFromInputSaltAndExchange) {
  const Salt salt = sha256("salt");
  const Id16 exchange = Id16::from_hex("000102030405060708090a0b0c0d0e0f").value();
  EXPECT_EQ(output_salt(salt, exchange),
            hmac_sha256(salt.view(), Bytes("sekisho/output/v1\0", 18) + Bytes(exchange.view())));
  EXPECT_NE(output_salt(salt, exchange), output_salt(salt, Id16{}));
}

TEST(CommitmentTest, SaltsAreFresh) {
  SystemRng rng;
  EXPECT_NE(make_salt(rng), make_salt(rng));
  SeededRng first(7);
  SeededRng second(7);
  EXPECT_EQ(make_salt(first), make_salt(second));
}

}  // namespace
}  // namespace sekisho::crypto
