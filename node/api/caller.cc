// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/api/caller.h"

#include <vector>

#include "node/crypto/certificate.h"
#include "node/state/queries.h"

namespace sekisho::api {

Result<Caller> still_entitled(const state::Reader& reader, const Digest& key_id) {
  const auto key = state::key(reader, key_id);
  if (!key) {
    return fail(Code::kUnauthenticated,
                "the certificate's key is not on the ledger; has the member been admitted?");
  }
  if (key->revoked()) return fail(Code::kUnauthenticated, "the certificate's key has been revoked");
  const auto member = state::member(reader, key->member_id);
  if (!member || !member->active()) {
    return fail(Code::kPermissionDenied, "the member is suspended; ask the secretariat");
  }
  return Caller{key->member_id, key_id, key->role};
}

Result<Caller> identify(const state::Reader& reader, const net::PeerCertificate& certificate,
                        std::uint64_t unix_ms) {
  TRY(const auto caller, still_entitled(reader, certificate.key_id));
  const auto member = state::member(reader, caller.member_id);
  TRY(const auto leaf, crypto::Certificate::from_der(certificate.leaf_der));
  TRY(const auto authority, crypto::Certificate::from_der(member->ca_certificate_der));
  std::vector<crypto::Certificate> intermediates;
  for (const Bytes& der : certificate.chain_der) {
    TRY(auto intermediate, crypto::Certificate::from_der(der));
    intermediates.push_back(std::move(intermediate));
  }
  if (const Status valid =
          crypto::verify_certificate(leaf, {&authority, 1}, unix_ms, intermediates);
      !valid) {
    return fail(Code::kUnauthenticated, valid.error().context);
  }
  return caller;
}

}  // namespace sekisho::api
