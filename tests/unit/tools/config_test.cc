// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/config.h"

#include <gtest/gtest.h>

namespace sekisho {
namespace {

std::string good() {
  return R"([node]
number = 2
genesis = "genesis.json"
data = "data"
peer_listen = "127.0.0.1:7443"
api_listen = "[::1]:8443"
[keys]
tls_certificate = "tls.cert.pem"
tls_key = "tls.key.pem"
operation_key = "operation.key.pem"
attestation_key = "/keys/attestation.key.pem"
blob_key = "../blob.key"
)";
}

// `good` with one line changed.
std::string with(const std::string& line, const std::string& instead) {
  std::string text = good();
  const auto at = text.find(line);
  EXPECT_NE(at, std::string::npos);
  return text.replace(at, line.size(), instead);
}

void expect_refused(const std::string& text, const std::string& part) {
  const auto config = parse_config(text, "/etc/sekisho");
  ASSERT_FALSE(config) << text;
  EXPECT_EQ(config.error().code, Code::kInvalidArgument);
  EXPECT_NE(config.error().context.find(part), std::string::npos) << config.error().context;
}

TEST(ConfigTest, ReadsWhatIsThereAndDefaultsTheRest) {
  const auto config = parse_config(good(), "/etc/sekisho");
  ASSERT_TRUE(config) << config.error().to_string();
  EXPECT_EQ(config->node_number, 2u);
  EXPECT_EQ(config->peer_listen.port, 7443);
  EXPECT_EQ(config->api_listen.host, "::1");
  EXPECT_EQ(config->worker_threads, 0u);
  EXPECT_EQ(config->blob_quota_bytes, 0u);
  EXPECT_GT(config->free_reserve_bytes, 0u);
  EXPECT_FALSE(config->converter);
  EXPECT_EQ(config->log_path, "");
  EXPECT_EQ(config->log_level, log::Level::kInfo);
}

TEST(ConfigTest, PathsAreRelativeToTheFile) {
  const auto config = parse_config(good(), "/etc/sekisho");
  EXPECT_EQ(config->genesis_path, "/etc/sekisho/genesis.json");
  EXPECT_EQ(config->attestation_key_path, "/keys/attestation.key.pem");
  EXPECT_EQ(config->blob_key_path, "/etc/blob.key");
}

TEST(ConfigTest, ReadsTheOtherSections) {
  const auto config = parse_config(good() + R"([storage]
blob_quota_bytes = 1000
free_reserve_bytes = 0
[converter]
encryption_key = "e.key.pem"
encryption_certificate = "e.cert.pem"
catalogs = "catalogs"
program = "bin/sekisho-convert"
clamd_socket = "/run/clamd.ctl"
[log]
file = "node.log"
level = "debug"
)",
                                   "/n");
  ASSERT_TRUE(config) << config.error().to_string();
  EXPECT_EQ(config->blob_quota_bytes, 1000u);
  EXPECT_EQ(config->free_reserve_bytes, 0u);
  EXPECT_EQ(config->converter->catalogs_path, "/n/catalogs");
  EXPECT_EQ(config->converter->program_path, "/n/bin/sekisho-convert");
  EXPECT_EQ(config->converter->scanner_socket, "/run/clamd.ctl");
  EXPECT_EQ(config->log_path, "/n/node.log");
  EXPECT_EQ(config->log_level, log::Level::kDebug);
}

TEST(ConfigTest, NamesWhatIsMissing) {
  expect_refused("", "node.number is missing");
  for (const char* key : {"genesis", "data", "peer_listen", "api_listen"}) {
    expect_refused(with(std::string("\n") + key + " =", std::string("\n# ") + key),
                   std::string("node.") + key + " is missing");
  }
  for (const char* key :
       {"tls_certificate", "tls_key", "operation_key", "attestation_key", "blob_key"}) {
    expect_refused(with(std::string("\n") + key + " =", std::string("\n# ") + key),
                   std::string("keys.") + key + " is missing");
  }
  expect_refused(good() + "[converter]\n", "converter.encryption_key is missing");
}

TEST(ConfigTest, NamesWhatIsMisspelt) {
  expect_refused(good() + "blobkey = \"x\"\n", "keys.blobkey is not a known key");
  expect_refused(good() + "[storge]\n", "[storge] is not a known section");
  expect_refused(good() + "[log]\ncolour = true\n", "log.colour is not a known key");
}

TEST(ConfigTest, NamesWrongTypesAndBounds) {
  expect_refused(with("number = 2", "number = \"2\""), "node.number must be a whole number");
  expect_refused(with("number = 2", "number = 0"), "node.number must be a whole number from 1");
  expect_refused(with("number = 2", "number = -2"), "node.number must be a whole number");
  expect_refused(with("number = 2", "number = 2.5"), "node.number must be a whole number");
  expect_refused(with("number = 2", "number = 2\nworker_threads = 100000"), "node.worker_threads");
  expect_refused(with("data = \"data\"", "data = 7"), "node.data must be a text");
  expect_refused(good() + "[log]\nlevel = \"loud\"\n", "log.level must be");
  expect_refused(with("[node]", "number = 1\n[node]"), "number stands outside of a [section]");
  expect_refused("node = 3\n", "node stands outside of a [section]");
}

TEST(ConfigTest, NamesBadAddresses) {
  for (const char* address : {"7443", ":7443", "host:", "host:70000", "host:1x", "::1:7443"}) {
    expect_refused(with("127.0.0.1:7443", address), "node.peer_listen");
  }
}

TEST(ConfigTest, NamesTheLineOfBrokenToml) {
  expect_refused("[node]\nnumber = \n", "line 2");
  expect_refused("\xff\xfe", "line 1");
}

// Consensus-relevant settings live on the ledger.
TEST(ConfigTest, HasNoKeyForWhatTheLedgerDecides) {
  for (const char* key : {"voters", "peers", "policy", "receipts_required"}) {
    expect_refused(with("number = 2", "number = 2\n" + std::string(key) + " = 1"),
                   "is not a known key");
  }
}

}  // namespace
}  // namespace sekisho
