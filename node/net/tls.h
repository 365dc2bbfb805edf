// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/base/secret.h"

// TLS 1.3 (RFC 8446) and nothing older; AES-256-GCM, ChaCha20-Poly1305, AES-128-GCM; groups X25519,
// P-256, P-384. No early data. Sessions resume from the server's memory, so that a resumed
// connection still knows the whole certificate chain.
namespace sekisho::net {

// What this process shows to others: leaf first, then intermediates.
struct TlsIdentity {
  std::string certificate_chain_pem;
  Secret private_key_pem;  // unencrypted PKCS#8
};

// What the other side showed, after TLS proved that it holds the key of the leaf. Nothing else
// about it has been checked. Immutable once shared.
struct PeerCertificate {
  Bytes leaf_der;
  std::vector<Bytes> chain_der;  // without the leaf, as sent
  Digest key_id;                 // SHA-256 of the leaf's SubjectPublicKeyInfo
};

// Who the other side is, as the authorizer sees it. `context` is the authorizer's own.
struct Principal {
  Digest key_id;
  std::string name;  // for logs: a member or node identifier, no personal data
  std::shared_ptr<const void> context;
};

// The trust decision: kUnauthenticated (expired, foreign) or kPermissionDenied with a sentence that
// is shown to the other side. Called on an io thread, must not block, must be callable from two
// threads at once.
using Authorizer = std::function<Result<Principal>(const PeerCertificate&)>;

// Whom a client takes for the server it wanted.
struct ServerTrust {
  // PEM of the CA certificates to chain to. Empty only with `key_id`.
  std::string ca_pem;
  // The name or IP address the certificate must carry; empty: the host that was dialled.
  std::string expected_name;
  // When set, the leaf must have this key, and chain and name do not matter (the ledger says whose
  // key it is).
  std::optional<Digest> key_id;
};

// The identity's certificates and key parse, belong together and fit TLS 1.3; kInvalidArgument with
// what is wrong otherwise. For start-up checks; servers and clients do the same.
[[nodiscard]] Status check_identity(const TlsIdentity& identity);

}  // namespace sekisho::net
