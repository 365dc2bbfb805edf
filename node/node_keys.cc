// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/node_keys.h"

#include <fstream>
#include <iterator>

#include "node/crypto/key_file.h"

namespace sekisho {
namespace {

Result<std::string> read_text(const std::string& path) {
  constexpr std::size_t kSizeMax = 256 * 1024;
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Code::kNotFound, path + " cannot be read");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (text.size() > kSizeMax) return fail(Code::kInvalidArgument, path + " is too large");
  return text;
}

Status same_key(bool same, const char* which) {
  if (same) return {};
  return fail(Code::kFailedPrecondition, std::string("the ") + which +
                                             " is not the one that the ledger names for this node; "
                                             "is node.number right?");
}

}  // namespace

Result<NodeKeys> load_node_keys(const NodeConfig& config) {
  const Secret no_passphrase;
  TRY(std::string chain, read_text(config.tls_certificate_path));
  TRY(const auto certificate, crypto::Certificate::from_pem(chain));
  TRY(const auto tls_key, crypto::load_key(config.tls_key_path, no_passphrase));
  TRY_STATUS(crypto::check_key_matches(certificate, tls_key));
  TRY(auto operation, crypto::load_key(config.operation_key_path, no_passphrase));
  TRY(auto attestation, crypto::load_key(config.attestation_key_path, no_passphrase));
  NodeKeys keys{{std::move(chain), tls_key.to_pem()},
                tls_key.public_key().key_id(),
                std::move(operation),
                std::move(attestation),
                std::nullopt};
  if (!config.converter) return keys;
  TRY(auto key, crypto::load_key(config.converter->encryption_key_path, no_passphrase));
  TRY(const std::string pem, read_text(config.converter->encryption_certificate_path));
  TRY(auto own, crypto::Certificate::from_pem(pem));
  TRY_STATUS(crypto::check_key_matches(own, key));
  keys.converter = NodeKeys::Converter{std::move(key), std::move(own)};
  return keys;
}

Status check_node_keys(const NodeKeys& keys, const state::Node& node, std::uint64_t unix_ms) {
  TRY_STATUS(
      same_key(keys.operation.public_key().spki_der() == node.operation_key_spki, "operation key"));
  TRY_STATUS(
      same_key(keys.attestation.public_key().raw() == node.attestation_key, "attestation key"));
  TRY_STATUS(same_key(keys.tls_key_id == node.tls_key_id, "TLS key"));
  TRY(const auto certificate, crypto::Certificate::from_pem(keys.tls.certificate_chain_pem));
  if (!certificate.validity().covers(unix_ms)) {
    return fail(Code::kFailedPrecondition,
                "the node's TLS certificate is not valid today; issue a new one with the same key");
  }
  return {};
}

}  // namespace sekisho
