// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "node/base/check.h"
#include "node/crypto/detail/aes_gcm.h"
#include "node/crypto/detail/der.h"
#include "node/crypto/detail/envelope_format.h"
#include "node/crypto/detail/envelope_oids.h"
#include "node/crypto/detail/key_agreement.h"

namespace sekisho::crypto::detail {
namespace {

constexpr BytesView kVersion0("\x02\x01\x00", 3);
constexpr BytesView kVersion3("\x02\x01\x03", 3);
constexpr BytesView kTagLength16("\x02\x01\x10", 3);

Bytes oid(BytesView content) { return der(tag::kOid, {content}); }

Bytes originator(const PublicKey& ephemeral) {
  const Bytes algorithm = der(tag::kSequence, {oid(kEcPublicKeyOid)});
  const Bytes point = der(tag::kBitString, {BytesView("\0", 1), ephemeral.raw()});
  return der(tag::kContext0Constructed, {der(tag::kContext1Constructed, {algorithm, point})});
}

Bytes recipient_identifier(const EnvelopeRecipient& recipient) {
  if (recipient.subject_key_identifier.empty())
    return der(tag::kSequence, {recipient.issuer_der, recipient.serial_der});
  return der(tag::kContext0Constructed,
             {der(tag::kOctetString, {recipient.subject_key_identifier})});
}

Bytes joined(const std::vector<Bytes>& elements) {
  Bytes all;
  for (const Bytes& element : elements) all.append(element);
  return all;
}

Bytes content_algorithm(BytesView nonce) {
  const Bytes parameters = der(tag::kSequence, {der(tag::kOctetString, {nonce}), kTagLength16});
  return der(tag::kSequence, {oid(kAes256GcmOid), parameters});
}

}  // namespace

Bytes make_recipient_info(const EnvelopeRecipient& recipient, const PublicKey& ephemeral,
                          BytesView wrapped_key) {
  const Bytes algorithm = der(tag::kSequence, {oid(kStdDhSha256KdfOid), wrap_algorithm()});
  const Bytes encrypted_key =
      der(tag::kSequence, {recipient_identifier(recipient), der(tag::kOctetString, {wrapped_key})});
  return der(tag::kContext1Constructed,
             {kVersion3, originator(ephemeral), algorithm, der(tag::kSequence, {encrypted_key})});
}

EnvelopeFrame make_frame(std::vector<Bytes> recipient_infos, BytesView nonce,
                         std::size_t content_size_bytes) {
  std::ranges::sort(recipient_infos);  // DER orders a SET OF by its bytes (X.690, 11.6)
  const Bytes recipients = der(tag::kSet, {joined(recipient_infos)});
  const Bytes data = oid(kDataOid);
  const Bytes algorithm = content_algorithm(nonce);
  const Bytes content = der_header(tag::kContext0, content_size_bytes);
  const Bytes tail = der_header(tag::kOctetString, kGcmTagSize);

  // Lengths are known from the inside out, bytes are written from the outside in.
  const std::size_t info_size =
      data.size() + algorithm.size() + content.size() + content_size_bytes;
  const Bytes info = der_header(tag::kSequence, info_size);
  const std::size_t enveloped_size =
      kVersion0.size() + recipients.size() + info.size() + info_size + tail.size() + kGcmTagSize;
  const Bytes enveloped = der_header(tag::kSequence, enveloped_size);
  const Bytes wrapper = der_header(tag::kContext0Constructed, enveloped.size() + enveloped_size);
  const Bytes type = oid(kAuthEnvelopedDataOid);
  const Bytes outer =
      der_header(tag::kSequence, type.size() + wrapper.size() + enveloped.size() + enveloped_size);

  EnvelopeFrame frame;
  for (const BytesView part :
       {BytesView(outer), BytesView(type), BytesView(wrapper), BytesView(enveloped), kVersion0,
        BytesView(recipients), BytesView(info), BytesView(data), BytesView(algorithm),
        BytesView(content)})
    frame.head.append(part);
  frame.tail = tail;
  return frame;
}

}  // namespace sekisho::crypto::detail
