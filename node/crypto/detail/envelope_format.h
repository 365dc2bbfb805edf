// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "node/base/bytes.h"
#include "node/base/result.h"
#include "node/crypto/envelope.h"

// The ASN.1 of an envelope (RFC 5083, 2.1; RFC 5753, 3.1; RFC 5084, 3.2), without any key.
namespace sekisho::crypto::detail {

struct RecipientInfo {
  EnvelopeRecipient recipient;
  Bytes ephemeral_spki;  // canonical, not yet checked to be on the curve
  BytesView wrapped_key;
};

// Views the envelope.
struct ParsedEnvelope {
  std::vector<RecipientInfo> recipients;
  BytesView nonce;
  std::vector<BytesView> pieces;  // of the ciphertext, in order
  std::size_t content_size_bytes = 0;
  BytesView authentication_tag;
};

// kInvalidArgument for everything that is not exactly the one form in use.
[[nodiscard]] Result<ParsedEnvelope> parse_envelope(BytesView envelope);

// One KeyAgreeRecipientInfo.
[[nodiscard]] Bytes make_recipient_info(const EnvelopeRecipient& recipient,
                                        const PublicKey& ephemeral, BytesView wrapped_key);

// What stands before and behind the ciphertext, both in DER.
struct EnvelopeFrame {
  Bytes head;
  Bytes tail;  // identifier and length of the tag, which follows
};
[[nodiscard]] EnvelopeFrame make_frame(std::vector<Bytes> recipient_infos, BytesView nonce,
                                       std::size_t content_size_bytes);

}  // namespace sekisho::crypto::detail
