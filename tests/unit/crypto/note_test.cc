// SPDX-FileCopyrightText: The Sekisho authors
// SPDX-License-Identifier: Apache-2.0
#include "node/crypto/note.h"

#include <vector>

#include <gtest/gtest.h>

namespace sekisho::crypto {
namespace {

constexpr std::string_view kText = "例 consortium\n42\nroot\n";

class NoteTest : public testing::Test {
 protected:
  Note signed_note() const {
    return {std::string(kText), {sign_note(kText, "node1", key_).value()}};
  }

  PrivateKey key_ = PrivateKey::from_ed25519_seed(Bytes(32, 'k')).value();
  NoteVerifier verifier_{"node1", key_.public_key()};
};

TEST_F(NoteTest, RoundTripVerifies) {
  const auto parsed = parse_note(format_note(signed_note()));
  ASSERT_TRUE(parsed.has_value()) << parsed.error().to_string();
  EXPECT_EQ(parsed->text, kText);
  ASSERT_EQ(parsed->signatures.size(), 1u);
  EXPECT_TRUE(verify_note(parsed->text, parsed->signatures[0], verifier_));
}

TEST_F(NoteTest, LineIsBoundToTextNameAndKey) {
  const NoteSignature line = sign_note(kText, "node1", key_).value();
  EXPECT_FALSE(verify_note("other\n", line, verifier_));
  EXPECT_FALSE(verify_note(kText, line, {"node2", key_.public_key()}));
  const PrivateKey other = PrivateKey::generate(KeyAlgorithm::kEd25519);
  EXPECT_FALSE(verify_note(kText, line, {"node1", other.public_key()}));
  NoteSignature altered = line;
  altered.key_hash ^= 1;
  EXPECT_FALSE(verify_note(kText, altered, verifier_));
  altered = line;
  altered.signature.pop_back();
  EXPECT_FALSE(verify_note(kText, altered, verifier_));
  const PrivateKey p256 = PrivateKey::generate(KeyAlgorithm::kEcdsaP256);
  EXPECT_FALSE(verify_note(kText, line, {"node1", p256.public_key()}));
}

TEST_F(NoteTest, TextMayHoldEmptyLines) {
  const std::string text = "a\n\nb\n";
  const auto parsed = parse_note(format_note({text, {sign_note(text, "n", key_).value()}}));
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->text, text);
}

TEST_F(NoteTest, LinesOfUnknownKeysAreKept) {
  Note note = signed_note();
  note.signatures.push_back({"witness.example/w1", 0x01020304, Bytes("\x00\x01time+sig", 10)});
  const auto parsed = parse_note(format_note(note));
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->signatures, note.signatures);
}

TEST_F(NoteTest, SigningRefusesWhatCannotBeANote) {
  EXPECT_FALSE(sign_note("", "n", key_).has_value());
  EXPECT_FALSE(sign_note("no newline", "n", key_).has_value());
  EXPECT_FALSE(sign_note("tab\t\n", "n", key_).has_value());
  EXPECT_FALSE(sign_note("bad \xff\n", "n", key_).has_value());
  EXPECT_FALSE(sign_note(Bytes(kNoteSizeMax, 'x') + "\n", "n", key_).has_value());
  for (const char* name : {"", "a b", "a+b", "a\n", "a\xe3\x80\x80", "\xff"})
    EXPECT_FALSE(sign_note("x\n", name, key_).has_value()) << name;
  const PrivateKey p256 = PrivateKey::generate(KeyAlgorithm::kEcdsaP256);
  EXPECT_EQ(sign_note("x\n", "n", p256).error().code, Code::kInvalidArgument);
}

TEST_F(NoteTest, MalformedNotesAreRefused) {
  const std::string good = format_note(signed_note());
  ASSERT_TRUE(parse_note(good).has_value());
  const std::string line = good.substr(good.rfind("\n\n") + 2);
  const std::vector<std::string> bad = {
      "",
      "text\n",
      "text\n\n",
      "text\n\nnot a line\n",
      good.substr(0, good.size() - 1),
      good + "trailing",
      std::string(kText) + line,
      std::string(kText) + "\n- " + line.substr(4),
      std::string(kText) + "\n\xe2\x80\x94 node1\n",
      std::string(kText) + "\n\xe2\x80\x94 node1 !!!!\n",
      std::string(kText) + "\n\xe2\x80\x94 node1 AAAA\n",
      std::string(kText) + "\n\xe2\x80\x94 node1 AAAAAA==\n",
      std::string(kText) + "\n\xe2\x80\x94  AAAAAAAA\n",
      "te\x01xt\n\n" + line,
      "te\xffxt\n\n" + line,
      Bytes(kNoteSizeMax, 'x') + "\n\n" + line,
  };
  for (const std::string& note : bad) {
    const auto parsed = parse_note(note);
    ASSERT_FALSE(parsed.has_value()) << note.substr(0, 100);
    EXPECT_EQ(parsed.error().code, Code::kInvalidArgument);
  }
}

TEST_F(NoteTest, SignaturesAreBounded) {
  Note note = signed_note();
  while (note.signatures.size() < kNoteSignaturesMax) note.signatures.push_back(note.signatures[0]);
  EXPECT_TRUE(parse_note(format_note(note)).has_value());
  note.signatures.push_back(note.signatures[0]);
  EXPECT_FALSE(parse_note(format_note(note)).has_value());
}

// The example key of C2SP signed-note and of golang.org/x/mod/sumdb/note.
TEST_F(NoteTest, VerifierOfThePublishedExampleParses) {
  constexpr std::string_view kPublished =
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
  const auto verifier = parse_verifier(kPublished);
  ASSERT_TRUE(verifier.has_value()) << verifier.error().to_string();
  EXPECT_EQ(verifier->name, "PeterNeumann");
  EXPECT_EQ(note_key_hash("PeterNeumann", verifier->key), 0xc74f20a3u);
  EXPECT_EQ(format_verifier(*verifier), kPublished);
  const auto note = parse_note(
      "If you think cryptography is the answer to your problem,\n"
      "then you don't know what your problem is.\n"
      "\n"
      "\xe2\x80\x94 PeterNeumann "
      "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM"
      "=\n");
  ASSERT_TRUE(note.has_value()) << note.error().to_string();
  EXPECT_TRUE(verify_note(note->text, note->signatures[0], *verifier));
}

TEST_F(NoteTest, WrongVerifiersAreRefused) {
  const std::string good = format_verifier(verifier_);
  ASSERT_TRUE(parse_verifier(good).has_value());
  for (const std::string& bad : {std::string(), std::string("a+b"), "x" + good, good + "A",
                                 good.substr(0, good.size() - 4), "+" + good})
    EXPECT_FALSE(parse_verifier(bad).has_value()) << bad;
}

}  // namespace
}  // namespace sekisho::crypto
