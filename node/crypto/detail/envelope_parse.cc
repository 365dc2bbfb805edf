// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/base/limits.h"
#include "node/crypto/detail/aes_gcm.h"
#include "node/crypto/detail/der.h"
#include "node/crypto/detail/envelope_format.h"
#include "node/crypto/detail/envelope_oids.h"
#include "node/crypto/detail/key_agreement.h"

namespace sekisho::crypto::detail {
namespace {

constexpr BytesView kNumber0("\x00", 1);
constexpr BytesView kNumber3("\x03", 1);
constexpr BytesView kNumber16("\x10", 1);
constexpr BytesView kUncompressedPoint("\x00\x04", 2);  // unused bits, then the form of the point
constexpr std::size_t kPointBitsSize = 66;
constexpr std::size_t kKeyIdentifierSizeMax = 64;

tl::unexpected<Error> refuse(const char* reason) { return fail(Code::kInvalidArgument, reason); }

Status expect_value(DerReader& reader, std::uint8_t tag, BytesView value, const char* otherwise) {
  TRY(const Element element, reader.expect(tag));
  if (element.content != value) return refuse(otherwise);
  return {};
}

// ContentInfo, down to the fields of AuthEnvelopedData.
Result<DerReader> enter_enveloped(BytesView envelope) {
  DerReader file(envelope, DerReader::Rules::kBer);
  TRY(DerReader info, file.enter(tag::kSequence));
  TRY_STATUS(file.finish());
  TRY_STATUS(expect_value(info, tag::kOid, kAuthEnvelopedDataOid,
                          "it is another kind of CMS message than authenticated-enveloped data"));
  TRY(DerReader wrapper, info.enter(tag::kContext0Constructed));
  TRY_STATUS(info.finish());
  TRY(const DerReader enveloped, wrapper.enter(tag::kSequence));
  TRY_STATUS(wrapper.finish());
  return enveloped;
}

// Parameters absent, NULL or the curve: all three are written for the same thing (RFC 5753, 3.1.1).
Status check_originator_algorithm(DerReader algorithm) {
  TRY_STATUS(expect_value(algorithm, tag::kOid, kEcPublicKeyOid,
                          "a sender key is not for elliptic curves"));
  if (algorithm.at_end()) return {};
  if (algorithm.next_is(tag::kNull)) {
    TRY_STATUS(expect_value(algorithm, tag::kNull, "", "a NULL is not empty"));
  } else {
    TRY_STATUS(expect_value(algorithm, tag::kOid, kP256Oid, "a sender key is not on P-256"));
  }
  return algorithm.finish();
}

Result<Bytes> read_originator(DerReader& info) {
  TRY(DerReader choice, info.enter(tag::kContext0Constructed));
  TRY(DerReader key, choice.enter(tag::kContext1Constructed));
  TRY_STATUS(choice.finish());
  TRY(const DerReader algorithm, key.enter(tag::kSequence));
  TRY_STATUS(check_originator_algorithm(algorithm));
  TRY(const Element point, key.expect(tag::kBitString));
  TRY_STATUS(key.finish());
  if (point.content.size() != kPointBitsSize || !point.content.starts_with(kUncompressedPoint))
    return refuse("a sender key is not an uncompressed P-256 point");
  const Bytes p256 =
      der(tag::kSequence, {der(tag::kOid, {kEcPublicKeyOid}), der(tag::kOid, {kP256Oid})});
  return der(tag::kSequence, {p256, der(tag::kBitString, {point.content})});
}

Status check_key_algorithm(DerReader& info) {
  TRY(DerReader algorithm, info.enter(tag::kSequence));
  TRY_STATUS(expect_value(algorithm, tag::kOid, kStdDhSha256KdfOid,
                          "keys are not agreed by ECDH with the SHA-256 derivation"));
  TRY(const Element wrap, algorithm.expect(tag::kSequence));
  if (wrap.whole != wrap_algorithm()) return refuse("keys are not wrapped with AES-256");
  return algorithm.finish();
}

Result<EnvelopeRecipient> read_identifier(DerReader& reader) {
  EnvelopeRecipient recipient;
  if (reader.next_is(tag::kContext0Constructed)) {
    TRY(DerReader identifier, reader.enter(tag::kContext0Constructed));
    TRY(const Element key_identifier, identifier.expect(tag::kOctetString));
    TRY_STATUS(identifier.finish());
    if (key_identifier.content.empty() || key_identifier.content.size() > kKeyIdentifierSizeMax)
      return refuse("a recipient's key identifier has an impossible size");
    recipient.subject_key_identifier = Bytes(key_identifier.content);
    return recipient;
  }
  TRY(DerReader identifier, reader.enter(tag::kSequence));
  TRY(const Element issuer, identifier.expect(tag::kSequence));
  TRY(const Element serial, identifier.expect(tag::kInteger));
  TRY_STATUS(identifier.finish());
  recipient.issuer_der = Bytes(issuer.whole);
  recipient.serial_der = Bytes(serial.whole);
  return recipient;
}

Status read_encrypted_key(DerReader& info, RecipientInfo& to) {
  TRY(DerReader keys, info.enter(tag::kSequence));
  TRY(DerReader key, keys.enter(tag::kSequence));
  if (!keys.at_end()) return refuse("two recipients share one sender key");
  TRY(to.recipient, read_identifier(key));
  TRY(const Element wrapped, key.expect(tag::kOctetString));
  if (wrapped.content.size() != kWrappedKeySize)
    return refuse("a wrapped key has not the size of a wrapped AES-256 key");
  to.wrapped_key = wrapped.content;
  return key.finish();
}

Result<RecipientInfo> read_recipient(DerReader& set) {
  if (!set.next_is(tag::kContext1Constructed))
    return refuse("a recipient is not addressed by key agreement");
  TRY(DerReader info, set.enter(tag::kContext1Constructed));
  TRY_STATUS(expect_value(info, tag::kInteger, kNumber3, "a recipient has an unknown version"));
  RecipientInfo recipient;
  TRY(recipient.ephemeral_spki, read_originator(info));
  if (info.next_is(tag::kContext1Constructed))
    return refuse("a recipient has user keying material, which is not in use here");
  TRY_STATUS(check_key_algorithm(info));
  TRY_STATUS(read_encrypted_key(info, recipient));
  TRY_STATUS(info.finish());
  return recipient;
}

Status read_recipients(DerReader& enveloped, ParsedEnvelope& to) {
  TRY(DerReader set, enveloped.enter(tag::kSet));
  while (!set.at_end()) {
    if (to.recipients.size() == limits::kRecipientsMax) return refuse("it has too many recipients");
    TRY(RecipientInfo recipient, read_recipient(set));
    to.recipients.push_back(std::move(recipient));
  }
  if (to.recipients.empty()) return refuse("it has no recipient");
  return {};
}

Status read_algorithm(DerReader& info, ParsedEnvelope& to) {
  TRY(DerReader algorithm, info.enter(tag::kSequence));
  TRY_STATUS(expect_value(algorithm, tag::kOid, kAes256GcmOid,
                          "its content is not encrypted with AES-256-GCM"));
  TRY(DerReader parameters, algorithm.enter(tag::kSequence));
  TRY_STATUS(algorithm.finish());
  TRY(const Element nonce, parameters.expect(tag::kOctetString));
  if (nonce.content.size() != kGcmNonceSize) return refuse("its nonce has not 12 bytes");
  to.nonce = nonce.content;
  TRY_STATUS(expect_value(parameters, tag::kInteger, kNumber16, "its tag length is not 16"));
  return parameters.finish();
}

Status read_pieces(DerReader& info, ParsedEnvelope& to) {
  if (info.next_is(tag::kContext0)) {
    TRY(const Element content, info.expect(tag::kContext0));
    to.pieces.push_back(content.content);
  } else {
    TRY(DerReader pieces, info.enter(tag::kContext0Constructed));
    while (!pieces.at_end()) {
      if (to.pieces.size() == DerReader::kElementsMax)
        return refuse("it is cut into too many pieces");
      TRY(const Element piece, pieces.expect(tag::kOctetString));
      to.pieces.push_back(piece.content);
    }
  }
  for (const BytesView piece : to.pieces) to.content_size_bytes += piece.size();
  return {};
}

Status read_content(DerReader& enveloped, ParsedEnvelope& to) {
  TRY(DerReader info, enveloped.enter(tag::kSequence));
  TRY_STATUS(expect_value(info, tag::kOid, kDataOid, "its content is not plain data"));
  TRY_STATUS(read_algorithm(info, to));
  TRY_STATUS(read_pieces(info, to));
  return info.finish();
}

Result<ParsedEnvelope> parse(BytesView envelope) {
  TRY(DerReader enveloped, enter_enveloped(envelope));
  TRY_STATUS(expect_value(enveloped, tag::kInteger, kNumber0, "it has an unknown version"));
  ParsedEnvelope parsed;
  TRY_STATUS(read_recipients(enveloped, parsed));
  TRY_STATUS(read_content(enveloped, parsed));
  if (enveloped.next_is(tag::kContext1Constructed))
    return refuse("it has authenticated attributes, which are not in use here");
  TRY(const Element mac, enveloped.expect(tag::kOctetString));
  if (mac.content.size() != kGcmTagSize) return refuse("its authentication tag has not 16 bytes");
  parsed.authentication_tag = mac.content;
  TRY_STATUS(enveloped.finish());
  return parsed;
}

}  // namespace

Result<ParsedEnvelope> parse_envelope(BytesView envelope) {
  if (envelope.size() > limits::kBlobSizeMax)
    return fail(Code::kInvalidArgument, "the sealed file is larger than the 260 MiB allowed");
  auto parsed = parse(envelope);
  if (!parsed) return fail(parsed.error().within("not a sealed file in the form in use here"));
  return parsed;
}

}  // namespace sekisho::crypto::detail
