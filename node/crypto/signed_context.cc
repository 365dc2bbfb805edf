// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/signed_context.h"

#include "node/base/check.h"

namespace sekisho::crypto {

Bytes domain_separated(std::string_view label, std::initializer_list<BytesView> parts) {
  CHECK(!label.empty());
  CHECK(label.find('\0') == std::string_view::npos);
  std::size_t size = label.size() + 1;
  for (const BytesView part : parts) size += part.size();
  Bytes joined;
  joined.reserve(size);
  joined.append(label).push_back('\0');
  for (const BytesView part : parts) joined.append(part);
  return joined;
}

Bytes operation_signature_input(const Digest& chain_id, BytesView operation) {
  return domain_separated(context::kOperation, {chain_id.view(), operation});
}

Bytes possession_signature_input(std::string_view member_id, BytesView spki_der) {
  constexpr BytesView kNul("\0", 1);
  return domain_separated(context::kPossession, {member_id, kNul, spki_der});
}

}  // namespace sekisho::crypto
