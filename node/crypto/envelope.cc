// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/envelope.h"

#include <algorithm>

#include "node/base/check.h"
#include "node/base/limits.h"
#include "node/base/rng.h"
#include "node/crypto/detail/aes_gcm.h"
#include "node/crypto/detail/envelope_format.h"
#include "node/crypto/detail/key_agreement.h"

namespace sekisho::crypto {
namespace {

using detail::GcmStream;
using detail::ParsedEnvelope;
using detail::RecipientInfo;

Status check_recipients(std::span<const Certificate> recipients) {
  if (recipients.empty()) return fail(Code::kInvalidArgument, "sealing needs a recipient");
  if (recipients.size() > limits::kRecipientsMax)
    return fail(Code::kInvalidArgument, "a file can be sealed for at most 8 recipients");
  for (std::size_t i = 0; i < recipients.size(); ++i) {
    if (std::ranges::count(recipients, recipients[i]) > 1)
      return fail(Code::kInvalidArgument,
                  "a recipient is named twice: " + recipients[i].log_name());
  }
  return {};
}

EnvelopeRecipient identify(const Certificate& certificate) {
  if (!certificate.subject_key_identifier().empty())
    return {certificate.subject_key_identifier(), {}, {}};
  return {{}, certificate.issuer_der(), certificate.serial_der()};
}

Result<Bytes> address(const Certificate& certificate, const Secret& content_key) {
  TRY(const PublicKey key, certificate.public_key());
  if (key.algorithm() != KeyAlgorithm::kEcdsaP256 || !certificate.may_agree_keys())
    return fail(Code::kInvalidArgument, "the certificate (" + certificate.log_name() +
                                            ") is not for encryption by P-256 key agreement");
  const PrivateKey ephemeral = PrivateKey::generate(KeyAlgorithm::kEcdsaP256);
  TRY(const Secret wrapping_key, detail::derive_wrapping_key(ephemeral, key));
  return detail::make_recipient_info(identify(certificate), ephemeral.public_key(),
                                     detail::wrap_key(wrapping_key, content_key));
}

Result<std::vector<Bytes>> address_all(std::span<const Certificate> recipients,
                                       const Secret& content_key) {
  TRY_STATUS(check_recipients(recipients));
  std::vector<Bytes> infos;
  for (const Certificate& certificate : recipients) {
    TRY(Bytes info, address(certificate, content_key));
    infos.push_back(std::move(info));
  }
  return infos;
}

// The parts' sizes together, or nothing when that alone exceeds a blob.
Result<std::size_t> total_size(std::span<const BytesView> parts) {
  std::size_t total = 0;
  for (const BytesView part : parts) {
    if (part.size() > limits::kBlobSizeMax - total)
      return fail(Code::kInvalidArgument, "the file is larger than the 256 MiB allowed");
    total += part.size();
  }
  return total;
}

const RecipientInfo* find_own(const ParsedEnvelope& parsed, const Certificate& own) {
  const auto mine = std::ranges::find_if(
      parsed.recipients, [&own](const RecipientInfo& info) { return info.recipient.names(own); });
  return mine == parsed.recipients.end() ? nullptr : &*mine;
}

Result<Secret> recover_content_key(const RecipientInfo& info, const PrivateKey& key) {
  const auto ephemeral = PublicKey::from_spki_der(info.ephemeral_spki);
  if (!ephemeral)
    return fail(Code::kCorrupt, "the sealed file was altered: its sender key is not on the curve");
  TRY(const Secret wrapping_key, detail::derive_wrapping_key(key, *ephemeral));
  return detail::unwrap_key(wrapping_key, info.wrapped_key);
}

Result<Secret> decrypt(const ParsedEnvelope& parsed, const Secret& content_key) {
  GcmStream stream(GcmStream::Mode::kOpen, content_key.view(), parsed.nonce);
  Secret content(parsed.content_size_bytes);
  char* to = content.writable().data();
  for (const BytesView piece : parsed.pieces) {
    stream.update(piece, to);
    to += piece.size();
  }
  if (!stream.finish_open(parsed.authentication_tag))
    return fail(Code::kCorrupt, "the sealed file was altered after sealing: ask for it again");
  return content;
}

}  // namespace

bool EnvelopeRecipient::names(const Certificate& certificate) const {
  if (!subject_key_identifier.empty())
    return subject_key_identifier == certificate.subject_key_identifier();
  return issuer_der == certificate.issuer_der() && serial_der == certificate.serial_der();
}

bool EnvelopeSummary::names(const Certificate& certificate) const {
  return std::ranges::any_of(
      recipients, [&](const EnvelopeRecipient& recipient) { return recipient.names(certificate); });
}

Result<Bytes> seal_envelope(std::span<const BytesView> content_parts,
                            std::span<const Certificate> recipients) {
  TRY(const std::size_t content_size, total_size(content_parts));
  SystemRng rng;
  Secret content_key(detail::kContentKeySize);
  rng.fill(content_key.writable().data(), content_key.size());
  const Bytes nonce = rng.bytes(detail::kGcmNonceSize);
  TRY(std::vector<Bytes> infos, address_all(recipients, content_key));
  const detail::EnvelopeFrame frame = detail::make_frame(std::move(infos), nonce, content_size);
  const std::size_t size =
      frame.head.size() + content_size + frame.tail.size() + detail::kGcmTagSize;
  if (size > limits::kBlobSizeMax)
    return fail(Code::kInvalidArgument, "the file is larger than the 256 MiB allowed");

  Bytes envelope;
  envelope.reserve(size);
  envelope.append(frame.head).resize(frame.head.size() + content_size);
  GcmStream stream(GcmStream::Mode::kSeal, content_key.view(), nonce);
  char* to = envelope.data() + frame.head.size();
  for (const BytesView part : content_parts) {
    stream.update(part, to);
    to += part.size();
  }
  const auto authentication_tag = stream.finish_seal();
  envelope.append(frame.tail).append(authentication_tag.data(), authentication_tag.size());
  CHECK(envelope.size() == size);
  return envelope;
}

Result<Bytes> seal_envelope(BytesView content, std::span<const Certificate> recipients) {
  return seal_envelope(std::span(&content, 1), recipients);
}

Result<Secret> open_envelope(BytesView envelope, const PrivateKey& key, const Certificate& own) {
  TRY_STATUS(check_key_matches(own, key));
  TRY(const ParsedEnvelope parsed, detail::parse_envelope(envelope));
  const RecipientInfo* const mine = find_own(parsed, own);
  if (mine == nullptr)
    return fail(Code::kPermissionDenied,
                "the file is not sealed for this certificate (" + own.log_name() + ")");
  TRY(const Secret content_key, recover_content_key(*mine, key));
  return decrypt(parsed, content_key);
}

Result<EnvelopeSummary> inspect_envelope(BytesView envelope) {
  TRY(const ParsedEnvelope parsed, detail::parse_envelope(envelope));
  EnvelopeSummary summary;
  summary.content_size_bytes = parsed.content_size_bytes;
  for (const RecipientInfo& info : parsed.recipients) summary.recipients.push_back(info.recipient);
  return summary;
}

}  // namespace sekisho::crypto
