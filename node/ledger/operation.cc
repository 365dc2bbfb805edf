// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/operation.h"

#include <google/protobuf/stubs/logging.h>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/crypto/hash.h"
#include "node/crypto/signed_context.h"
#include "node/ledger/genesis.h"
#include "node/ledger/payload_check.h"

namespace sekisho::ledger {
namespace {

constexpr std::size_t kSignatureSizeMax = 128;

tl::unexpected<Error> malformed(std::string_view what) {
  return fail(Code::kInvalidArgument, "operation: " + std::string(what));
}

// Protobuf would write a line of its own to standard error for each ill-formed text of a stranger.
void quiet_protobuf() {
  static const bool quiet = [] {
    google::protobuf::SetLogHandler(nullptr);
    return true;
  }();
  static_cast<void>(quiet);
}

template <typename Message>
bool parse_message(Message& message, BytesView bytes) {
  return message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace

v1::Operation make_operation(std::string_view author_member, std::uint64_t now_ms,
                             std::uint64_t validity_ms, Rng& rng) {
  CHECK(validity_ms <= limits::kValidityMaxMs);
  v1::Operation operation;
  operation.set_operation_id(Bytes(rng.id16().view()));
  operation.set_valid_until_ms(now_ms + validity_ms);
  operation.set_author_member(std::string(author_member));
  return operation;
}

Bytes sign_operation(const v1::Operation& operation, const Digest& chain_id,
                     const crypto::PrivateKey& key) {
  v1::SignedOperation wrapped;
  operation.SerializeToString(wrapped.mutable_operation());
  wrapped.set_key_id(Bytes(key.public_key().key_id().view()));
  wrapped.set_signature(key.sign(crypto::operation_signature_input(chain_id, wrapped.operation())));
  return wrapped.SerializeAsString();
}

Result<ParsedOperation> parse_operation(BytesView signed_operation) {
  if (signed_operation.size() > limits::kOperationSizeMax) return malformed("it is too large");
  quiet_protobuf();
  v1::SignedOperation wrapped;
  if (!parse_message(wrapped, signed_operation) || has_unknown_fields(wrapped)) {
    return malformed("it is not a SignedOperation");
  }
  // One spelling only: the digest of these bytes is what the operation goes by.
  if (wrapped.SerializeAsString() != signed_operation)
    return malformed("its fields are not each written once, in order and in the shortest form");
  if (wrapped.key_id().size() != Digest::kSize) return malformed("key_id must have 32 bytes");
  if (wrapped.signature().empty() || wrapped.signature().size() > kSignatureSizeMax) {
    return malformed("the signature is missing or too long");
  }
  ParsedOperation parsed;
  if (!parse_message(parsed.operation, wrapped.operation())) {
    return malformed("its content is not an Operation");
  }
  TRY_STATUS(check_operation(parsed.operation));
  parsed.operation_id = *Id16::from_bytes(parsed.operation.operation_id());
  parsed.digest = operation_digest(signed_operation);
  parsed.key_id = *Digest::from_bytes(wrapped.key_id());
  parsed.operation_bytes = std::move(*wrapped.mutable_operation());
  parsed.signature = std::move(*wrapped.mutable_signature());
  return parsed;
}

Status check_operation(const v1::Operation& operation) {
  if (has_unknown_fields(operation)) return malformed("it has fields this version lacks");
  const auto id = Id16::from_bytes(operation.operation_id());
  if (!id || id->is_zero()) return malformed("operation_id must be 16 random bytes");
  if (operation.valid_until_ms() == 0) return malformed("valid_until_ms is missing");
  if (!valid_member_id(operation.author_member()))
    return malformed("author_member is not a member id");
  return check_payload(operation);
}

bool verify_operation(const ParsedOperation& operation, const Digest& chain_id,
                      const crypto::PublicKey& key) {
  if (key.key_id() != operation.key_id) return false;
  return key.verify(crypto::operation_signature_input(chain_id, operation.operation_bytes),
                    operation.signature);
}

Digest operation_digest(BytesView signed_operation) { return crypto::sha256(signed_operation); }

std::string_view payload_name(const v1::Operation& operation) {
  const auto* oneof = v1::Operation::descriptor()->oneof_decl(0);
  const auto* field = v1::Operation::GetReflection()->GetOneofFieldDescriptor(operation, oneof);
  return field == nullptr ? std::string_view("none") : std::string_view(field->name());
}

}  // namespace sekisho::ledger
