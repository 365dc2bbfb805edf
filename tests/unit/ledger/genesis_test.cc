// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/genesis.h"

#include <functional>

#include <gtest/gtest.h>

#include "node/crypto/hash.h"
#include "tests/support/test_consortium.h"
#include "tests/unit/crypto/test_parties.h"

namespace sekisho::ledger {
namespace {

TEST(GenesisTest, ParsesWhatItRenders) {
  const test::TestConsortium consortium;
  const auto again = parse_genesis(consortium.genesis_bytes());
  ASSERT_TRUE(again);
  EXPECT_EQ(*render_genesis(again->genesis), consortium.genesis_bytes());
  EXPECT_EQ(again->chain_id, crypto::sha256(consortium.genesis_bytes()));
  EXPECT_EQ(again->genesis.nodes, consortium.document().genesis.nodes);
  EXPECT_EQ(again->genesis.policy, Policy{});
}

TEST(GenesisTest, RefusesADocumentThatIsNotConsistent) {
  const test::TestConsortium consortium;
  const auto error = [&](const std::function<void(Genesis&)>& change) {
    Genesis genesis = consortium.document().genesis;
    change(genesis);
    const auto rendered = render_genesis(genesis);
    return rendered ? std::string() : rendered.error().context;
  };
  EXPECT_EQ(error([](Genesis&) {}), "");
  EXPECT_NE(error([](Genesis& g) { g.consortium.clear(); }), "");
  EXPECT_NE(error([](Genesis& g) { g.consortium = "two\nlines"; }), "");
  EXPECT_NE(error([](Genesis& g) { g.created_ms = 0; }), "");
  EXPECT_NE(error([](Genesis& g) { g.created_ms = ~0ull; }), "");
  EXPECT_NE(error([](Genesis& g) { g.policy.receipts_required = 0; }), "");
  EXPECT_NE(error([](Genesis& g) { g.policy.receipts_required = 2; }), "");
  EXPECT_NE(error([](Genesis& g) { g.policy.sensitive.denominator = 0; }), "");
  EXPECT_NE(error([](Genesis& g) { g.members.push_back(g.members.front()); }), "");
  EXPECT_NE(error([](Genesis& g) { g.members.erase(g.members.begin()); }), "");  // the secretariat
  EXPECT_NE(error([](Genesis& g) { g.members.at(1).set_parent("nobody"); }), "");
  EXPECT_NE(error([](Genesis& g) { g.members.at(1).set_member_id("Upper"); }), "");
  EXPECT_NE(error([](Genesis& g) { g.members.at(1).set_member_id("other"); }), "");  // possession
  EXPECT_NE(error([](Genesis& g) { g.members.at(1).set_encryption_certificate_der("x"); }), "");
  EXPECT_NE(error([](Genesis& g) { g.members.at(1).clear_keys(); }), "");
  EXPECT_NE(error([](Genesis& g) { g.nodes.clear(); }), "");
  EXPECT_NE(error([](Genesis& g) {
              for (auto& node : g.nodes) node.voter = false;
            }),
            "");
  EXPECT_NE(error([](Genesis& g) { g.nodes.at(1).node_number = 1; }), "");
  EXPECT_NE(error([](Genesis& g) { g.nodes.at(1).name = g.nodes.at(0).name; }), "");
  EXPECT_NE(error([](Genesis& g) { g.nodes.at(1).name = "with space"; }), "");
  EXPECT_NE(error([](Genesis& g) { g.nodes.at(1).member_id = "nobody"; }), "");
  EXPECT_NE(error([](Genesis& g) { g.nodes.at(1).address = "localhost"; }), "");
  EXPECT_NE(
      error([](Genesis& g) { g.nodes.at(1).attestation_key = g.nodes.at(0).attestation_key; }), "");
  EXPECT_NE(error([](Genesis& g) {
              g.nodes.at(1).operation_key_spki = g.members.at(1).keys(0).spki_der();
            }),
            "");
}

TEST(GenesisTest, RefusesEveryOtherSpellingOfTheSameDocument) {
  const test::TestConsortium consortium;
  const Bytes& good = consortium.genesis_bytes();
  const auto replaced = [&](std::string_view from, std::string_view to) {
    Bytes bytes = good;
    bytes.replace(bytes.find(from), from.size(), to);
    return parse_genesis(bytes).has_value();
  };
  EXPECT_FALSE(replaced("  \"format\"", " \"format\""));
  EXPECT_FALSE(replaced("\"format\":", "\"format\" :"));
  EXPECT_FALSE(replaced("{\n", "{\n  \"extra\": 1,\n"));
  EXPECT_FALSE(replaced("\"receipts_required\": 1", "\"receipts_required\": 1.0"));
  EXPECT_FALSE(replaced("\"receipts_required\": 1", "\"receipts_required\": \"1\""));
  EXPECT_FALSE(replaced("\"voter\": true", "\"voter\": 1"));
  EXPECT_FALSE(replaced("\"kind\": \"INSURER\"", "\"kind\": \"BANK\""));
  EXPECT_FALSE(replaced("\"routine\": \"secretariat\"", "\"routine\": \"1:2\""));
  EXPECT_FALSE(parse_genesis(good + "\n"));
  EXPECT_FALSE(parse_genesis(""));
  EXPECT_FALSE(parse_genesis("[]"));
  EXPECT_FALSE(parse_genesis(Bytes(100'000, '[')));
  EXPECT_FALSE(parse_genesis(Bytes(kGenesisSizeMax + 1, ' ')));
}

TEST(GenesisTest, ExpiryHasOneSpelling) {
  test::TestConsortium::Options options;
  options.policy.expire_overdue_ms = 86'400'000;
  const test::TestConsortium with(options);
  EXPECT_NE(with.genesis_bytes().find("\"expire_overdue_ms\": 86400000"), Bytes::npos);
  EXPECT_EQ(with.document().genesis.policy, options.policy);
  const test::TestConsortium without;
  Bytes zero = without.genesis_bytes();
  EXPECT_EQ(zero.find("expire_overdue_ms"), Bytes::npos);
  const std::string_view place = "\"receipts_required\": 1";
  zero.insert(zero.find(place) + place.size(), ",\n    \"expire_overdue_ms\": 0");
  EXPECT_FALSE(parse_genesis(zero));
}

TEST(GenesisTest, AnEncryptionCertificateIsOfTheOrganisationsOwnCa) {
  const crypto::test::Party own("own");
  const crypto::test::Party foreign("foreign");
  Genesis genesis = test::TestConsortium().document().genesis;
  genesis.members.at(1).set_ca_certificate_der(own.authority.der());
  genesis.members.at(1).set_encryption_certificate_der(foreign.certificate.der());
  const auto refused = render_genesis(genesis);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().context.find("was not issued by its own CA"), std::string::npos);
  genesis.members.at(1).set_encryption_certificate_der(own.certificate.der());
  EXPECT_TRUE(render_genesis(genesis));
}

TEST(GenesisTest, VotersAscendByNodeNumber) {
  test::TestConsortium::Options options;
  options.nodes = 5;
  const test::TestConsortium consortium(options);
  const auto voters = genesis_voters(consortium.document().genesis);
  ASSERT_EQ(voters.size(), 3u);
  EXPECT_EQ(voters.at(2).verifier.name, "node-3");
}

TEST(PolicyTest, SurvivesProtobufAndNamesTheFieldThatIsWrong) {
  Policy policy;
  EXPECT_EQ(policy_from_proto(policy_to_proto(policy)), policy);
  EXPECT_TRUE(check_policy(policy));
  policy.dwell_fetched_ms = 0;
  EXPECT_NE(check_policy(policy).error().context.find("dwell_fetched_ms"), std::string::npos);
  policy = {};
  policy.routine.numerator = 1;
  EXPECT_FALSE(check_policy(policy));
}

}  // namespace
}  // namespace sekisho::ledger
