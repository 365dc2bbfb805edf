// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/envelope.h"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

#include "node/base/limits.h"
#include "tests/unit/crypto/test_parties.h"

namespace sekisho::crypto {
namespace {

using test::Party;

class EnvelopeTest : public testing::Test {
 protected:
  Bytes sealed(BytesView content) const {
    return seal_envelope(content, std::span(&receiver_.certificate, 1)).value();
  }
  Result<Secret> open(BytesView envelope) const {
    return open_envelope(envelope, receiver_.key, receiver_.certificate);
  }

  Party sender_{"健診センター"};
  Party receiver_{"健保組合"};
};

TEST_F(EnvelopeTest, OpensToWhatWasSealed) {
  for (const std::size_t size : {0u, 1u, 15u, 16u, 127u, 128u, 255u, 256u, 65'535u, 1'000'003u}) {
    const Bytes content(size, 'x');
    const auto opened = open(sealed(content));
    ASSERT_TRUE(opened.has_value()) << size << ": " << opened.error().to_string();
    EXPECT_EQ(opened->view(), content);
  }
}

TEST_F(EnvelopeTest, PartsAreSealedAsOneContent) {
  const std::array<BytesView, 3> parts = {"head", "", "body"};
  const auto envelope = seal_envelope(parts, std::span(&receiver_.certificate, 1));
  ASSERT_TRUE(envelope.has_value());
  EXPECT_EQ(open(*envelope)->view(), "headbody");
}

TEST_F(EnvelopeTest, EachRecipientOpensAndNobodyElse) {
  const std::array<Certificate, 2> both = {sender_.certificate, receiver_.certificate};
  const Bytes envelope = seal_envelope("content", both).value();
  EXPECT_EQ(open(envelope)->view(), "content");
  EXPECT_EQ(open_envelope(envelope, sender_.key, sender_.certificate)->view(), "content");
  const Party stranger("よその機関");
  const auto refused = open_envelope(envelope, stranger.key, stranger.certificate);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::kPermissionDenied);
}

TEST_F(EnvelopeTest, RenewedCertificateOfTheSameKeyOpens) {
  const Bytes envelope = sealed("content");
  const Certificate renewed = receiver_.issue(CertificateUse::kEncryption);
  ASSERT_NE(renewed, receiver_.certificate);
  EXPECT_EQ(open_envelope(envelope, receiver_.key, renewed)->view(), "content");
}

TEST_F(EnvelopeTest, KeyMustBelongToTheCertificate) {
  const auto refused = open_envelope(sealed("content"), sender_.key, receiver_.certificate);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::kInvalidArgument);
}

TEST_F(EnvelopeTest, NoTwoEnvelopesAreAlike) {
  EXPECT_NE(sealed("content"), sealed("content"));
  EXPECT_EQ(sealed("content").find("content"), Bytes::npos);
}

TEST_F(EnvelopeTest, SummaryTellsSizeAndRecipients) {
  const auto summary = inspect_envelope(sealed("content"));
  ASSERT_TRUE(summary.has_value());
  EXPECT_EQ(summary->content_size_bytes, 7u);
  EXPECT_EQ(summary->recipients.size(), 1u);
  EXPECT_TRUE(summary->names(receiver_.certificate));
  EXPECT_FALSE(summary->names(sender_.certificate));
}

// Whatever byte changes, in whichever region, plaintext never comes out.
TEST_F(EnvelopeTest, EveryAlteredByteIsNoticed) {
  const Bytes envelope = sealed("0123456789abcdef0123456789abcdef");
  for (std::size_t i = 0; i < envelope.size(); ++i) {
    for (const char flip : {'\x01', '\x80'}) {
      Bytes altered = envelope;
      altered[i] = static_cast<char>(altered[i] ^ flip);
      EXPECT_FALSE(open(altered).has_value()) << "byte " << i;
    }
  }
}

TEST_F(EnvelopeTest, AlteredContentTagAndKeyAreCorruptRatherThanInvalid) {
  const Bytes envelope = sealed(Bytes(64, 'x'));
  Bytes altered = envelope;
  altered.back() = static_cast<char>(altered.back() ^ 1);
  EXPECT_EQ(open(altered).error().code, Code::kCorrupt);
  altered = envelope;
  const std::size_t content_at = envelope.size() - 16 - 2 - 64;
  altered[content_at] = static_cast<char>(altered[content_at] ^ 1);
  EXPECT_EQ(open(altered).error().code, Code::kCorrupt);
  const std::size_t wrapped_at = envelope.find(Bytes("\x04\x28", 2)) + 2;
  altered = envelope;
  altered[wrapped_at] = static_cast<char>(altered[wrapped_at] ^ 1);
  EXPECT_EQ(open(altered).error().code, Code::kCorrupt);
}

TEST_F(EnvelopeTest, EveryTruncationIsNoticed) {
  const Bytes envelope = sealed("0123456789abcdef");
  for (std::size_t size = 0; size < envelope.size(); ++size) {
    const auto opened = open(BytesView(envelope).substr(0, size));
    ASSERT_FALSE(opened.has_value()) << size;
    EXPECT_EQ(opened.error().code, Code::kInvalidArgument);
    EXPECT_NE(opened.error().context.find("truncated"), std::string::npos) << size;
  }
}

TEST_F(EnvelopeTest, TrailingBytesAreRefused) {
  const auto opened = open(sealed("content") + '\0');
  EXPECT_EQ(opened.error().code, Code::kInvalidArgument);
  EXPECT_NE(opened.error().context.find("after the end"), std::string::npos);
}

TEST_F(EnvelopeTest, OtherAlgorithmsAreNamed) {
  struct Case {
    Bytes from;
    char to;
    const char* reason;
  };
  const std::array<Case, 4> cases = {{
      {Bytes("\x60\x86\x48\x01\x65\x03\x04\x01\x2e"), '\x2a', "AES-256-GCM"},
      {Bytes("\x60\x86\x48\x01\x65\x03\x04\x01\x2d"), '\x05', "wrapped with AES-256"},
      {Bytes("\x2b\x81\x04\x01\x0b\x01"), '\x02', "SHA-256 derivation"},
      {Bytes("\x09\x10\x01\x17"), '\x09', "another kind of CMS message"},
  }};
  const Bytes envelope = sealed("content");
  for (const Case& wrong : cases) {
    Bytes altered = envelope;
    const std::size_t at = altered.find(wrong.from);
    ASSERT_NE(at, Bytes::npos) << wrong.reason;
    altered[at + wrong.from.size() - 1] = wrong.to;
    const auto opened = open(altered);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, Code::kInvalidArgument);
    EXPECT_NE(opened.error().context.find(wrong.reason), std::string::npos)
        << opened.error().context;
  }
}

// The places of docs/formats/crypto.md: lengths of one byte or, in the outer three, two.
Bytes with_sender_parameters(Bytes envelope, BytesView parameters) {
  constexpr std::size_t kAlgorithmEnd = 52;
  for (const std::size_t at : {3u, 20u, 24u, 30u, 33u, 38u, 40u, 42u})
    envelope[at] = static_cast<char>(envelope[at] + static_cast<char>(parameters.size()));
  return envelope.insert(kAlgorithmEnd, parameters);
}

TEST_F(EnvelopeTest, SenderKeyParametersMayBeAbsentNullOrTheCurve) {
  const Bytes content(300, 'x');
  const Bytes envelope = sealed(content);
  ASSERT_EQ(with_sender_parameters(envelope, ""), envelope);
  for (const BytesView parameters :
       {BytesView("\x05\x00", 2), BytesView("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07", 10)}) {
    const auto opened = open(with_sender_parameters(envelope, parameters));
    ASSERT_TRUE(opened.has_value()) << opened.error().to_string();
    EXPECT_EQ(opened->view(), content);
  }
  const BytesView secp384r1("\x06\x05\x2b\x81\x04\x00\x22", 7);
  const auto refused = open(with_sender_parameters(envelope, secp384r1));
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().context.find("not on P-256"), std::string::npos)
      << refused.error().context;
}

TEST_F(EnvelopeTest, SenderKeyOffTheCurveIsCorrupt) {
  constexpr std::size_t kPointEnd = 120;
  Bytes envelope = sealed(Bytes(300, 'x'));
  envelope[kPointEnd - 1] = static_cast<char>(envelope[kPointEnd - 1] ^ 1);
  const auto refused = open(envelope);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::kCorrupt);
  EXPECT_NE(refused.error().context.find("not on the curve"), std::string::npos);
}

TEST_F(EnvelopeTest, RecipientsAreChecked) {
  EXPECT_EQ(seal_envelope("x", {}).error().code, Code::kInvalidArgument);
  const std::array<Certificate, 2> twice = {receiver_.certificate, receiver_.certificate};
  EXPECT_EQ(seal_envelope("x", twice).error().code, Code::kInvalidArgument);
  const Certificate tls = receiver_.issue(CertificateUse::kTls);
  const auto refused = seal_envelope("x", std::span(&tls, 1));
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().context.find("not for encryption"), std::string::npos);
  std::vector<Certificate> many;
  for (std::size_t i = 0; i <= limits::kRecipientsMax; ++i)
    many.push_back(receiver_.issue(CertificateUse::kEncryption));
  EXPECT_EQ(seal_envelope("x", many).error().code, Code::kInvalidArgument);
  many.pop_back();
  EXPECT_EQ(open(seal_envelope("x", many).value())->view(), "x");
}

TEST_F(EnvelopeTest, LargestFileFitsAndLargerIsRefused) {
  const Bytes content(limits::kFileSizeMax, 'x');
  const Bytes envelope = sealed(content);
  EXPECT_LE(envelope.size(), limits::kBlobSizeMax);
  const auto opened = open(envelope);
  ASSERT_TRUE(opened.has_value());
  EXPECT_TRUE(opened->view() == content);

  const std::array<BytesView, 2> too_much = {content, BytesView(content).substr(0, 4 << 20)};
  const auto refused = seal_envelope(too_much, std::span(&receiver_.certificate, 1));
  EXPECT_EQ(refused.error().code, Code::kInvalidArgument);
  const Bytes oversize(limits::kBlobSizeMax + 1, '0');
  EXPECT_NE(open(oversize).error().context.find("larger"), std::string::npos);
}

TEST_F(EnvelopeTest, DeepAndEndlessNestingEndsQuickly) {
  Bytes nested;
  for (int i = 0; i < 1'000'000; ++i) nested.append("\x30\x80", 2);
  EXPECT_EQ(open(nested).error().code, Code::kInvalidArgument);
  Bytes many("\x30\x80", 2);
  for (int i = 0; i < 2'000'000; ++i) many.append("\x04\x00", 2);
  EXPECT_EQ(open(many).error().code, Code::kInvalidArgument);
}

}  // namespace
}  // namespace sekisho::crypto
