// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "node/config.h"
#include "node/crypto/certificate.h"
#include "node/crypto/key.h"
#include "node/net/tls.h"
#include "node/state/records.h"

namespace sekisho {

// What a node proves itself with. Read once at the start; private keys stay in locked memory.
struct NodeKeys {
  net::TlsIdentity tls;
  Digest tls_key_id;
  crypto::PrivateKey operation;    // signs the node's own operations and storage receipts
  crypto::PrivateKey attestation;  // Ed25519; signs checkpoints
  struct Converter {
    crypto::PrivateKey key;
    crypto::Certificate certificate;
  };
  std::optional<Converter> converter;
};

[[nodiscard]] Result<NodeKeys> load_node_keys(const NodeConfig& config);
// The keys are those that the ledger names for this node, and the certificate is in time.
// kFailedPrecondition with the key that differs.
[[nodiscard]] Status check_node_keys(const NodeKeys& keys, const state::Node& node,
                                     std::uint64_t unix_ms);

}  // namespace sekisho
