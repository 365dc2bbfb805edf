// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "node/base/bytes.h"
#include "node/base/clock.h"
#include "node/net/tls.h"
#include "node/state/reader.h"
#include "proto/v1/operation.pb.h"

namespace sekisho::api {

// Who asks: a member's key, as the ledger knows it.
struct Caller {
  std::string member_id;
  Digest key_id;
  v1::KeyRole role = v1::KEY_ROLE_UNSPECIFIED;
};

// The trust decision about a client certificate against the ledger's state. kUnauthenticated:
// expired, not yet valid, foreign CA, key unknown or revoked; kPermissionDenied: member suspended.
[[nodiscard]] Result<Caller> identify(const state::Reader& reader,
                                      const net::PeerCertificate& certificate,
                                      std::uint64_t unix_ms);
// The standing of a key that was identified earlier on this connection.
[[nodiscard]] Result<Caller> still_entitled(const state::Reader& reader, const Digest& key_id);

}  // namespace sekisho::api
