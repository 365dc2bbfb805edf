// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/base/result.h"
#include "proto/v1/operation.pb.h"

namespace sekisho::ledger {

// Bounds of one storage receipt list and of the parts of a proposal.
inline constexpr int kReceiptsMax = 16;
inline constexpr int kActionsMax = 16;
inline constexpr int kCodeCountsMax = 100;
inline constexpr int kMemberKeysMax = 32;
inline constexpr std::size_t kCertificateSizeMax = 16 * 1024;

// True when the message carries fields of a later schema. Such bytes would mean different things to
// nodes of different versions, so they are refused; the parts are asked one by one.
[[nodiscard]] bool has_unknown_fields(const google::protobuf::Message& message);

// The payload's structure and bounds, without any state and without cryptography. kInvalidArgument
// with the field. Part of parse_operation.
[[nodiscard]] Status check_payload(const v1::Operation& operation);

// Shape only: sizes, texts, enumerators; keys are not parsed and possession is not verified.
[[nodiscard]] Status check_member_shape(const v1::MemberDescription& member);
[[nodiscard]] Status check_key_shape(const v1::KeyDescription& key);

}  // namespace sekisho::ledger
