// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/api/caller.h"

#include <gtest/gtest.h>

#include "node/state/keys.h"
#include "node/state/queries.h"
#include "node/state/store.h"
#include "tests/support/test_chain.h"
#include "tests/unit/crypto/test_parties.h"

namespace sekisho::api {
namespace {

using crypto::test::kDayMs;
using crypto::test::kEndMs;
using crypto::test::kStartMs;
using crypto::test::Party;

// hoken-a has a CA, and a key on the ledger that this CA has certified.
class CallerTest : public ::testing::Test {
 protected:
  CallerTest() {
    member_ = *state::member(chain_.machine, "hoken-a");
    member_.ca_certificate_der = hoken_.authority.der();
    key_.key_id = hoken_.key.public_key().key_id();
    key_.member_id = "hoken-a";
    key_.role = v1::OPERATOR;
    key_.spki_der = hoken_.key.public_key().spki_der();
    store();
  }
  void store() {
    reader_.put(state::member_key("hoken-a"), state::encode(member_));
    reader_.put(state::key_key(key_.key_id), state::encode(key_));
  }
  net::PeerCertificate shown(const crypto::Certificate& certificate) const {
    return {certificate.der(), {}, key_.key_id};
  }
  Result<Caller> ask(std::uint64_t unix_ms = kStartMs + kDayMs) const {
    return identify(reader_, shown(hoken_.issue(crypto::CertificateUse::kTls)), unix_ms);
  }

  test::TestChain chain_;
  Party hoken_{"保険"};
  state::Scratch reader_{chain_.machine};
  state::Member member_;
  state::Key key_;
};

TEST_F(CallerTest, KnowsAMembersKey) {
  const auto caller = ask();
  ASSERT_TRUE(caller) << caller.error().to_string();
  EXPECT_EQ(caller->member_id, "hoken-a");
  EXPECT_EQ(caller->role, v1::OPERATOR);
  EXPECT_EQ(caller->key_id, key_.key_id);
}

TEST_F(CallerTest, RefusesExpiredAndEarlyCertificates) {
  EXPECT_TRUE(ask(kEndMs - 1));
  EXPECT_EQ(ask(kEndMs).error().code, Code::kUnauthenticated);
  EXPECT_EQ(ask(kStartMs - 1000).error().code, Code::kUnauthenticated);
}

// Another member's CA, or a CA that only calls itself the same.
TEST_F(CallerTest, RefusesAForeignAuthority) {
  const Party impostor("保険");
  crypto::LeafRequest request;
  request.subject = {"保険", "leaf"};
  request.validity = {kStartMs, kEndMs};
  const auto leaf = crypto::issue_certificate(impostor.authority, impostor.authority_key,
                                              hoken_.key.public_key(), request);
  ASSERT_TRUE(leaf);
  EXPECT_EQ(identify(reader_, shown(*leaf), kStartMs + kDayMs).error().code,
            Code::kUnauthenticated);
}

TEST_F(CallerTest, RefusesARevokedKey) {
  key_.revoked_ms = 1;
  store();
  const auto refused = ask();
  EXPECT_EQ(refused.error().code, Code::kUnauthenticated);
  EXPECT_NE(refused.error().context.find("revoked"), std::string::npos);
}

TEST_F(CallerTest, RefusesAnUnknownKey) {
  net::PeerCertificate stranger = shown(hoken_.certificate);
  stranger.key_id = Digest{};
  EXPECT_EQ(identify(reader_, stranger, kStartMs + kDayMs).error().code, Code::kUnauthenticated);
}

TEST_F(CallerTest, RefusesASuspendedMember) {
  member_.status = state::MemberStatus::kSuspended;
  store();
  EXPECT_EQ(ask().error().code, Code::kPermissionDenied);
  EXPECT_EQ(still_entitled(reader_, key_.key_id).error().code, Code::kPermissionDenied);
}

TEST_F(CallerTest, RefusesBytesThatAreNoCertificate) {
  net::PeerCertificate junk = shown(hoken_.certificate);
  junk.leaf_der = "junk";
  EXPECT_FALSE(identify(reader_, junk, kStartMs + kDayMs));
  net::PeerCertificate chained = shown(hoken_.issue(crypto::CertificateUse::kTls));
  chained.chain_der = {"junk"};
  EXPECT_FALSE(identify(reader_, chained, kStartMs + kDayMs));
}

TEST_F(CallerTest, StandingIsAskedAnewForEachRequest) {
  EXPECT_TRUE(still_entitled(reader_, key_.key_id));
  key_.revoked_ms = 1;
  store();
  EXPECT_EQ(still_entitled(reader_, key_.key_id).error().code, Code::kUnauthenticated);
}

}  // namespace
}  // namespace sekisho::api
