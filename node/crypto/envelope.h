// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/base/secret.h"
#include "node/crypto/certificate.h"
#include "node/crypto/key.h"

namespace sekisho::crypto {

// The sealed file: CMS AuthEnvelopedData (RFC 5083, RFC 5084) with AES-256-GCM and one
// KeyAgreeRecipientInfo (RFC 5753) for each recipient: ephemeral-static ECDH on P-256,
// dhSinglePass-stdDH-sha256kdf-scheme, id-aes256-wrap. `openssl cms -decrypt` opens it. Exact
// bytes: docs/formats/crypto.md. Any thread. The whole file is in memory once on each side: sealing
// and opening take the input's size again for the output and nothing else of that order.

// Seals the pieces, one after another, for 1 to limits::kRecipientsMax certificates. Written as
// DER. Recipients are named by subjectKeyIdentifier, which a renewal with the same key keeps, or by
// issuer and serial number when the certificate has none. kInvalidArgument when a certificate is
// not for P-256 key agreement or appears twice, or the envelope would exceed limits::kBlobSizeMax.
// Validity is not judged here: verify_certificate first.
[[nodiscard]] Result<Bytes> seal_envelope(std::span<const BytesView> content_parts,
                                          std::span<const Certificate> recipients);
[[nodiscard]] Result<Bytes> seal_envelope(BytesView content,
                                          std::span<const Certificate> recipients);

// Opens with the key behind `own`. Nothing is returned before the tag over all of it has been
// checked. Reads DER and the BER (indefinite length, chunked content) that OpenSSL streams.
// kInvalidArgument: not an envelope, truncated, trailing bytes, another algorithm, too large,
//   or `key` is not the key of `own`;
// kPermissionDenied: not sealed for `own`;
// kCorrupt: sealed for `own`, and altered since.
[[nodiscard]] Result<Secret> open_envelope(BytesView envelope, const PrivateKey& key,
                                           const Certificate& own);

// What anyone can see of an envelope.
struct EnvelopeRecipient {
  Bytes subject_key_identifier;  // or empty, and then:
  Bytes issuer_der;
  Bytes serial_der;
  [[nodiscard]] bool names(const Certificate& certificate) const;
};

struct EnvelopeSummary {
  std::size_t content_size_bytes = 0;
  std::vector<EnvelopeRecipient> recipients;
  [[nodiscard]] bool names(const Certificate& certificate) const;
};

// Everything open_envelope checks that needs no key: for nodes that take envelopes in.
[[nodiscard]] Result<EnvelopeSummary> inspect_envelope(BytesView envelope);

}  // namespace sekisho::crypto
