// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string_view>

#include "node/base/bytes.h"

namespace sekisho::crypto {

// What a signature or a hash is about. Each use has its own label, so bytes signed for one purpose
// never pass for another.
namespace context {
inline constexpr std::string_view kOperation = "sekisho/operation/v1";
inline constexpr std::string_view kStorageReceipt = "sekisho/storage-receipt/v2";
inline constexpr std::string_view kPossession = "sekisho/possession/v1";
inline constexpr std::string_view kCommitment = "sekisho/commitment/v1";
inline constexpr std::string_view kExchangeId = "sekisho/exchange/v1";
inline constexpr std::string_view kOutputSalt = "sekisho/output/v1";
inline constexpr std::string_view kAtRest = "sekisho/at-rest/v1";
}  // namespace context

// label || 0x00 || parts. The label is printable ASCII without NUL. Parts are joined as they are:
// all but the last have a size fixed by the label, or carry their size (put_sized).
[[nodiscard]] Bytes domain_separated(std::string_view label,
                                     std::initializer_list<BytesView> parts);

// What the author of an operation signs, exact (docs/formats/crypto.md):
// "sekisho/operation/v1" || 0x00 || chain_id(32) || operation.
[[nodiscard]] Bytes operation_signature_input(const Digest& chain_id, BytesView operation);

// What a new key signs to prove that its holder has it, for one member:
// "sekisho/possession/v1" || 0x00 || member_id || 0x00 || spki_der. A member id holds no NUL.
[[nodiscard]] Bytes possession_signature_input(std::string_view member_id, BytesView spki_der);

}  // namespace sekisho::crypto
