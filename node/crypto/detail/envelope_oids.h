// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/base/bytes.h"

// Object identifiers of an envelope, as the content of their DER elements.
namespace sekisho::crypto::detail {

// id-ct-authEnvelopedData 1.2.840.113549.1.9.16.1.23
inline constexpr BytesView kAuthEnvelopedDataOid("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17",
                                                 11);
// id-data 1.2.840.113549.1.7.1
inline constexpr BytesView kDataOid("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", 9);
// id-aes256-GCM 2.16.840.1.101.3.4.1.46
inline constexpr BytesView kAes256GcmOid("\x60\x86\x48\x01\x65\x03\x04\x01\x2e", 9);
// dhSinglePass-stdDH-sha256kdf-scheme 1.3.132.1.11.1
inline constexpr BytesView kStdDhSha256KdfOid("\x2b\x81\x04\x01\x0b\x01", 6);
// id-ecPublicKey 1.2.840.10045.2.1
inline constexpr BytesView kEcPublicKeyOid("\x2a\x86\x48\xce\x3d\x02\x01", 7);
// secp256r1 1.2.840.10045.3.1.7
inline constexpr BytesView kP256Oid("\x2a\x86\x48\xce\x3d\x03\x01\x07", 8);

}  // namespace sekisho::crypto::detail
