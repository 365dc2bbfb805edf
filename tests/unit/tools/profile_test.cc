// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/tools/profile.h"

#include <gtest/gtest.h>

#include "node/crypto/key_file.h"
#include "node/tools/files.h"
#include "tests/support/test_consortium.h"
#include "tests/unit/crypto/test_parties.h"
#include "tests/unit/tools/temporary_folder.h"

namespace sekisho::tools {
namespace {

class ProfileTest : public ::testing::Test {
 protected:
  ProfileTest() {
    context_.home = folder_.path();
    context_.passphrase_file = folder_.at("passphrase");
    write("passphrase", "correct horse\n");
  }
  void write(const std::string& name, BytesView content) {
    ASSERT_TRUE(write_file(folder_.at(name), content, true, true));
  }
  void write_good() {
    write("sekisho.toml", "member = \"hoken-a\"\nnode = \"127.0.0.1:8443\"\n");
    write("genesis.json", consortium_.genesis_bytes());
  }
  Error refusal() {
    const auto profile = Profile::open(context_);
    EXPECT_FALSE(profile);
    return profile ? Error{} : profile.error();
  }

  TemporaryFolder folder_;
  test::TestConsortium consortium_;
  Context context_;
};

TEST_F(ProfileTest, ReadsAHome) {
  write_good();
  const auto profile = Profile::open(context_);
  ASSERT_TRUE(profile) << profile.error().to_string();
  EXPECT_EQ(profile->member_id(), "hoken-a");
  EXPECT_EQ(profile->node(), "127.0.0.1:8443");
  EXPECT_EQ(profile->genesis().chain_id, consortium_.chain_id());
}

TEST_F(ProfileTest, TheOptionComesBeforeTheProfilesNode) {
  write_good();
  context_.node = "other:1";
  EXPECT_EQ(Profile::open(context_)->node(), "other:1");
}

TEST_F(ProfileTest, SaysWhatIsMissing) {
  auto error = refusal();
  EXPECT_EQ(error.code, Code::kNotFound);
  EXPECT_NE(error.context.find("org init"), std::string::npos);
  write("sekisho.toml", "member = \"hoken-a\"\n");
  EXPECT_NE(refusal().context.find("`node`"), std::string::npos);
  write("sekisho.toml", "member = \"hoken-a\"\nnode = \"h:1\"\n");
  EXPECT_NE(refusal().context.find("genesis.json"), std::string::npos);
  write("genesis.json", "{}");
  EXPECT_EQ(refusal().code, Code::kInvalidArgument);
  write("sekisho.toml", "member = ");
  EXPECT_EQ(refusal().code, Code::kInvalidArgument);
}

TEST_F(ProfileTest, LoadsAPersonsKeyWithItsCertificate) {
  write_good();
  const crypto::test::Party party("保険");
  auto profile = Profile::open(context_);
  ASSERT_TRUE(profile);
  EXPECT_EQ(profile->credential(Person::kOperator).error().code, Code::kNotFound);
  ASSERT_TRUE(crypto::save_encrypted_key(folder_.at("operator.key.pem"), party.key,
                                         Secret(BytesView("correct horse"))));
  write("operator.cert.pem", party.certificate.pem());
  const auto credential = profile->credential(Person::kOperator);
  ASSERT_TRUE(credential) << credential.error().to_string();
  EXPECT_EQ(credential->key.public_key(), party.key.public_key());
  write("operator.cert.pem", crypto::test::Party("別").certificate.pem());
  EXPECT_EQ(profile->credential(Person::kOperator).error().code, Code::kInvalidArgument);
}

TEST_F(ProfileTest, AWrongPassphraseIsSaid) {
  write_good();
  const crypto::test::Party party("保険");
  ASSERT_TRUE(crypto::save_encrypted_key(folder_.at("encryption.key.pem"), party.key,
                                         Secret(BytesView("another one"))));
  auto profile = Profile::open(context_);
  EXPECT_EQ(profile->encryption().error().code, Code::kUnauthenticated);
}

}  // namespace
}  // namespace sekisho::tools
